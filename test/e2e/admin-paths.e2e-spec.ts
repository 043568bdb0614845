import { once } from 'node:events';
import { connect } from 'node:net';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { AppModule } from '../../src/app.module.js';
import { createApp } from '../../src/bootstrap.js';
import { accessOf } from '../../src/control/auth/access/access-of.js';
import { SetupService } from '../../src/control/auth/setup/setup.service.js';

/** Notes what has come past the guards: interceptors are next. */
class Reached implements NestInterceptor {
  readonly routes: string[] = [];

  intercept(context: ExecutionContext, next: CallHandler) {
    const access = accessOf(context.getClass(), context.getHandler());
    const { method, originalUrl } = context.switchToHttp().getRequest<FastifyRequest>();
    if (access?.kind !== 'public' && access?.kind !== 'caller') this.routes.push(`${method} ${originalUrl}`);
    return next.handle();
  }
}

const PATHS = ['/admin/v1/me', '/admin/v1/roles', '/admin/v1/admin-tokens', '/admin/v1/roles/owner'];
const METHODS = ['GET', 'HEAD', 'POST', 'PATCH', 'PUT', 'DELETE', 'OPTIONS', 'get', 'Get', 'QUERY'];
const TYPES = [
  undefined,
  'application/json',
  'application/json\t; charset=utf-8',
  ' application/json',
  'APPLICATION/JSON',
  'application/vnd.api+json',
  'text/plain',
  'multipart/form-data; boundary=x',
];
const HOSTS = [
  'gateway',
  'localhost:8080',
  'gateway/v1/models',
  'gateway/health/live?x=',
  'a/?x=#y',
  'gateway\r\nhost: other',
  '',
  '127.0.0.1@gateway',
];

/** Ways to write a path that some reader takes for the same, or for another. */
function spellings(path: string): string[] {
  const encode = (at: number): string =>
    `${path.slice(0, at)}%${path.charCodeAt(at).toString(16).toUpperCase()}${path.slice(at + 1)}`;
  const [, first = '', ...rest] = path.split('/');
  const tail = rest.join('/');
  return [
    [path, encode(0), ...[1, 3, 5, 6, 7, path.length - 1].map(encode)],
    [`${path}/`, `${path}//`, `//${path.slice(1)}`, `/${first}//${tail}`, `/./${first}/${tail}`],
    [`/x/..${path}`, `/x/%2e%2e${path}`, `/health/live/../..${path}`, `/health/live/..%2f..${path}`],
    [path.toUpperCase(), `/Admin/${tail}`, `/${first}/${tail.toUpperCase()}`],
    [`${path};x=1`, `${path};`, `/${first};x/${tail}`, `/;${path}`, `${path}%3B`],
    [`${path}?`, `${path}?access=public`, `${path}#x`, `${path}%23`, `${path}%3Fx`, `${path}&x=1`],
    [`${path}.json`, `${path}%00`, `${path}%20`, `${path}%09`, `${path}%0a`, `${path}\\`, `/\\${path.slice(1)}`],
    [`/openai${path}`, `/anthropic${path}`, `/genai${path}`, `/langchain/openai${path}`, `/openai/v1${path}`],
    [`http://other${path}`, `http://gateway/health/live${path}`, `/v1${path}`, `/v1/models/..${path}`],
    [`/%61dmin/${tail}`, `/%2561dmin/${tail}`, `/ａdmin/${tail}`, `/${first}%2F${tail}`, `/${first}%5c${tail}`],
    [`/docs/..${path}`, `/docs${path}`, `/metrics/..${path}`, `${path}/..;/me`, `${path}/.`, `${path}/%2e`],
  ].flat();
}

