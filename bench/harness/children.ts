import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Which processors a process may use; undefined: all. */
export type Core = 0 | 1 | undefined;

export interface ChildOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  readonly core?: Core;
  /** File that standard output and error are appended to. Default: nowhere. */
  readonly log?: string;
  /** Whether standard output is read by the harness. */
  readonly isRead?: boolean;
}

const STOP_LIMIT_MS = 3_000;
/** Ten thousand streams need twenty thousand sockets in a gateway; where the limit cannot be raised it stays. */
const RAISE_FILES = 'ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"';
const running = new Set<ChildProcess>();

/** Starts a process in a group of its own, with nothing of the harness's environment but PATH and HOME. */
export function startChild(command: string, args: readonly string[], options: ChildOptions = {}): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  const pin = options.core === undefined ? [] : ['taskset', '-c', String(options.core)];
  const shell = `${RAISE_FILES}; exec "$@"`;
  const log = options.log === undefined ? 'ignore' : openSync(options.log, 'a');
  const child = spawn('sh', ['-c', shell, 'sh', ...pin, command, ...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', options.isRead ? 'pipe' : log, log],
    detached: true,
  });
  running.add(child);
  child.once('error', () => running.delete(child)).once('exit', () => running.delete(child));
  return child;
}

/** Ends a process and all that it started. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  signal(child, 'SIGTERM');
  const isGone = await Promise.race([exit.then(() => true), sleep(STOP_LIMIT_MS, false, { ref: false })]);
  signal(child, 'SIGKILL');
  if (!isGone) await exit;
}

/** Leaves nothing behind, however the harness ends. */
export function stopChildrenAtExit(): void {
  process.once('exit', () => {
    for (const child of running) signal(child, 'SIGKILL');
  });
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => process.exit(130));
}

function signal(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** How many files and sockets a process may have. */
export function fileLimit(): number {
  return Number(execFileSync('sh', ['-c', `${RAISE_FILES}; ulimit -n`], { encoding: 'utf8' }));
}

/** A port that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Waits until a step says so.
 * @returns how long it took, in milliseconds
 * @throws Error when it does not come, or when the process ends before; the process is ended then
 */
export async function until(
  what: string,
  step: () => boolean | Promise<boolean>,
  { limitMs = 30_000, everyMs = 5, child }: { limitMs?: number; everyMs?: number; child?: ChildProcess } = {},
): Promise<number> {
  const start = performance.now();
  while (!(await step())) {
    const hasEnded = child !== undefined && child.exitCode !== null;
    if (hasEnded || performance.now() - start > limitMs) {
      if (child) await stopChild(child);
      throw new Error(`${what} did not come within ${limitMs} ms${hasEnded ? ': the process has ended' : ''}`);
    }
    await sleep(everyMs);
  }
  return performance.now() - start;
}

/** Whether somebody accepts connections there. */
export async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    return await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
  } finally {
    socket.destroy();
  }
}

/** Whether a GET is answered with 200. */
export async function isReady(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  const answer = await fetch(url, { headers }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status === 200;
}
