import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort, listens, startChild, stopChild, until } from '../harness/children.js';
import type { Place } from './target.js';

/** A Redis of its own, on the side of load and upstream: a network hop away it would not be on the gateway's core. */
export async function startRedis({ folder }: Place): Promise<{ url: string; stop: () => Promise<void> }> {
  const port = await freePort();
  const options = { port, bind: '127.0.0.1', save: '', appendonly: 'no', dir: folder };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = startChild('redis-server', args, { core: 0, log: join(folder, 'redis.log') });
  await until('Redis', () => listens(port), { child });
  return { url: `redis://127.0.0.1:${port}/0`, stop: () => stopChild(child) };
}

startRedis.missing = (): string | undefined =>
  programPath('redis-server') === undefined ? 'redis-server is missing: apt-get install redis-server' : undefined;

/** Where a program is; undefined: it is not installed. */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