describe('No spelling of a request reaches an administrator’s handler without a token', () => {
  const reached = new Reached();
  let app: NestFastifyApplication;
  let port: number;

  beforeAll(async () => {
    app = await createApp(AppModule);
    app.useGlobalInterceptors(reached);
    await app.listen(0, '127.0.0.1');
    const address = app.getHttpServer().address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => app.close());
  beforeEach(() => {
    reached.routes.length = 0;
  });

  /** Sends it on a connection of its own, and gives the status; 0 when it was closed without an answer. */
  async function send(head: string, body = ''): Promise<number> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (bytes: Buffer) => (text += bytes.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(`${head}\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    await closed;
    return Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
  }

  function* variants(): Generator<string> {
    for (const path of PATHS) {
      for (const spelling of spellings(path)) {
        for (const method of METHODS) {
          yield `${method} ${spelling} HTTP/1.1\r\nhost: gateway`;
          yield `${method} ${spelling} HTTP/1.1\r\nhost: gateway\r\ncontent-type: application/json`;
        }
        for (const type of TYPES) {
          const typed = type === undefined ? '' : `\r\ncontent-type:${type}`;
          yield `POST ${spelling} HTTP/1.1\r\nhost: gateway${typed}`;
        }
      }
      for (const host of HOSTS) {
        for (const method of METHODS) yield `${method} ${path} HTTP/1.1\r\nhost: ${host}`;
        yield `GET ${path} HTTP/1.1\r\nhost: gateway\r\nx-forwarded-host: ${host}\r\nx-original-url: /health/live`;
        yield `GET ${path} HTTP/1.0\r\nhost: ${host}`;
      }
      for (const header of OVERRIDES) yield `GET ${path} HTTP/1.1\r\nhost: gateway\r\n${header}`;
    }
  }

  it('of 5,000 and more', async () => {
    const heads = [...variants()];
    const answered = new Map<number, number>();
    const succeeded: string[] = [];
    const queue = heads.values();
    const worker = async (): Promise<void> => {
      for (const head of queue) {
        const status = await send(head, '{"name":"x","permissions":["usage:read"]}');
        answered.set(status, (answered.get(status) ?? 0) + 1);
        if (status >= 200 && status < 300 && !isPublic(head)) succeeded.push(head);
      }
    };
    await Promise.all(Array.from({ length: 16 }, worker));
    expect(heads.length).toBeGreaterThanOrEqual(5_000);
    expect(reached.routes).toEqual([]);
    expect(succeeded).toEqual([]);
    // They are no strangers to the router: thousands found the handler, and were stopped before it.
    expect(answered.get(401)).toBeGreaterThan(800);
  }, 180_000);

  it('while with one, the same do', async () => {
    const setup_token = await app.get(SetupService).issue();
    const made = await app.inject({ method: 'POST', url: '/admin/v1/setup', payload: { setup_token, name: 'owner' } });
    const { token } = made.json<{ token: string }>();
    const bearer = `authorization: Bearer ${token}`;
    expect(await send(`GET /admin/v1/me HTTP/1.1\r\nhost: gateway\r\n${bearer}`)).toBe(200);
    expect(await send(`HEAD /%61dmin/v1/me HTTP/1.1\r\nhost: gateway\r\n${bearer}`)).toBe(200);
    expect(reached.routes).toEqual(['GET /admin/v1/me', 'HEAD /%61dmin/v1/me']);
  });
});

/** What some frameworks and proxies believe instead of the request line. */
const OVERRIDES = [
  'x-http-method-override: OPTIONS',
  'x-original-url: /v1/models',
  'x-rewrite-url: /v1/models',
  'x-forwarded-uri: /v1/models',
  'x-forwarded-for: 127.0.0.1',
  'x-real-ip: 127.0.0.1',
  'x-middleware-subrequest: 1',
  'authorization: Bearer ',
  'authorization: Bearer null',
  'authorization: Bearer undefined',
  'authorization: Bearer asbru-admin-',
  `authorization: Bearer ${'0'.repeat(64)}`,
];

/** Whose path begins with that of a route that is everybody's: Swagger UI, the models, health. */
const isPublic = (head: string): boolean => /^\S+ (?:http:\/\/[^/]+)?\/(?:docs|v1\/models|health|metrics)/.test(head);
