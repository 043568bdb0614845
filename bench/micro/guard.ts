import { median } from '../harness/stats.js';

/** A piece of the hot path, and what it is compared with: JSON.parse of the bytes that it works on. */
export interface Guard {
  readonly name: string;
  readonly baseline: () => unknown;
  readonly subject: () => unknown;
  /** Most times that the subject may take as long as the baseline. */
  readonly bound: number;
}

export interface Measured {
  readonly name: string;
  readonly ratio: number;
  readonly bound: number;
  readonly baselineMicros: number;
  readonly subjectMicros: number;
}

const BATCH_MS = 12;
const ROUNDS = 15;
const WARM_UP_MS = 150;
const TRIES = 3;

/**
 * The ratio of a guard: median over pairs of batches that follow one another, so that a machine that is slow for a
 * while is slow for both. Above its bound it is measured again: a regression stays, a disturbance does not.
 */
export function measure(guard: Guard): Measured {
  let best = measureOnce(guard);
  for (let again = 1; again < TRIES && best.ratio > guard.bound; again++) {
    const other = measureOnce(guard);
    if (other.ratio < best.ratio) best = other;
  }
  return best;
}

function measureOnce({ name, baseline, subject, bound }: Guard): Measured {
  const [baselineCalls, subjectCalls] = [callsPerBatch(baseline), callsPerBatch(subject)];
  const rounds = Array.from({ length: ROUNDS }, () => ({
    baseline: microsPerCall(baseline, baselineCalls),
    subject: microsPerCall(subject, subjectCalls),
  }));
  return {
    name,
    bound,
    ratio: median(rounds.map((round) => round.subject / round.baseline)),
    baselineMicros: median(rounds.map((round) => round.baseline)),
    subjectMicros: median(rounds.map((round) => round.subject)),
  };
}

/** Runs it until it is compiled. @returns how many calls take about BATCH_MS */
function callsPerBatch(call: () => unknown): number {
  const start = performance.now();
  let calls = 0;
  while (performance.now() - start < WARM_UP_MS) {
    sink = call();
    calls++;
  }
  return Math.max(1, Math.round((calls * BATCH_MS) / WARM_UP_MS));
}

function microsPerCall(call: () => unknown, calls: number): number {
  const start = performance.now();
  for (let index = 0; index < calls; index++) sink = call();
  return ((performance.now() - start) * 1_000) / calls;
}

/** Results go somewhere, so that no compiler finds that nobody needs them. */
let sink: unknown;

/** For the programs that ask whether it was all for nothing. */
export function lastResult(): unknown {
  return sink;
}
