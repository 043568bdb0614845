import type { Clock } from '../../../common/time/clock.port.js';
import { DecayingMean } from './decaying-mean.js';
import { LatencyHistogram } from './latency-histogram.js';
import { DEFAULT_STATS, type StatsOptions } from './target-stats.options.js';

/** What the end of an answer tells of its target. */
export interface AnswerFigures {
  completionTokens?: number;
  /** From the first token to the end. */
  generationMs?: number;
  /** Cerebras' `time_info.queue_time`, in milliseconds (it states seconds). */
  queueMs?: number;
}

/** The figures of a target at one moment. Latencies are those of a tiny prompt. */
export interface StatsSnapshot {
  /** From 0 to 1, decayed. */
  readonly errorRate: number;
  /** Calls that the error rate still stands for. */
  readonly samples: number;
  readonly firstTokenMs: number | undefined;
  readonly firstTokenSamples: number;
  readonly tokensPerSecond: number | undefined;
  readonly queueMs: number;
  readonly inFlight: number;
  readonly utilisation: number;
}

/** Live measures of one target. Constant time per call, about 1 KB. */
export class TargetStats {
  private readonly errors: DecayingMean;
  private readonly firstTokens: DecayingMean;
  private readonly tokens: DecayingMean;
  private readonly queue: DecayingMean;
  private readonly histogram: LatencyHistogram;
  private flying = 0;
  private usedShare = 0;
  private usedAt = 0;

  constructor(
    private readonly clock: Clock,
    private readonly options: StatsOptions = DEFAULT_STATS,
  ) {
    this.errors = new DecayingMean(options.halfLifeMs);
    this.firstTokens = new DecayingMean(options.halfLifeMs);
    this.tokens = new DecayingMean(options.halfLifeMs);
    this.queue = new DecayingMean(options.halfLifeMs);
    this.histogram = new LatencyHistogram(options.quantileHalfLifeMs);
  }

  get inFlight(): number {
    return this.flying;
  }

  started(): void {
    this.flying++;
  }

  ended(): void {
    this.flying--;
  }

  /** A call went well; firstToken() says so by itself. */
  succeeded(): void {
    this.errors.add(this.clock.now(), 0);
  }

  firstToken(ms: number, promptTokens: number): void {
    const now = this.clock.now();
    const normalised = ms / this.sizeFactor(promptTokens);
    this.errors.add(now, 0);
    this.firstTokens.add(now, normalised);
    this.histogram.add(now, normalised);
  }

  failed(): void {
    this.errors.add(this.clock.now(), 1);
  }

  answered(figures: AnswerFigures): void {
    const now = this.clock.now();
    const { completionTokens = 0, generationMs = 0, queueMs } = figures;
    // A handful of tokens comes in one packet and would say "endlessly fast".
    if (completionTokens >= 16 && generationMs > 0) {
      this.tokens.add(now, completionTokens / generationMs, generationMs);
    }
    if (queueMs !== undefined) this.queue.add(now, queueMs);
  }

  /** The used share of the tightest limit, from 0 to 1. */
  utilised(share: number): void {
    this.usedShare = Math.min(1, Math.max(0, share));
    this.usedAt = this.clock.now();
  }

  /** Forgets failures: a probe has shown that they are over. */
  forgive(): void {
    this.errors.clear();
  }

  /**
   * The first-token time below which the share `q` of the requests stays, for a prompt of that size:
   * the moment to hedge. Undefined while there are too few samples.
   */
  firstTokenQuantile(q: number, promptTokens = 0): number | undefined {
    if (this.histogram.count(this.clock.now()) < this.options.minimumQuantileSamples) return undefined;
    const normalised = this.histogram.quantile(q);
    return normalised === undefined ? undefined : normalised * this.sizeFactor(promptTokens);
  }

  snapshot(): StatsSnapshot {
    const now = this.clock.now();
    const perMs = this.tokens.mean(now);
    return {
      errorRate: this.errors.value(now, 0, this.options.errorPrior),
      samples: this.errors.count(now),
      firstTokenMs: this.firstTokens.mean(now),
      firstTokenSamples: this.firstTokens.count(now),
      tokensPerSecond: perMs === undefined ? undefined : perMs * 1000,
      queueMs: this.queue.mean(now) ?? 0,
      inFlight: this.flying,
      utilisation: Math.max(0, this.usedShare - (now - this.usedAt) / this.options.utilisationFadeMs),
    };
  }

  private sizeFactor(promptTokens: number): number {
    return 1 + promptTokens / this.options.promptUnitTokens;
  }
}
