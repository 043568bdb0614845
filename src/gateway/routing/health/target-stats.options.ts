/** How fast the figures of a target forget, and how prompts of different sizes are compared. */
export interface StatsOptions {
  /** Half-life of error rate, first-token time, speed and queue time. */
  readonly halfLifeMs: number;
  /** Half-life of the quantiles, which need more samples. */
  readonly quantileHalfLifeMs: number;
  /** A prompt of so many tokens is expected to take twice as long to its first token as a tiny one. */
  readonly promptUnitTokens: number;
  /** So many good calls are taken for granted, so that one failure of a quiet target is not 100 %. */
  readonly errorPrior: number;
  /** Quantiles are given from so many samples on. */
  readonly minimumQuantileSamples: number;
  /** How fast a utilisation that nobody reports again falls to 0: limits refill continuously by the minute. */
  readonly utilisationFadeMs: number;
}

/** Half-life 10 s: what happened 30 s ago counts an eighth. */
export const DEFAULT_STATS: StatsOptions = {
  halfLifeMs: 10_000,
  quantileHalfLifeMs: 60_000,
  promptUnitTokens: 4_000,
  errorPrior: 5,
  minimumQuantileSamples: 20,
  utilisationFadeMs: 60_000,
};
