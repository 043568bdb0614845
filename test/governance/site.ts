// Gateways on one PostgreSQL and one Redis, in front of an upstream that keeps its own books. Everything listens on
// 127.0.0.1, on free ports. Needs a build, redis-server, and ASBRU_TEST_POSTGRES_URL.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';

const ROOT = join(import.meta.dirname, '../..');
const SETUP_TOKEN = randomBytes(32).toString('hex');
const SECRET = randomBytes(32).toString('hex');
const START_LIMIT_MS = 20_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** One request that the upstream was sent. */
export interface Served {
  /** The caller's name for it: the `user` of the body. */
  readonly name: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** When it came, by a clock that never goes back. */
  readonly at: number;
  /** Whether the whole answer was written to the gateway's socket. */
  isWhole: boolean;
}

/** An upstream that answers at once, and writes down what it produced. */
export class Upstream {
  readonly served: Served[] = [];
  delayMs = 0;
  /** Pause between two pieces of a streamed answer. */
  paceMs = 0;
  /** Another than 200 for every request. */
  status = 200;
  private readonly server: Server;
  private seed: number;

  private constructor(server: Server, seed: number) {
    this.server = server;
    this.seed = seed;
  }

  static async start(seed = 1): Promise<Upstream> {
    const server = createServer();
    const upstream = new Upstream(server, seed);
    server.on('request', (incoming, outgoing) => void upstream.answer(incoming, outgoing));
    server.keepAliveTimeout = 60_000;
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return upstream;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    if (incoming.method !== 'POST') return void outgoing.end('{"object":"list","data":[]}');
    const body = JSON.parse(Buffer.concat(parts).toString()) as {
      user?: string;
      stream?: boolean;
      max_tokens?: number;
      max_completion_tokens?: number;
    };
    const bound = body.max_completion_tokens ?? body.max_tokens ?? 100;
    const outputTokens = Math.ceil(bound * (0.4 + 0.6 * this.next()));
    const served: Served = {
      name: body.user ?? '',
      inputTokens: 10,
      outputTokens,
      at: performance.now(),
      isWhole: false,
    };
    this.served.push(served);
    if (this.status !== 200) return void outgoing.writeHead(this.status).end('{}');
    if (this.delayMs > 0) await sleep(this.delayMs * this.next());
    const usage = { prompt_tokens: 10, completion_tokens: outputTokens, total_tokens: 10 + outputTokens };
    const message = { role: 'assistant', content: 'Hello' };
    if (body.stream) return this.stream(outgoing, served, usage);
    const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'gpt-oss-120b', usage };
    outgoing.setHeader('content-type', 'application/json');
    outgoing.end(JSON.stringify({ ...answer, choices: [{ index: 0, message, finish_reason: 'stop' }] }), () => {
      served.isWhole = true;
    });
  }

  /** A piece for each token. */
  private async stream(outgoing: ServerResponse, served: Served, usage: object): Promise<void> {
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-oss-120b' };
    const write = (part: object): void => void outgoing.write(`data: ${JSON.stringify({ ...chunk, ...part })}\n\n`);
    outgoing.setHeader('content-type', 'text/event-stream');
    for (let token = 0; token < served.outputTokens && !outgoing.destroyed; token++) {
      write({ choices: [{ index: 0, delta: { content: 'word ' }, finish_reason: null }] });
      await sleep(this.paceMs);
    }
    write({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage });
    outgoing.end('data: [DONE]\n\n', () => {
      served.isWhole = true;
    });
  }

  /** Numbers that are the same in each run (a linear congruence is random enough for lengths). */
  private next(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return this.seed / 4_294_967_296;
  }
}

/** Stands before a server, and can be slow, silent, or gone. */
export class Wire {
  mode: 'open' | 'slow' | 'half-open' | 'cut' = 'open';
  private readonly sockets = new Set<Socket>();
  private readonly server;

  private constructor(target: number) {
    this.server = createTcpServer((socket) => this.forward(socket, target));
  }

