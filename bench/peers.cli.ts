// Installs the gateways that Asbru is measured beside, in the versions that the benchmark names, into the benchmark's
// cache (ASBRU_BENCH_CACHE, else ~/.cache/asbru-bench). Nothing of them becomes part of Asbru.
//
//   npm run bench:peers
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LITELLM_FOLDER, LITELLM_VERSION, litellm } from './targets/litellm.js';
import { PORTKEY_FOLDER, PORTKEY_VERSION, portkey } from './targets/portkey.js';
import { bifrost } from './targets/bifrost.js';
import { nginx } from './targets/nginx.js';
import type { Target } from './targets/target.js';

/** With the newest of these that it allows, it answers every stream with a 500: "TypeError: immutable". */
const PORTKEY_OVERRIDES = { hono: '4.9.7', '@hono/node-server': '1.13.8' };

function run(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'inherit' });
}

function installPortkey(): void {
  mkdirSync(PORTKEY_FOLDER, { recursive: true });
  writeFileSync(join(PORTKEY_FOLDER, 'package.json'), JSON.stringify({ private: true, overrides: PORTKEY_OVERRIDES }));
  const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefix', PORTKEY_FOLDER];
  run('npm', 'install', ...options, `@portkey-ai/gateway@${PORTKEY_VERSION}`);
}

function installLitellm(): void {
  rmSync(LITELLM_FOLDER, { recursive: true, force: true });
  run('python3', '-m', 'venv', LITELLM_FOLDER);
  run(join(LITELLM_FOLDER, 'bin/pip'), 'install', '--quiet', `litellm[proxy]==${LITELLM_VERSION}`);
}

const INSTALLERS: ReadonlyArray<readonly [Target, () => void]> = [
  [portkey, installPortkey],
  [litellm, installLitellm],
];

for (const [target, install] of INSTALLERS) {
  if (target.missing() === undefined) continue;
  console.log(`Installing ${target.title}`);
  try {
    install();
  } catch (error) {
    console.error(error);
  }
}
for (const target of [nginx, portkey, litellm, bifrost]) {
  const why = target.missing();
  console.log(`${why === undefined ? 'ready  ' : 'MISSING'} ${target.title}${why === undefined ? '' : `: ${why}`}`);
  if (why !== undefined && target !== bifrost) process.exitCode = 1;
}
