#!/usr/bin/env node
// Ends with 0 when dist/ was built from what stands here now, so that a second start need not build again.
//
//   node tools/built.mjs || npm run build
import { createHash } from 'node:crypto';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const STAMP = join(ROOT, 'dist', '.built-from');
/** Everything that the build reads; packages by their lock. */
const READ = ['src/**/*.*', 'tools/*.mjs', 'package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig*.json'];

/** Notes what dist/ was built from. */
export const noteBuilt = async () => writeFile(STAMP, await digest());

async function digest() {
  const hash = createHash('sha256').update(process.version);
  const names = await Array.fromAsync(glob(READ, { cwd: ROOT }));
  for (const name of names.sort()) hash.update(`${name}\0`).update(await readFile(join(ROOT, name)));
  return hash.digest('hex');
}

if (import.meta.main) {
  const built = await readFile(STAMP, 'utf8').catch(() => undefined);
  process.exitCode = built === (await digest()) ? 0 : 1;
}
