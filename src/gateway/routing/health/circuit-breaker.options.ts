/** When a target counts as dead, and how it is asked whether it lives. */
export interface BreakerOptions {
  /** Opens after so many failures in a row. */
  readonly consecutiveFailures: number;
  /** Opens when at least this share of the calls of the window failed … */
  readonly failureRatio: number;
  /** … and there were at least so many. */
  readonly minimumRequests: number;
  readonly windowMs: number;
  /** A first token that is slower counts as a failure; null: none is too slow. */
  readonly slowMs: number | null;
  /** How long it stays open; then one probe for each such interval, one at a time. */
  readonly openMs: number;
}

/**
 * A probe that has not reported by then is given up, so that a lost permit cannot close a target for ever. Longer than
 * any first-token deadline: the first token or its absence decides a probe.
 */
export const PROBE_LEASE_MS = 180_000;

/** 50 % of at least 20 calls in 10 s, or 5 in a row; a probe each 5 s. */
export const DEFAULT_BREAKER: BreakerOptions = {
  consecutiveFailures: 5,
  failureRatio: 0.5,
  minimumRequests: 20,
  windowMs: 10_000,
  slowMs: null,
  openMs: 5_000,
};
