import type { StatsSnapshot } from '../health/target-stats.js';
import type { BalancerOptions } from './balancer.options.js';
import type { ScoreParts } from './target-order.port.js';

/** An influence of a half, of all, makes an exponent of 4: 10 % of errors leave 66 % of the weight, 50 % leave 6 %. */
const SHARPNESS = 8;
/** So long a queue halves the `queue` factor, before its influence. */
const QUEUE_UNIT_MS = 250;
/** From this utilisation on `headroom` falls, in a straight line … */
const HEADROOM_FROM = 0.8;
/** … to this at full use. */
const FULL_USE = 0.05;

/** The best figures among the targets of a route. */
export interface Best {
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
}

/** The best first-token time and speed; neutral values where nobody has figures. */
export function bestOf(figures: Iterable<StatsSnapshot>): Best {
  let firstTokenMs = Number.POSITIVE_INFINITY;
  let tokensPerSecond = 0;
  for (const figure of figures) {
    // A target that mostly fails is no measure, however fast it fails.
    if (figure.errorRate > 0.5) continue;
    firstTokenMs = Math.min(firstTokenMs, figure.firstTokenMs ?? firstTokenMs);
    tokensPerSecond = Math.max(tokensPerSecond, figure.tokensPerSecond ?? 0);
  }
  return { firstTokenMs, tokensPerSecond };
}

/** How well a target does beside the best of its peers; a target without figures is taken for as good as the best. */
export function scoreParts(figures: StatsSnapshot, best: Best, ramp: number, options: BalancerOptions): ScoreParts {
  const { errors, firstToken, throughput, queueTime, utilisation } = options.influence;
  const unit = SHARPNESS / Math.max(errors + firstToken + throughput + queueTime + utilisation, Number.MIN_VALUE);
  const speed = best.tokensPerSecond > 0 ? (figures.tokensPerSecond ?? best.tokensPerSecond) / best.tokensPerSecond : 1;
  const over = Math.max(0, figures.utilisation - HEADROOM_FROM) / (1 - HEADROOM_FROM);
  return {
    errors: (1 - figures.errorRate) ** (errors * unit),
    latency: latencyRatio(figures, best) ** (-firstToken * unit),
    throughput: Math.min(1, speed) ** (throughput * unit),
    queue: (1 + figures.queueMs / QUEUE_UNIT_MS) ** (-queueTime * unit),
    headroom: (1 - (1 - FULL_USE) * over) ** (utilisation * unit),
    ramp,
  };
}

/** How many times as slow to the first token as the best; old figures fade to 1, so that a target is tried again. */
export function latencyRatio(figures: StatsSnapshot, best: Best): number {
  if (figures.firstTokenMs === undefined || !Number.isFinite(best.firstTokenMs)) return 1;
  const ratio = Math.max(1, figures.firstTokenMs / Math.max(best.firstTokenMs, 0.001));
  const trust = figures.firstTokenSamples / (figures.firstTokenSamples + 1);
  return 1 + (ratio - 1) * trust;
}

/** The product of the factors, never below the least score. */
export function scoreOf(parts: ScoreParts, options: BalancerOptions): number {
  const product = parts.errors * parts.latency * parts.throughput * parts.queue * parts.headroom * parts.ramp;
  return Math.max(options.leastScore, product);
}
