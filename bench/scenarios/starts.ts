import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Core } from '../harness/children.js';
import { usageOf } from '../harness/process-tree.js';
import { Upstream } from '../harness/upstream.js';
import type { Target } from '../targets/target.js';
import type { Failure } from './loads.js';

/** One start of a target that has nothing to do. */
export interface Start {
  readonly target: string;
  readonly round: number;
  /** Until it says that it is ready. */
  readonly readyMs: number;
  /** Of the process and all that it started, when it has had nothing to do for some seconds. */
  readonly idleBytes: number;
  /** Of one processor, meanwhile. */
  readonly idleCpu: number;
}

export interface StartsPlan {
  readonly targets: readonly Target[];
  readonly rounds: number;
  readonly targetCore: Core;
  readonly loadCore: Core;
  readonly folder: string;
  readonly onStart: (start: Start) => void;
  readonly onFailure: (failure: Failure) => void;
}

const SETTLING_MS = 2_000;
const IDLE_MS = 3_000;

/** Starts each target alone, and looks what it takes while nobody calls. */
export async function runStarts(plan: StartsPlan): Promise<void> {
  const upstream = await Upstream.start(plan.loadCore);
  try {
    for (let round = 1; round <= plan.rounds; round++)
      for (const target of plan.targets) {
        try {
          const start = await startOnce(target, round, upstream.port, plan);
          if (start) plan.onStart(start);
        } catch (error) {
          plan.onFailure({ target: target.name, why: error instanceof Error ? error.message : String(error) });
        }
      }
  } finally {
    await upstream.stop();
  }
}

async function startOnce(
  target: Target,
  round: number,
  upstreamPort: number,
  plan: StartsPlan,
): Promise<Start | undefined> {
  const folder = join(plan.folder, `${target.name}-${round}`);
  mkdirSync(folder, { recursive: true });
  const gateway = await target.start({ upstreamPort, core: plan.targetCore, folder });
  try {
    const { readyMs, pid } = gateway;
    if (readyMs === undefined) return undefined;
    await sleep(SETTLING_MS);
    const before = usageOf(pid).cpuSeconds;
    await sleep(IDLE_MS);
    const { cpuSeconds, residentBytes } = usageOf(pid);
    const idleCpu = (cpuSeconds - before) / (IDLE_MS / 1_000);
    return { target: target.name, round, readyMs, idleBytes: residentBytes, idleCpu };
  } finally {
    await gateway.stop();
  }
}
