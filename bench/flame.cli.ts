// Draws where the time of a request goes: docs/flame-chat.svg and docs/flame-stream.svg, everything on, one processor.
//
//   npm run bench:flame
//
// It builds without the bundle: in that, packages and Asbru's own code are one file.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopChildrenAtExit } from './harness/children.js';
import { load } from './harness/load.js';
import { Upstream } from './harness/upstream.js';
import { type CpuProfile, flameGraph, sharesByOwner } from './report/flame.js';
import { GROUPS } from './scenarios/cases.js';
import { asbru } from './targets/asbru.js';

const DOCS = join(import.meta.dirname, '../docs');
/** The start, the keys, and as many requests as the compiler needs. */
const WARM_UP_SECONDS = 25;
const SECONDS = 10;
const CASES = [...GROUPS.chat, ...GROUPS.stream];

stopChildrenAtExit();
const folder = mkdtempSync(join(tmpdir(), 'asbru-flame-'));
const upstream = await Upstream.start(0);
for (const of of CASES) {
  const profiles = join(folder, of.id);
  mkdirSync(profiles);
  const nodeArgs = ['--cpu-prof', `--cpu-prof-dir=${profiles}`, '--cpu-prof-interval=500'];
  const target = asbru({ name: of.id, title: of.title, keys: 10, nodeArgs });
  const gateway = await target.start({ upstreamPort: upstream.port, core: 1, folder: profiles });
  await upstream.setAnswer(of.answer);
  const plan = of.plan(WARM_UP_SECONDS + SECONDS);
  await load(gateway, { plan, body: of.body(gateway.model), folder: profiles, core: 0 });
  await gateway.stop();
  const [file] = readdirSync(profiles).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`No profile in ${profiles}`);
  const profile = JSON.parse(readFileSync(join(profiles, file), 'utf8')) as CpuProfile;
  writeFileSync(join(DOCS, `flame-${of.id}.svg`), flameGraph(profile, of.title, WARM_UP_SECONDS * 1e6));
  const shares = sharesByOwner(profile, WARM_UP_SECONDS * 1e6).slice(0, 12);
  console.log(
    `docs/flame-${of.id}.svg: ${shares.map(([owner, share]) => `${owner} ${(100 * share).toFixed(0)} %`).join(', ')}`,
  );
}
await upstream.stop();
rmSync(folder, { recursive: true });
process.exit();
