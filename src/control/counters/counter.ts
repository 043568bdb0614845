import { seedOf } from './claim-rules.js';
import type { Claim, Standing } from './counters.port.js';
import { SlidingWindow } from './sliding-window.js';

const MOST = Number.MAX_SAFE_INTEGER;

/** One counter in memory. `slide` comes before everything else that is asked of it at a moment. */
export class Counter {
  /** Charged for calls whose end is not known; part of `used`. */
  orphaned = 0;
  /** What calls under way hold. Of a rate a part of `total`, for display only: it is counted when it is taken. */
  held = 0;
  /** Holdings of leases that are not settled. */
  holdings = 0;
  private readonly window: SlidingWindow | undefined;
  private plain = 0;
  readonly kind: Claim['kind'];
  private readonly windowMs: number;
  private expiresAt: number;

  constructor(claim: Claim, now: number) {
    this.kind = claim.kind;
    this.windowMs = claim.windowMs;
    this.expiresAt = claim.expiresAt;
    if (claim.windowMs > 0) this.window = new SlidingWindow(claim.windowMs);
    const seed = seedOf(claim).toSorted(([one], [other]) => one - other);
    for (const [at, amount] of seed) this.seed(Math.max(0, Math.min(at, now)), amount);
    this.slide(now);
  }

  /** Whether a claim of its name means it: one with another kind or window is another counter. */
  isFor({ kind, windowMs }: Claim): boolean {
    return kind === this.kind && windowMs === this.windowMs;
  }

  slide(now: number): void {
    this.window?.slide(now);
  }

  /** Whether so much more fits, with what is held and used. */
  fits(amount: number, limit: number): boolean {
    return this.level + amount <= limit;
  }

  /** Holds an amount. @returns the bucket that it is counted in */
  hold(now: number, amount: number, expiresAt: number): number {
    this.expiresAt = Math.max(this.expiresAt, expiresAt);
    this.held = atMost(this.held + amount);
    return this.kind === 'rate' ? this.count(now, amount) : 0;
  }

  release(amount: number): void {
    this.held = Math.max(0, this.held - amount);
  }

  /** Counts what was used. @returns the bucket */
  count(now: number, amount: number): number {
    if (this.kind === 'concurrency') return 0;
    if (this.window) return this.window.add(now, amount);
    this.plain = atMost(this.plain + amount);
    return 0;
  }

  /** Counts less than was counted before. */
  uncount(bucket: number, amount: number): void {
    if (this.window) this.window.take(bucket, amount);
    else this.plain = Math.max(0, this.plain - amount);
  }

  /** Milliseconds until so much fits because enough has slid out; undefined: not by waiting. */
  fitsIn(now: number, amount: number, limit: number): number | undefined {
    if (amount > limit) return undefined;
    return this.window?.freeIn(now, this.level + amount - limit);
  }

  standing(now: number, limit: number): Standing {
    const { total } = this;
    const held = this.kind === 'rate' ? Math.min(this.held, total) : this.held;
    const used = this.kind === 'rate' ? total - held : total;
    return { used, held, limit, resetMs: this.window?.resetIn(now) ?? 0 };
  }

  /** Whether it says nothing that a new one would not say. */
  isIdle(now: number): boolean {
    this.slide(now);
    if (this.holdings > 0) return false;
    if (this.window || this.kind === 'concurrency') return this.total === 0;
    return this.expiresAt > 0 && this.expiresAt <= now;
  }

  private seed(at: number, amount: number): void {
    if (this.window && this.kind !== 'concurrency') this.window.seed(at, amount);
    else this.count(at, amount);
  }

  private get total(): number {
    return this.window ? this.window.total : this.plain;
  }

  private get level(): number {
    return this.kind === 'rate' ? this.total : this.total + this.held;
  }
}

function atMost(value: number): number {
  return Math.min(value, MOST);
}
