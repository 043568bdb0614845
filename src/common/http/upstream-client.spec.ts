import { createServer as createTlsServer } from 'node:https';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { LookupAddress } from 'node:dns';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type LookupFunction,
  type Server as TcpServer,
} from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { selfSigned } from '../../../test/support/certificate.js';
import type { GatewayError } from '../errors/gateway-error.js';
import { UpstreamClient, type UpstreamConnection } from './upstream-client.js';

const CLOCKS = {
  connectMs: 2_000,
  firstByteMs: 5_000,
  firstTokenMs: 5_000,
  idleMs: 5_000,
  afterFinishMs: 1_000,
  totalMs: 5_000,
};

/** A resolver that gives one answer after the other, and the last one ever after. */
class FakeResolver {
  readonly asked: string[] = [];

  constructor(private readonly answers: string[][]) {}

  readonly lookup: LookupFunction = (host, options, callback) => {
    const answer = this.answers[Math.min(this.asked.length, this.answers.length - 1)] ?? [];
    this.asked.push(host);
    const addresses = answer.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }));
    const [first] = addresses;
    queueMicrotask(() => {
      if (!first) callback(Object.assign(new Error('no such host'), { code: 'ENOTFOUND' }), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

describe('UpstreamClient', () => {
  const servers: (Server | TcpServer)[] = [];
  const clients: UpstreamClient[] = [];
  /** The paths that any server was asked for. */
  let asked: string[] = [];

  const answer: RequestListener = (request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(200, { 'set-cookie': 'a=b', connection: 'close' }).end('ok');
  };

  async function listen(server: Server | TcpServer): Promise<number> {
    servers.push(server);
    const { promise, resolve } = Promise.withResolvers<void>();
    server.listen(0, '127.0.0.1', resolve);
    await promise;
    return (server.address() as AddressInfo).port;
  }

  function ask(baseUrl: string, options: Partial<UpstreamConnection> = {}): Promise<string> {
    const client = new UpstreamClient(baseUrl, { connectMs: 2_000, ...options });
    clients.push(client);
    return askAgain(client);
  }

  /** The status and body of a GET, or the code of the error. */
  function askAgain(client: UpstreamClient): Promise<string> {
    return new Promise((resolve) => {
      let text = '';
      client.send(
        { method: 'GET', path: '/x', headers: {} },
        {
          head: (status) => (text = `${status} `),
          data: (bytes) => (text += bytes.toString('utf8')),
          end: () => resolve(text),
          fail: (error: GatewayError) => resolve(error.code),
        },
        CLOCKS,
      );
    });
  }

  beforeEach(() => {
    asked = [];
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.close()));
    for (const server of servers.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      server.close();
    }
  });

  describe('egress', () => {
    it.each(['127.0.0.1', 'localhost', '0x7f.1', '2130706433', '0177.0.0.1', '[::ffff:127.0.0.1]'])(
      'connects to %s, which is written as what it is',
      async (host) => {
        const port = await listen(createServer(answer));
        expect(await ask(`http://${host}:${port}/`)).toBe('200 ok');
      },
    );

    it.each(['169.254.169.254', '0xa9fea9fe', '[::ffff:169.254.169.254]', '[fe80::1]', '[fd00:ec2::254]'])(
      'does not connect to %s, and asks no resolver about it',
      async (host) => {
        const resolver = new FakeResolver([['127.0.0.1']]);
        expect(await ask(`http://${host}:9/`, { lookup: resolver.lookup })).toBe('egress_denied');
        expect(resolver.asked).toEqual([]);
      },
    );

    it('does not connect where a public name leads to a private address, unless that is allowed', async () => {
      const port = await listen(createServer(answer));
      const { lookup } = new FakeResolver([['127.0.0.1']]);
      expect(await ask(`http://api.example.com:${port}/`, { lookup })).toBe('egress_denied');
      expect(asked).toEqual([]);
      expect(await ask(`http://api.example.com:${port}/`, { lookup, allowPrivateAddresses: true })).toBe('200 ok');
    });

    it('is not misled by an answer that changes between two connections', async () => {
      const port = await listen(createServer(answer));
      // An address that is never allowed for a name: the answers before and after it do not help it.
      const resolver = new FakeResolver([['127.0.0.1'], ['169.254.169.254'], ['127.0.0.1']]);
      const options = { connectMs: 2_000, lookup: resolver.lookup, allowPrivateAddresses: true };
      const client = new UpstreamClient(`http://api.example.com:${port}/`, options);
      clients.push(client);
      expect([await askAgain(client), await askAgain(client), await askAgain(client)]).toEqual([
        '200 ok',
        'egress_denied',
        '200 ok',
      ]);
      expect(resolver.asked).toHaveLength(3);
    });

    it('uses the allowed ones of several addresses', async () => {
      const port = await listen(createServer(answer));
      const { lookup } = new FakeResolver([['169.254.169.254', 'fe80::1', '127.0.0.1']]);
      expect(await ask(`http://ollama:${port}/`, { lookup })).toBe('200 ok');
    });

    it.each([[['10.0.0.1', '127.0.0.1', '::1', 'fd00::1']], [['::ffff:127.0.0.1']], [['64:ff9b::7f00:1']]])(
      'fails when none of %j is allowed',
      async (addresses) => {
        const port = await listen(createServer(answer));
        const { lookup } = new FakeResolver([addresses]);
        expect(await ask(`http://api.example.com:${port}/`, { lookup })).toBe('egress_denied');
        expect(asked).toEqual([]);
      },
    );

    it('says of a name without an address that it cannot be reached', async () => {
      const { lookup } = new FakeResolver([[]]);
      expect(await ask('http://api.example.com/', { lookup })).toBe('upstream_unreachable');
    });
  });

  describe('TLS', () => {
    const { key, cert } = selfSigned('localhost');

    it('trusts the authorities of its own file, for the name that is asked for', async () => {
      const port = await listen(createTlsServer({ key, cert }, answer));
      expect(await ask(`https://localhost:${port}/`, { ca: cert })).toBe('200 ok');
      expect(await ask(`https://127.0.0.1:${port}/`, { ca: cert })).toBe('upstream_error');
      expect(await ask(`https://localhost:${port}/`, { ca: selfSigned('localhost').cert })).toBe('upstream_error');
    });
  });

  describe('a body that comes in chunks of the transfer encoding', () => {
    const HEAD = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
    const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

    /** What a sink is told of an answer that is written so, one part each time that something was heard of the last. */
    async function heardOf(...parts: string[]): Promise<string[]> {
      const heard: string[] = [];
      let goOn = (): void => undefined;
      const server = createTcpServer((socket) => {
        goOn = (): void => {
          const part = parts.shift();
          if (part === 'cut') socket.destroy();
          else if (part !== undefined) socket.write(part);
        };
        socket.once('data', () => goOn()).on('error', () => undefined);
      });
      const client = new UpstreamClient(`http://127.0.0.1:${await listen(server)}`, { connectMs: 2_000 });
      clients.push(client);
      const { promise: over, resolve } = Promise.withResolvers<void>();
      client.send(
        { method: 'GET', path: '/x', headers: {} },
        {
          head: (status) => heard.push(String(status)),
          data: (bytes) => {
            heard.push(bytes.toString());
            goOn();
          },
          end: () => resolve(void heard.push('end')),
          fail: (error) => resolve(void heard.push(error.code)),
        },
        CLOCKS,
      );
      await over;
      await nextTurn();
      return heard;
    }

    it('is given out once for each read of the socket', async () => {
      const heard = await heardOf(HEAD + chunk('a') + chunk('b') + chunk('c'), chunk('d'), chunk('e') + chunk(''));
      expect(heard).toEqual(['200', 'abc', 'd', 'e', 'end']);
    });

    it('is given out before its end, when both come with one read', async () => {
      expect(await heardOf(HEAD + chunk('a') + chunk('b') + chunk(''))).toEqual(['200', 'ab', 'end']);
    });

    it('is given out before the failure that cuts it', async () => {
      expect(await heardOf(HEAD + chunk('a') + chunk('b'), 'cut')).toEqual(['200', 'ab', 'upstream_error']);
      // Not a size: the parser breaks in the same read.
      expect(await heardOf(`${HEAD}${chunk('a')}zz\r\n`)).toEqual(['200', 'a', 'upstream_error']);
    });
  });

  it('follows no redirect and keeps no cookie', async () => {
    const cookies: unknown[] = [];
    const port = await listen(
      createServer((request, response) => {
        asked.push(request.url ?? '');
        cookies.push(request.headers.cookie);
        response.writeHead(307, { location: '/elsewhere', 'set-cookie': 'session=1; Path=/' }).end();
      }),
    );
    const client = new UpstreamClient(`http://127.0.0.1:${port}`, { connectMs: 2_000 });
    clients.push(client);
    expect([await askAgain(client), await askAgain(client)]).toEqual(['307 ', '307 ']);
    expect(asked).toEqual(['/x', '/x']);
    expect(cookies).toEqual([undefined, undefined]);
  });
});
