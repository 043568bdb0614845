import type { BreakerState } from '../health/circuit-breaker.js';
import type { RetiredKey } from '../health/key-retirement.js';
import type { TargetStateName } from '../health/target-state.js';
import type { StatsSnapshot } from '../health/target-stats.js';
import type { Target } from '../health/target.js';

/** What is known of the request that wants a target. */
export interface OrderContext {
  /** Requests of one session go to one target while it is well, for its prompt cache. */
  readonly session?: string;
  /** Targets that are not to be tried again, such as a silent one. */
  readonly exclude?: ReadonlySet<string>;
  /** Milliseconds until the target's quota has room for this request; 0 when it has room now. */
  readonly roomInMs?: (target: Target) => number;
}

/** Why a candidate stands where it stands. */
export type CandidateReason =
  | 'order'
  | 'weight'
  | 'score'
  | 'session'
  | 'exploration'
  | 'probe'
  | 'failed state'
  | 'no quota'
  | 'cooldown'
  | 'breaker open'
  | 'key retired';

/** One target in the order in which they are to be tried. */
export interface Candidate {
  readonly target: Target;
  /** Whether it may be asked now; if not, it is only listed for the wait. */
  readonly available: boolean;
  readonly reason: CandidateReason;
  /** Milliseconds until it may be asked; 0 when it may now. */
  readonly waitMs: number;
}

/** The factors of a score, each from 0 to 1; the score is their product. */
export interface ScoreParts {
  readonly errors: number;
  readonly latency: number;
  readonly throughput: number;
  readonly queue: number;
  readonly headroom: number;
  readonly ramp: number;
}

/** One row of the explain endpoint. */
export interface TargetExplanation extends Candidate {
  readonly state: TargetStateName;
  /** Configured weight times score. */
  readonly weight: number;
  /** Expected share of the next requests without a session; undefined where the order is fixed. */
  readonly share: number | undefined;
  readonly score: ScoreParts;
  readonly figures: StatsSnapshot;
  readonly firstTokenP95Ms: number | undefined;
  readonly breaker: { readonly state: BreakerState; readonly failureRatio: number; readonly probeInMs: number };
  readonly cooldownMs: number;
  readonly retirement: RetiredKey | undefined;
}

/** Puts the targets of a route in the order in which a request tries them. */
export abstract class TargetOrder {
  /**
   * The candidates, best first; those that may not be asked now come last, the shortest wait first.
   * Pass the same array for the same route: what is worked out of it is kept for a moment.
   */
  abstract order(targets: readonly Target[], context?: OrderContext): Candidate[];

  /** The same without chance, and why; no request is decided by it. */
  abstract explain(targets: readonly Target[], context?: OrderContext): TargetExplanation[];
}
