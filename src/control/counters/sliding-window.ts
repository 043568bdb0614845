/** Buckets that a window is counted in. A caller who saturates it gets at least 128 of 129 parts of the limit, 99.2 %. */
export const BUCKETS = 128;
/** Buckets that are out are kept until they are so many, and then dropped together. */
const COMPACT_AT = 64;

/** How wide a window's buckets are, in milliseconds. */
export function bucketWidth(windowMs: number): number {
  return Math.ceil(windowMs / BUCKETS);
}

/**
 * What was counted in the last so many milliseconds. A bucket counts whole until the last that was counted in it is out,
 * so that no window of this length ever holds more than was checked for, wherever it begins, and nobody has to wait for
 * longer than the window. Only buckets that hold something take memory.
 */
export class SlidingWindow {
  private readonly width: number;
  /** Ascending; what is before `head` is out. */
  private readonly buckets: number[] = [];
  private readonly amounts: number[] = [];
  /** The last moment that is counted in each. */
  private readonly latest: number[] = [];
  private head = 0;
  private sum = 0;

  constructor(private readonly windowMs: number) {
    this.width = bucketWidth(windowMs);
  }

  /** What counts now; `slide` first. */
  get total(): number {
    return this.sum;
  }

  /** Lets go what is out at a moment. */
  slide(now: number): void {
    const { buckets, amounts, latest } = this;
    while (this.head < buckets.length && this.outAt(this.head) <= now) {
      this.sum -= amounts[this.head] ?? 0;
      this.head++;
    }
    if (this.head === 0 || (this.head < COMPACT_AT && this.head < buckets.length)) return;
    buckets.splice(0, this.head);
    amounts.splice(0, this.head);
    latest.splice(0, this.head);
    this.head = 0;
  }

  /** @returns the bucket that it was counted in */
  add(now: number, amount: number): number {
    return this.put(Math.floor(now / this.width), amount, now);
  }

  /** Counts what somebody else counted in a bucket of which only the beginning is known. */
  seed(at: number, amount: number): void {
    const bucket = Math.floor(at / this.width);
    this.put(bucket, amount, (bucket + 1) * this.width);
  }

  /** Counts less in a bucket; one that is out has nothing left to take. */
  take(bucket: number, amount: number): void {
    for (let at = this.buckets.length - 1; at >= this.head && (this.buckets[at] ?? 0) >= bucket; at--) {
      if (this.buckets[at] !== bucket) continue;
      const there = this.amounts[at] ?? 0;
      const taken = Math.min(there, amount);
      this.amounts[at] = there - taken;
      this.sum -= taken;
      return;
    }
  }

  /** Milliseconds until at least so much will be out; undefined when there is less. */
  freeIn(now: number, amount: number): number | undefined {
    let freed = 0;
    for (let at = this.head; at < this.buckets.length; at++) {
      freed += this.amounts[at] ?? 0;
      if (freed >= amount) return this.outAt(at) - now;
    }
    return undefined;
  }

  /** Milliseconds until all is out. */
  resetIn(now: number): number {
    return this.sum === 0 ? 0 : this.outAt(this.buckets.length - 1) - now;
  }

  /** @returns the bucket that it was counted in */
  private put(wanted: number, amount: number, moment: number): number {
    const { buckets, amounts, latest } = this;
    const newest = buckets.at(-1) ?? -1;
    const bucket = Math.max(newest, wanted);
    if (bucket === newest) {
      const last = buckets.length - 1;
      amounts[last] = (amounts[last] ?? 0) + amount;
      latest[last] = Math.max(latest[last] ?? 0, moment);
    } else {
      buckets.push(bucket);
      amounts.push(amount);
      latest.push(moment);
    }
    this.sum += amount;
    return bucket;
  }

  private outAt(index: number): number {
    return (this.latest[index] ?? 0) + this.windowMs;
  }
}
