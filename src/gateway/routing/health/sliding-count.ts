/** Counts what happened in the last `windowMs`, to the precision of its buckets, in fixed memory. */
export class SlidingCount {
  private readonly counts: Float64Array;
  private readonly bucketMs: number;
  private sum = 0;
  private slot = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number, buckets = 10) {
    this.counts = new Float64Array(buckets);
    this.bucketMs = windowMs / buckets;
  }

  add(now: number, amount = 1): void {
    this.advance(now);
    const index = this.slot % this.counts.length;
    this.counts[index] = (this.counts[index] ?? 0) + amount;
    this.sum += amount;
  }

  total(now: number): number {
    this.advance(now);
    return Math.max(0, this.sum);
  }

  clear(): void {
    this.counts.fill(0);
    this.sum = 0;
  }

  private advance(now: number): void {
    const slot = Math.floor(now / this.bucketMs);
    const passed = slot - this.slot;
    if (passed <= 0) return;
    if (passed >= this.counts.length) this.clear();
    else for (let step = 1; step <= passed; step++) this.drop((this.slot + step) % this.counts.length);
    this.slot = slot;
  }

  private drop(index: number): void {
    this.sum -= this.counts[index] ?? 0;
    this.counts[index] = 0;
  }
}
