/** How many refusals are written down at once, and how soon there is room for one more. */
const BURST = 60;
const EVERY_MS = 1_000;

/** Lets so many through that nobody fills the database with refusals, and counts the others. */
export class RefusalBound {
  private until = 0;
  private left = 0;

  /** @returns how many were left out since the last one; undefined when this one is left out too */
  admit(now: number): number | undefined {
    const from = Math.max(now, this.until);
    if (from + EVERY_MS - now > BURST * EVERY_MS) {
      this.left++;
      return undefined;
    }
    this.until = from + EVERY_MS;
    const { left } = this;
    this.left = 0;
    return left;
  }
}
