import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What an agent's process did. */
export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
  /** Internet addresses that it tried to reach, as `127.0.0.1:8080`; undefined where nothing can tell. */
  reached: Set<string> | undefined;
}

/** Ends an agent that hangs. */
const DEADLINE_MS = 120_000;
const SYSTEM_CALLS = 'connect,sendto,sendmsg,sendmmsg';
const IPV4 = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g;
const IPV6 = /sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/g;

export const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;

/** A folder for one task: the agent's home, and the project that it works on. */
export class Desk {
  readonly home: string;
  readonly project: string;
  private readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
    this.home = join(folder, 'home');
    this.project = join(folder, 'project');
  }

  static async set(files: Record<string, string>): Promise<Desk> {
    const desk = new Desk(await mkdtemp(join(tmpdir(), 'asbru-agent-')));
    await mkdir(desk.home);
    await mkdir(desk.project);
    for (const [name, text] of Object.entries(files)) await writeFile(join(desk.project, name), text);
    return desk;
  }

  read(name: string): Promise<string> {
    return readFile(join(this.project, name), 'utf8');
  }

  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** Runs a program here, with these variables and no others, and notes where it tried to connect to. */
  async run(program: string, args: readonly string[], env: Record<string, string>): Promise<Run> {
    const trace = join(this.folder, 'trace');
    const traced = canTrace ? ['strace', '-f', '-qq', '-e', `trace=${SYSTEM_CALLS}`, '-o', trace] : [];
    const [command = program, ...rest] = [...traced, program, ...args];
    const child = spawn(command, rest, {
      cwd: this.project,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: this.home, TERM: 'dumb', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString('utf8')));
    child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString('utf8')));
    const overdue = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
    const [code] = (await once(child, 'close')) as [number | null];
    clearTimeout(overdue);
    return { code, stdout, stderr, reached: canTrace ? addressesIn(await readFile(trace, 'utf8')) : undefined };
  }
}

function addressesIn(trace: string): Set<string> {
  const found = [...trace.matchAll(IPV4), ...trace.matchAll(IPV6)];
  return new Set(found.map(([, port = '', address = '']) => `${address}:${port}`));
}

/**
 * A program in a package that npm chose for this platform; its launcher is of no use here, because scripts of
 * packages do not run.
 */
export function programOf(launcher: string, platformPackage: string, paths: readonly string[]): string {
  // Codex's package for a platform is an alias beside its launcher, which exports nothing.
  const from = createRequire(import.meta.url);
  const folder = join(dirname(from.resolve(`${launcher}/package.json`)), '../..', platformPackage);
  const program = paths.map((path) => join(folder, path)).find((path) => existsSync(path));
  if (program === undefined) throw new Error(`${platformPackage} holds none of ${paths.join(', ')}`);
  return program;
}