  static async before(target: number): Promise<Wire> {
    const wire = new Wire(target);
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  cut(): void {
    this.mode = 'cut';
    for (const socket of this.sockets) socket.destroy();
  }

  /** Ends the connections that are open, as a system does that gives up on them. */
  reset(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  close(): void {
    this.cut();
    this.server.close();
  }

  private forward(socket: Socket, target: number): void {
    socket.on('error', () => socket.destroy());
    if (this.mode === 'cut') return void socket.destroy();
    const upstream = connect(target, '127.0.0.1');
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => one.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.on('data', (bytes: Buffer) => {
        if (this.mode === 'slow') setTimeout(() => other.writable && other.write(bytes), 500);
        else if (this.mode !== 'half-open') other.write(bytes);
      });
    }
  }
}

export interface SiteOptions {
  readonly gateways: number;
  readonly engine?: 'postgresql' | 'sqlite';
  /** Processes of each gateway. Default: one. */
  readonly workers?: number;
  /** Settings of all gateways. */
  readonly env?: Record<string, string>;
  /** Whether PostgreSQL and Redis can be taken away; what stands before them runs in this process, and waits for it. */
  readonly wired?: boolean;
}

/** Gateways that share a database, and what they need. */
export class Site {
  readonly agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  readonly gateways: Array<{ port: number; process: ChildProcess | undefined }> = [];
  readonly upstream: Upstream;
  /** Before PostgreSQL and Redis. */
  readonly database: Wire | undefined;
  readonly redis: Wire | undefined;
  readonly folder = mkdtempSync(join(tmpdir(), 'asbru-site-'));
  private redisPort = 0;
  private redisProcess: ChildProcess | undefined;
  private adminToken = '';
  private readonly databaseUrl: string;
  private readonly env: Record<string, string>;

  private constructor(
    upstream: Upstream,
    databaseUrl: string,
    wires: { database?: Wire; redis?: Wire },
    env: Record<string, string>,
  ) {
    this.upstream = upstream;
    this.databaseUrl = databaseUrl;
    this.database = wires.database;
    this.redis = wires.redis;
    this.env = env;
  }

  static async start(options: SiteOptions): Promise<Site> {
    const { gateways, engine = 'postgresql', workers = 1, wired = false } = options;
    const env = { ASBRU_WORKERS: String(workers), ...options.env };
    const upstream = await Upstream.start();
    const site = engine === 'sqlite' ? Site.onFile(upstream, env) : await Site.onServers(upstream, env, wired);
    try {
      for (let index = 0; index < gateways; index++) site.gateways.push({ port: await freePort(), process: undefined });
      // The first migrates; the others would only wait for it.
      for (let index = 0; index < gateways; index++) await site.startGateway(index);
      await site.setUp();
    } catch (error) {
      await site.close();
      throw error;
    }
    return site;
  }

  private static onFile(upstream: Upstream, env: Record<string, string>): Site {
    const folder = mkdtempSync(join(tmpdir(), 'asbru-file-'));
    return new Site(upstream, `sqlite:${join(folder, 'asbru.db')}`, {}, env);
  }

  private static async onServers(upstream: Upstream, env: Record<string, string>, wired: boolean): Promise<Site> {
    const url = await newDatabase();
    const redisPort = await freePort();
    const wires = wired ? { database: await Wire.before(Number(url.port)), redis: await Wire.before(redisPort) } : {};
    if (wires.database) url.port = String(wires.database.port);
    const shown = { REDIS_URL: `redis://127.0.0.1:${wires.redis?.port ?? redisPort}/0`, ...env };
    const site = new Site(upstream, url.href, wires, shown);
    site.redisPort = redisPort;
    await site.startRedis();
    return site;
  }

  async startRedis(): Promise<void> {
    const args = [
      '--port',
      String(this.redisPort),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      this.folder,
    ];
    this.redisProcess = spawn('redis-server', args, { stdio: 'ignore' });
    await until(`Redis on ${this.redisPort}`, () => listens(this.redisPort));
  }

