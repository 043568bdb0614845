import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { selfSigned } from '../support/certificate.js';

const SUPPORT = join(__dirname, '../support');

/** Asks an upstream in a process of its own: Node reads these variables at its start, and Jest hides changes of them. */
async function ask(url: string, env: Record<string, string>, ...more: string[]): Promise<string> {
  const files = ['--import', join(SUPPORT, 'source-hooks.mjs'), join(SUPPORT, 'ask-upstream.cli.ts')];
  const child = spawn(process.execPath, [...files, url, ...more], { env: { PATH: process.env['PATH'], ...env } });
  const { promise, resolve } = Promise.withResolvers<void>();
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
  child.once('close', () => resolve());
  await promise;
  return said;
}

describe('Egress and the environment', () => {
  const { key, cert } = selfSigned('localhost');
  const servers: Server[] = [];
  let folder: string;
  let proxied: string[];
  let proxy: Record<string, string>;

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return (server.address() as AddressInfo).port;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'asbru-egress-'));
    await writeFile(join(folder, 'ca.pem'), cert);
    proxied = [];
    const port = await listen(createServer((request, response) => response.end(proxied.push(request.url ?? ''))));
    servers.at(-1)?.on('connect', (request, socket) => {
      proxied.push(request.url ?? '');
      socket.end();
    });
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    proxy = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}`]));
  });

  afterAll(async () => {
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    await rm(folder, { recursive: true });
  });

  it('has no say in proxies', async () => {
    const plain = await listen(createServer((_, response) => response.writeHead(204).end()));
    const secure = await listen(createTlsServer({ key, cert }, (_, response) => response.writeHead(204).end()));
    const env = { ...proxy, NODE_USE_ENV_PROXY: '1', NO_PROXY: '' };
    expect(await ask(`http://localhost:${plain}`, env)).toBe('204');
    expect(await ask(`https://localhost:${secure}`, env, join(folder, 'ca.pem'))).toBe('204');
    expect(proxied).toEqual([]);
  });

  it('has no say in whether certificates are verified', async () => {
    const secure = await listen(createTlsServer({ key, cert }, (_, response) => response.writeHead(204).end()));
    expect(await ask(`https://localhost:${secure}`, { NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe('upstream_error');
  });
});
