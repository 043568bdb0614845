/** Bucket borders grow by this factor from 1 ms: a quantile is wrong by 6 % at most. */
const GROWTH = 1.12;
const LOG_GROWTH = Math.log(GROWTH);
/** 1.12^120 ms are 13 minutes. */
const BUCKETS = 121;
/** New samples weigh more and more instead of old ones less and less; at this weight all are scaled down. */
const LARGEST_WEIGHT = 2 ** 40;

/** Quantiles of latencies in 1 KB: logarithmic buckets in which a sample counts half after each half-life. */
export class LatencyHistogram {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;
  private landmark = 0;

  constructor(private readonly halfLifeMs: number) {}

  add(now: number, ms: number): void {
    let weight = this.weightAt(now);
    if (weight > LARGEST_WEIGHT) {
      this.rescale(weight);
      this.landmark = now;
      weight = 1;
    }
    const index = ms <= 1 ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(ms) / LOG_GROWTH));
    this.counts[index] = (this.counts[index] ?? 0) + weight;
    this.total += weight;
  }

  /** How many samples it still stands for. */
  count(now: number): number {
    return this.total / this.weightAt(now);
  }

  /** The latency below which the share `q` of the samples lies; undefined without samples. */
  quantile(q: number): number | undefined {
    if (this.total <= 0) return undefined;
    let rest = q * this.total;
    for (let index = 0; index < BUCKETS; index++) {
      rest -= this.counts[index] ?? 0;
      // The middle of the bucket, on the logarithmic scale.
      if (rest <= 0) return index === 0 ? 1 : GROWTH ** (index - 0.5);
    }
    return GROWTH ** (BUCKETS - 1);
  }

  private weightAt(now: number): number {
    return 2 ** ((now - this.landmark) / this.halfLifeMs);
  }

  private rescale(weight: number): void {
    this.total = 0;
    for (let index = 0; index < BUCKETS; index++) {
      const scaled = (this.counts[index] ?? 0) / weight;
      this.counts[index] = scaled;
      this.total += scaled;
    }
  }
}