  async killRedis(): Promise<void> {
    const exit = this.redisProcess && once(this.redisProcess, 'exit');
    this.redisProcess?.kill('SIGKILL');
    await exit;
  }

  /** Starts it, or starts it again with what it left behind, and waits for all its workers. */
  async startGateway(index: number): Promise<void> {
    const gateway = this.gateways[index];
    if (!gateway) throw new Error(`There is no gateway ${index}`);
    const env = this.settingsOf(index);
    const child = spawn(process.execPath, ['dist/main.js'], {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    gateway.process = child;
    await until(`gateway ${index}`, async () => {
      if (child.exitCode !== null) throw new Error(`gateway ${index} ended with ${child.exitCode}`);
      return (await this.get(index, '/health/ready').catch(() => undefined))?.status === 200;
    });
    if (env.ASBRU_WORKERS !== '1') await this.allWorkers(index);
  }

  /** Waits until as many workers answer as there should be. */
  async allWorkers(index: number): Promise<void> {
    const wanted = Number(this.settingsOf(index).ASBRU_WORKERS);
    await until(`${wanted} workers`, async () => {
      const { text } = await this.get(index, '/metrics');
      return text.match(/^asbru_worker_heap_bytes\{/gm)?.length === wanted;
    });
  }

  /** Starts a gateway that is expected to end by itself, with some other settings. */
  async tryGateway(index: number, others: Record<string, string>): Promise<{ status: number | null; words: string }> {
    const env = { ...this.settingsOf(index), ...others };
    const child = spawn(process.execPath, ['dist/main.js'], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'pipe'] });
    let words = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (words += text));
    const limit = setTimeout(() => child.kill(), START_LIMIT_MS);
    const [status] = (await once(child, 'close')) as [number | null];
    clearTimeout(limit);
    return { status, words };
  }

  private settingsOf(index: number): Record<string, string> {
    const gateway = this.gateways[index];
    const env: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      PORT: String(gateway?.port),
      ASBRU_AUTH: 'required',
      ASBRU_SECRET: SECRET,
      ASBRU_SETUP_TOKEN: SETUP_TOKEN,
      ASBRU_DATA_DIR: join(this.folder, String(index)),
      ASBRU_LOG_LEVEL: process.env.ASBRU_TEST_LOG_LEVEL ?? 'fatal',
      ASBRU_SHED_LOOP_DELAY_MS: '60000',
      CEREBRAS_API_KEY: 'csk-test',
      CEREBRAS_BASE_URL: this.upstream.url,
      DATABASE_URL: this.databaseUrl,
      ...this.env,
    };
    if (env.ASBRU_LOG_LEVEL === 'fatal') env.ASBRU_LOG_LEVEL = 'silent';
    return env;
  }

  /** The processes of a gateway's workers: of Linux alone. */
  workersOf(index: number): number[] {
    const pid = this.gateways[index]?.process?.pid ?? 0;
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  }

  async killGateway(index: number): Promise<void> {
    const gateway = this.gateways[index];
    const exit = gateway?.process && once(gateway.process, 'exit');
    gateway?.process?.kill('SIGKILL');
    await exit;
  }

