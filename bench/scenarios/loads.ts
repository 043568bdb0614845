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
}

/** Starts all targets, gives each its turn in each round of each case, and holds their ledgers against the upstream. */
export async function runLoads(plan: LoadsPlan): Promise<{ samples: Sample[]; ledgers: LedgerCheck[] }> {
  const upstream = await Upstream.start(plan.loadCore);
  const subjects: Subject[] = [];
  try {
    for (const target of plan.targets) subjects.push(await startSubject(target, upstream, plan));
    const samples: Sample[] = [];
    for (const of of plan.cases) samples.push(...(await runCase(of, subjects, plan)));
    const ledgers = await Promise.all(subjects.map((subject) => subject.ledger()));
    return { samples, ledgers: ledgers.filter((ledger) => ledger !== undefined) };
  } finally {
    await Promise.all(subjects.map(({ gateway }) => gateway.stop()));
    await upstream.stop();
  }
}

async function startSubject(target: Target, upstream: Upstream, plan: LoadsPlan): Promise<Subject> {
  const folder = join(plan.folder, target.name);
  mkdirSync(folder, { recursive: true });
  const gateway = await target.start({ upstreamPort: upstream.port, core: plan.targetCore, folder });
  return new Subject(target.name, gateway, upstream);
}

async function runCase(of: Case, subjects: readonly Subject[], plan: LoadsPlan): Promise<Sample[]> {
  const samples: Sample[] = [];
  const { seconds, loadCore, folder } = plan;
  for (const subject of subjects)
    await subject.measure({ of, target: subject.name, round: 0, seconds: plan.warmUpSeconds, loadCore, folder });
  for (let round = 1; round <= plan.rounds; round++) {
    // Nobody is always the first after another.
    const shift = round % subjects.length;
    for (const subject of [...subjects.slice(shift), ...subjects.slice(0, shift)]) {
      const sample = await subject.measure({ of, target: subject.name, round, seconds, loadCore, folder });
      plan.onSample(sample);
      samples.push(sample);
    }
  }
  return samples;
}
