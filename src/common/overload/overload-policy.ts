/** What the process does about its load; each level includes the ones below it. */
export enum OverloadLevel {
  Normal = 0,
  /** Optional work stops. */
  Degraded = 1,
  /** Requests of low priority are refused. */
  ShedLow = 2,
  /** All new requests are refused. */
  ShedAll = 3,
  /** The process is about to run out of memory. */
  Critical = 4,
}

/** Why requests are refused. */
export type OverloadReason = 'in_flight' | 'loop_delay' | 'heap' | 'rss';

/** A look at the process. */
export interface OverloadSample {
  /** 99th percentile since the last sample, in milliseconds. */
  readonly loopDelayMs: number;
  /** Requests being answered. */
  readonly inFlight: number;
  /** Used heap as a share of what V8 allows. */
  readonly heap: number;
  /** Resident memory as a share of the container's limit; 0 without one. */
  readonly rss: number;
}

/** The value of each signal at which a level begins; Infinity where the signal does not lead to it. */
export interface OverloadThresholds {
  readonly loopDelayMs: readonly [degraded: number, shedLow: number, shedAll: number, critical: number];
  readonly inFlight: readonly [degraded: number, shedLow: number, shedAll: number, critical: number];
  readonly heap: readonly [degraded: number, shedLow: number, shedAll: number, critical: number];
  readonly rss: readonly [degraded: number, shedLow: number, shedAll: number, critical: number];
}

/** The level that one sample asks for, and the signal that asks for the most. */
export interface Judgement {
  readonly level: OverloadLevel;
  readonly reason: OverloadReason | undefined;
}

const NEVER = Number.POSITIVE_INFINITY;

/** The ladder, from the two numbers that depend on the machine: most requests at once, and the unbearable delay. */
export function thresholdsFor(maxInFlight: number, shedLoopDelayMs: number): OverloadThresholds {
  return {
    loopDelayMs: [shedLoopDelayMs / 5, shedLoopDelayMs / 2, shedLoopDelayMs, NEVER],
    inFlight: [maxInFlight * 0.8, NEVER, maxInFlight, NEVER],
    heap: [0.75, 0.85, 0.92, 0.97],
    rss: [NEVER, NEVER, 0.9, NEVER],
  };
}

/** Judges one sample. A signal that has no value (NaN) says nothing. */
export function judge(sample: OverloadSample, thresholds: OverloadThresholds): Judgement {
  // The number of requests comes last: of equal signals the one that does not pass by itself is named.
  const levels: ReadonlyArray<readonly [OverloadReason, OverloadLevel]> = [
    ['heap', levelOf(sample.heap, thresholds.heap)],
    ['rss', levelOf(sample.rss, thresholds.rss)],
    ['loop_delay', levelOf(sample.loopDelayMs, thresholds.loopDelayMs)],
    ['in_flight', levelOf(sample.inFlight, thresholds.inFlight)],
  ];
  let worst: Judgement = { level: OverloadLevel.Normal, reason: undefined };
  for (const [reason, level] of levels) if (level > worst.level) worst = { level, reason };
  return worst;
}

function levelOf(value: number, thresholds: readonly number[]): OverloadLevel {
  const reached = thresholds.findLastIndex((threshold) => value >= threshold);
  return LEVELS[reached + 1] ?? OverloadLevel.Normal;
}

const LEVELS = [
  OverloadLevel.Normal,
  OverloadLevel.Degraded,
  OverloadLevel.ShedLow,
  OverloadLevel.ShedAll,
  OverloadLevel.Critical,
] as const;
