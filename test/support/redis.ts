import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A server that tests may share, as `redis://127.0.0.1:6379/0`; .ci/run starts one. Names are the tests' own. */
export const REDIS = process.env['ASBRU_TEST_REDIS_URL'] ?? '';

/** Without a server Redis' tests are skipped, which .ci/run counts as failed. */
export const describeOnRedis: jest.Describe = REDIS === '' ? describe.skip : describe;

/** A server of its own, for tests that kill and empty it. */
export class RedisServer {
  private process: ChildProcess | undefined;

  private constructor(private readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort());
    await server.run();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/0`;
  }

  /** Starts it anew, empty. */
  async run(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.process = spawn('redis-server', args, { stdio: 'ignore' });
    while (!(await answers(this.port)))
      if (this.process.exitCode !== null) throw new Error('redis-server did not start');
  }

  /** Sends one command without arguments, and waits for its answer. */
  async command(name: string): Promise<void> {
    const socket = connect(this.port, '127.0.0.1');
    socket.write(`${name}\r\n`);
    await once(socket, 'data');
    socket.destroy();
  }

  /** As a machine that is gone: nothing is saved, nobody is told. */
  async kill(): Promise<void> {
    const { process } = this;
    this.process = undefined;
    if (!process) return;
    process.kill('SIGKILL');
    await once(process, 'exit');
  }
}

type Manner = 'well' | 'cut' | 'silent' | { readonly slowMs: number };

/** Stands between a gateway and Redis: works well, is cut off, accepts and never answers, or is slow. */
export class RedisProxy {
  private readonly sockets = new Set<Socket>();
  private readonly wakes = new Set<() => void>();
  /** Connections that were ever made. */
  connections = 0;
  private manner: Manner = 'well';

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async before(url: string): Promise<RedisProxy> {
    const server = createServer();
    const proxy = new RedisProxy(server, new URL(url));
    server.on('connection', (socket) => proxy.forward(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(this.target.href);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Open connections stay as they are, unless they are cut. */
  behave(manner: Manner): void {
    this.manner = manner;
    if (manner === 'cut') for (const socket of this.sockets) socket.destroy();
    if (manner === 'well') for (const deliver of this.wakes) deliver();
  }

  async close(): Promise<void> {
    this.behave('cut');
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(socket: Socket): void {
    if (this.manner === 'cut') return void socket.destroy();
    this.connections++;
    const upstream = connect(Number(this.target.port), this.target.hostname);
    this.pass(socket, upstream, false);
    this.pass(upstream, socket, true);
  }

  /** Bytes keep their order and none is lost, as TCP has it. */
  private pass(from: Socket, to: Socket, isAnswer: boolean): void {
    this.sockets.add(from);
    const waiting: Buffer[] = [];
    const deliver = (): void => {
      if (this.manner === 'silent' || to.destroyed) return;
      for (const bytes of waiting.splice(0)) to.write(bytes);
    };
    const deliverNext = (): void => {
      const bytes = this.manner === 'silent' || to.destroyed ? undefined : waiting.shift();
      if (bytes) to.write(bytes);
    };
    this.wakes.add(deliver);
    from.on('data', (bytes: Buffer) => {
      waiting.push(bytes);
      const delay = isAnswer && typeof this.manner === 'object' ? this.manner.slowMs : 0;
      if (delay === 0) deliver();
      // One for each: what came later is not due yet.
      else setTimeout(deliverNext, delay);
    });
    from.on('error', () => from.destroy());
    from.once('close', () => {
      this.sockets.delete(from);
      this.wakes.delete(deliver);
      to.destroy();
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Whether somebody answers PING. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.on('connect', () => socket.write('PING\r\n'));
  socket.on('data', (bytes) => resolve(bytes.toString('utf8').startsWith('+PONG')));
  socket.on('error', () => resolve(false));
  const result = await promise;
  socket.destroy();
  return result;
}
