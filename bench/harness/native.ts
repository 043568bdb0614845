import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../native');

/** Where what the benchmark needs is kept between runs: the helpers in C, and the peers. */
export const CACHE = process.env.ASBRU_BENCH_CACHE ?? join(homedir(), '.cache', 'asbru-bench');

/** A helper in C, compiled when its sources changed. @returns its path */
export function helper(name: 'upstream' | 'load'): string {
  const sources = readdirSync(SOURCES).toSorted();
  const hash = createHash('sha256');
  for (const source of sources) hash.update(readFileSync(join(SOURCES, source)));
  const path = join(CACHE, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(path)) return path;
  mkdirSync(CACHE, { recursive: true });
  const draft = `${path}.${process.pid}`;
  execFileSync('gcc', ['-O2', '-Wall', '-Wextra', '-Werror', '-o', draft, join(SOURCES, `${name}.c`)], {
    stdio: 'inherit',
  });
  renameSync(draft, path);
  return path;
}