  /** An admin's request to the first gateway; fails when it is not answered with 2xx. */
  async admin<T = Record<string, unknown>>(method: string, path: string, body?: object): Promise<T> {
    const answer = await this.send(0, method, `/admin/v1${path}`, { authorization: `Bearer ${this.adminToken}` }, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return JSON.parse(answer.text || '{}') as T;
  }

  /** Makes a key, and waits until every gateway knows it. */
  async key(body: object): Promise<{ id: string; key: string }> {
    const made = await this.admin<{ id: string; key: string }>('POST', '/virtual-keys', {
      allowed_providers: ['*'],
      allowed_models: ['*'],
      allowed_upstream_keys: ['*'],
      ...body,
    });
    for (const [index] of this.gateways.entries())
      await until('the key', async () => (await this.keyOf(index, made.key)).status === 200);
    return made;
  }

  keyOf(index: number, key: string): Promise<Answer> {
    return this.get(index, '/v1/key', { authorization: `Bearer ${key}` });
  }

  chat(
    index: number,
    key: string,
    body: object = {},
    headers: Record<string, string> = {},
    agent = this.agent,
  ): Promise<Answer> {
    const message = { role: 'user', content: 'Say something of forty characters, yes..' };
    const chat = { model: 'cerebras/gpt-oss-120b', max_tokens: 100, messages: [message], ...body };
    const sent = { ...headers, authorization: `Bearer ${key}` };
    return this.send(index, 'POST', '/v1/chat/completions', sent, chat, agent);
  }

  get(index: number, path: string, headers: Record<string, string> = {}, agent = this.agent): Promise<Answer> {
    return this.send(index, 'GET', path, headers, undefined, agent);
  }

  /** Rows of the database, by way of nothing that can be cut. */
  async rows<T>(sql: string): Promise<T[]> {
    if (this.databaseUrl.startsWith('sqlite:')) return this.rowsNow<T>(sql);
    const url = new URL(this.databaseUrl);
    url.port = new URL(process.env.ASBRU_TEST_POSTGRES_URL ?? '').port;
    return query<T>(url.href, sql);
  }

  /** Rows of a file. */
  rowsNow<T>(sql: string): T[] {
    const file = new DatabaseSync(this.databaseUrl.slice('sqlite:'.length), { readOnly: true });
    try {
      return file.prepare(sql).all() as T[];
    } finally {
      file.close();
    }
  }

  async close(): Promise<void> {
    this.agent.destroy();
    for (const { process: child } of this.gateways) child?.kill('SIGKILL');
    this.redisProcess?.kill('SIGKILL');
    this.upstream.close();
    this.database?.close();
    this.redis?.close();
    await sleep(100);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async setUp(): Promise<void> {
    const answer = await this.send(0, 'POST', '/admin/v1/setup', {}, { setup_token: SETUP_TOKEN, name: 'owner' });
    if (answer.status !== 200) throw new Error(`setup: ${answer.status} ${answer.text}`);
    this.adminToken = (JSON.parse(answer.text) as { token: string }).token;
  }

  private async send(
    index: number,
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: object,
    agent = this.agent,
  ): Promise<Answer> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request({
      host: '127.0.0.1',
      port: this.gateways[index]?.port,
      method,
      path,
      agent,
      headers: {
        ...headers,
        ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
      },
    });
    sent.end(text);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    const parts: Buffer[] = [];
    for await (const part of answer) parts.push(part as Buffer);
    return { status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(parts).toString() };
  }
}

/** Waits until a step says so. */
export async function until(
  what: string,
  step: () => boolean | Promise<boolean>,
  limitMs = START_LIMIT_MS,
): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await step())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come within ${limitMs} ms`);
    await sleep(20);
  }
}

/** A check of a program: says it, and makes the program fail when it is not so. */
export function expect(what: string, isSo: boolean): void {
  console.log(`${isSo ? 'ok    ' : 'FAILED'} ${what}`);
  if (!isSo) process.exitCode = 1;
}

async function newDatabase(): Promise<URL> {
  const server = process.env.ASBRU_TEST_POSTGRES_URL;
  if (!server) throw new Error('Set ASBRU_TEST_POSTGRES_URL to a server that databases may be made on');
  const name = `asbru_site_${randomBytes(6).toString('hex')}`;
  await query(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url;
}

async function query<T>(connectionString: string, sql: string): Promise<T[]> {
  const orm = new MikroORM({
    driver: PostgreSqlDriver,
    entities: [],
    dbName: new URL(connectionString).pathname.slice(1),
    driverOptions: { connectionString },
    discovery: { warnWhenNoEntities: false },
  });
  try {
    return await orm.em.getConnection().execute<T[]>(sql);
  } finally {
    await orm.close(true);
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
