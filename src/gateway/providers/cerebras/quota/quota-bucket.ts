/** Rounding must not cost a wait of a millionth of a token. */
const TOLERANCE = 1e-6;

/** A token bucket that refills continuously, as Cerebras' limits do (wire.md 1.8). It may be in debt. */
export class QuotaBucket {
  private level: number;
  private at: number;

  constructor(
    readonly name: string,
    private size: number,
    private readonly windowMs: number,
    now: number,
  ) {
    this.level = size;
    this.at = now;
  }

  get capacity(): number {
    return this.size;
  }

  /** What is left. */
  left(now: number): number {
    if (now > this.at) {
      this.level = Math.min(this.size, this.level + (now - this.at) * this.perMs);
      this.at = now;
    }
    return this.level;
  }

  /** Milliseconds until the amount is there, after others have taken theirs; Infinity when it never will be. */
  waitMs(amount: number, ahead: number, now: number): number {
    if (amount > this.size) return Number.POSITIVE_INFINITY;
    const missing = amount + ahead - this.left(now);
    return missing <= TOLERANCE ? 0 : missing / this.perMs;
  }

  take(amount: number, now: number): void {
    this.level = this.left(now) - amount;
  }

  give(amount: number, now: number): void {
    this.level = Math.min(this.size, this.left(now) + amount);
  }

  /** What the provider says. */
  correct(size: number, left: number, now: number): void {
    this.size = size;
    this.level = Math.min(size, left);
    this.at = now;
  }

  /** Another size at the same use, for a limit that follows from another one. */
  resize(size: number, now: number): void {
    if (size === this.size) return;
    const used = this.size - this.left(now);
    this.size = size;
    this.level = size - used;
  }

  private get perMs(): number {
    return this.size / this.windowMs;
  }
}
