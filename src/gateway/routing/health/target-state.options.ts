/** The published thresholds of the states of a target. */
export interface StateOptions {
  /** From this error rate on a target is degraded; below half of it, healthy again. */
  readonly degradedErrorRate: number;
  /** From this error rate on it has failed; below half of it, it recovers. */
  readonly failedErrorRate: number;
  /** Error rates count from so many (decayed) calls on. */
  readonly minimumRequests: number;
  /** A target that failed by its error rate recovers no sooner. */
  readonly failedHoldMs: number;
  /** How long a recovering target takes back to its whole share. */
  readonly rampMs: number;
  /** The share with which it begins. */
  readonly rampFloor: number;
  /** A target that fails again so soon after its recovery, or during it, ramps up twice as slowly, and so on … */
  readonly flapMemoryMs: number;
  /** … up to so many times as slowly. */
  readonly slowestRamp: number;
}

/** Degraded at 5 %, failed at 25 %; 30 s from 10 % to the whole share. */
export const DEFAULT_STATES: StateOptions = {
  degradedErrorRate: 0.05,
  failedErrorRate: 0.25,
  minimumRequests: 5,
  failedHoldMs: 5_000,
  rampMs: 30_000,
  rampFloor: 0.1,
  flapMemoryMs: 60_000,
  slowestRamp: 8,
};
