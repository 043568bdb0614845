import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Core } from '../harness/children.js';
import { type Sample, Subject } from '../harness/measure.js';
import { Upstream } from '../harness/upstream.js';
import type { Target } from '../targets/target.js';
import type { Case } from './cases.js';

export interface LedgerCheck {
  readonly target: string;
  readonly served: number;
  readonly rows: number;
}

/** What a target could not do at all. */
export interface Failure {
  readonly target: string;
  /** Undefined: its start. */
  readonly case?: string;
  readonly why: string;
}

export interface LoadsPlan {
  readonly cases: readonly Case[];
  readonly targets: readonly Target[];
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  /** Processor of the targets, and of load and upstream; undefined: all. */
  readonly targetCore: Core;
  readonly loadCore: Core;
  readonly folder: string;
  readonly onSample: (sample: Sample) => void;
  readonly onFailure: (failure: Failure) => void;
}

/** Of a turn before the first round: below this share of the rate, a target is too slow for it. */
const ENOUGH = 0.8;
/**
 * The first turn of a kind compiles what all later ones run: Node's compiler is done with a gateway after some twenty
 * thousand requests, and gateways run for weeks.
 */
const FIRST_WARM_UP_SECONDS = 20;

/** Starts all targets, gives each its turn in each round of each case, and holds their ledgers against the upstream. */
export async function runLoads(plan: LoadsPlan): Promise<LedgerCheck[]> {
  const upstream = await Upstream.start(plan.loadCore);
  const subjects: Subject[] = [];
  try {
    for (const target of plan.targets) {
      await attempt(plan, { target: target.name }, async () => {
        subjects.push(await startSubject(target, upstream, plan));
      });
    }
    for (const of of plan.cases) await runCase(of, subjects, plan);
    const ledgers = await Promise.all(subjects.map((subject) => subject.ledger()));
    return ledgers.filter((ledger) => ledger !== undefined);
  } finally {
    await Promise.all(subjects.map(({ gateway }) => gateway.stop()));
    await upstream.stop();
  }
}

async function startSubject(target: Target, upstream: Upstream, plan: LoadsPlan): Promise<Subject> {
  const folder = join(plan.folder, target.name);
  mkdirSync(folder, { recursive: true });
  const gateway = await target.start({ upstreamPort: upstream.port, core: plan.targetCore, folder });
  return new Subject(target, gateway, upstream);
}

async function runCase(of: Case, subjects: readonly Subject[], plan: LoadsPlan): Promise<void> {
  const ready: Subject[] = [];
  const meant = subjects.filter(({ name }) => of.only?.includes(name) ?? true);
  for (const subject of meant) if (await warmUp(of, subject, plan)) ready.push(subject);
  const rounds = of.isLong ? 1 : Math.max(plan.rounds, of.leastRounds ?? 1);
  for (let round = 1; round <= rounds; round++) {
    // Nobody is always the first after another.
    const shift = round % Math.max(ready.length, 1);
    for (const subject of [...ready.slice(shift), ...ready.slice(0, shift)]) {
      await attempt(plan, { target: subject.name, case: of.id }, async () => {
        if (!of.isLong) await wake(of, subject, plan);
        plan.onSample(await subject.measure({ ...plan, of, round }));
      });
    }
  }
}

/** @returns whether the target is to be measured */
async function warmUp(of: Case, subject: Subject, plan: LoadsPlan): Promise<boolean> {
  if (of.rate !== undefined && of.rate > subject.fastest) return false;
  if (of.isLong) return true;
  return attempt(plan, { target: subject.name, case: of.id }, async () => {
    const seconds = of.isFirstOfKind && !subject.target.isWarmAtOnce ? FIRST_WARM_UP_SECONDS : plan.warmUpSeconds;
    if (of.warmUp) await wake(of, subject, { ...plan, warmUpSeconds: seconds });
    const { requestsPerSecond } = await subject.measure({ ...plan, of, round: 0, seconds });
    if (of.rate !== undefined && requestsPerSecond < ENOUGH * of.rate) subject.fastest = of.rate;
  });
}

/**
 * What waited while the others had their turns is cold: a bare proxy with Node's own flags that had waited for 150 s took
 * 162 µs for a chat in its first 1.5 s and 60 after five, with `--no-memory-reducer` 80 and 45.
 */
async function wake(of: Case, subject: Subject, plan: LoadsPlan): Promise<void> {
  const seconds = plan.warmUpSeconds;
  const { problems } = await subject.measure({ ...plan, of: { ...of, ...of.warmUp }, round: 0, seconds });
  // Its times do not count, its answers do.
  const why = `${problems} requests or streams before the turn went wrong`;
  if (problems > 0) plan.onFailure({ target: subject.name, case: of.id, why });
}

/** @returns whether it went well; if not, the others go on */
async function attempt(plan: LoadsPlan, what: Omit<Failure, 'why'>, step: () => Promise<void>): Promise<boolean> {
  try {
    await step();
    return true;
  } catch (error) {
    plan.onFailure({ ...what, why: error instanceof Error ? error.message : String(error) });
    return false;
  }
}
