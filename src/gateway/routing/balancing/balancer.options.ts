/** How figures become weights, and how a target is chosen by them. */
export interface BalancerOptions {
  /** Weights are worked out again so often. */
  readonly recomputeMs: number;
  /** Share of the requests that go to any target that may be asked, so that the figures of all stay fresh. */
  readonly explorationShare: number;
  /** `errors` = (1 - error rate) ^ this: 10 % of errors leave 66 %, 50 % leave 6 % of the weight. */
  readonly errorExponent: number;
  /** `latency` = (fastest / own first-token time) ^ this: twice as slow leaves a quarter. */
  readonly latencyExponent: number;
  /** `throughput` = (own / fastest tokens per second) ^ this: half as fast leaves 71 %. */
  readonly throughputExponent: number;
  /** `queue` = 1 / (1 + queue time / this). */
  readonly queueUnitMs: number;
  /** Utilisation from which on `headroom` falls, in a straight line to 5 % at full use. */
  readonly headroomFrom: number;
  /** So many times as slow as the fastest peer counts as degraded. */
  readonly degradedLatencyRatio: number;
  /** No score falls below it: a target that may be asked always has a chance. */
  readonly leastScore: number;
  /** A session leaves its target when that has so many times the average of requests in flight, plus 4. */
  readonly affinityLoadFactor: number;
}

/** The published defaults. */
export const DEFAULT_BALANCER: BalancerOptions = {
  recomputeMs: 500,
  explorationShare: 0.02,
  errorExponent: 4,
  latencyExponent: 2,
  throughputExponent: 0.5,
  queueUnitMs: 250,
  headroomFrom: 0.8,
  degradedLatencyRatio: 3,
  leastScore: 0.01,
  affinityLoadFactor: 2,
};
