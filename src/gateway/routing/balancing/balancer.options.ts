/** Shares of the measures in a score. */
export interface Influence {
  readonly errors: number;
  readonly firstToken: number;
  readonly throughput: number;
  readonly queueTime: number;
  readonly utilisation: number;
}

/** How figures become weights, and how a target is chosen by them. */
export interface BalancerOptions {
  /** The less loaded of two that are drawn by weight, or one that is drawn by weight. */
  readonly choice: 'power_of_two' | 'weighted';
  /** Weights are worked out again so often. */
  readonly recomputeMs: number;
  /** Share of the requests that go to any target that may be asked, so that the figures of all stay fresh. */
  readonly explorationShare: number;
  /** How much each measure weighs; only the relation counts. */
  readonly influence: Influence;
  /** So many times as slow as the fastest peer counts as degraded. */
  readonly degradedLatencyRatio: number;
  /** No score falls below it: a target that may be asked always has a chance. */
  readonly leastScore: number;
  /** A session leaves its target when that has so many times the average of requests in flight, plus 4. */
  readonly affinityLoadFactor: number;
}

/** The published defaults. */
export const DEFAULT_BALANCER: BalancerOptions = {
  choice: 'power_of_two',
  recomputeMs: 1_000,
  explorationShare: 0.05,
  influence: { errors: 0.5, firstToken: 0.2, throughput: 0.1, queueTime: 0.1, utilisation: 0.1 },
  degradedLatencyRatio: 2,
  leastScore: 0.01,
  affinityLoadFactor: 2,
};
