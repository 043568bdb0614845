import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const START_DEADLINE_MS = 30_000;
const STOP_DEADLINE_MS = 10_000;

/** A built entry point of Asbru that runs as a child process on a free port of its own. */
export class ServerProcess {
  private static readonly children = new Set<ChildProcess>();

  static {
    // A test process that ends before its `after` hook must not leave servers behind.
    process.once('exit', () => {
      for (const child of ServerProcess.children) child.kill('SIGKILL');
    });
  }

  readonly origin: string;
  private readonly child: ChildProcess;
  private readonly entry: string;
  private output = '';

  private constructor(entry: string, port: number, cwd: string, env: Record<string, string>) {
    this.entry = entry;
    this.origin = `http://127.0.0.1:${port}`;
    // Nothing of the caller's environment but PATH: a real key or a proxy setting must not reach the test.
    this.child = spawn(process.execPath, [entry], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOST: '127.0.0.1', PORT: String(port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (text: Buffer) => this.keep(text));
    this.child.stderr?.on('data', (text: Buffer) => this.keep(text));
    ServerProcess.children.add(this.child);
    this.child.once('exit', () => ServerProcess.children.delete(this.child));
  }

  static async start(entry: string, cwd: string, env: Record<string, string> = {}): Promise<ServerProcess> {
    const server = new ServerProcess(entry, await freePort(), cwd, env);
    await server.untilListening();
    return server;
  }

  /** Stops the process; a server that had ended by itself before is a failure. */
  async stop(): Promise<void> {
    if (!this.running) throw new Error(`${this.entry} ended by itself: ${this.describeEnd()}\n${this.output}`);
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const overdue = setTimeout(() => this.child.kill('SIGKILL'), STOP_DEADLINE_MS);
    await ended;
    clearTimeout(overdue);
  }

  private get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  private async untilListening(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await accepts(this.origin))) {
      if (!this.running) throw new Error(`${this.entry} did not start: ${this.describeEnd()}\n${this.output}`);
      if (Date.now() > deadline) {
        this.child.kill('SIGKILL');
        throw new Error(`${this.entry} does not listen after ${START_DEADLINE_MS} ms\n${this.output}`);
      }
      await delay(50);
    }
  }

  private describeEnd(): string {
    return `exit code ${this.child.exitCode}, signal ${this.child.signalCode}`;
  }

  private keep(text: Buffer): void {
    this.output = (this.output + text.toString()).slice(-20_000);
  }
}

/** Any HTTP answer will do, of whatever status. */
async function accepts(origin: string): Promise<boolean> {
  try {
    const answer = await fetch(`${origin}/`);
    await answer.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
