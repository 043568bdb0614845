/** One file of the log, and what keeps it from being deleted. */
export class WalSegment {
  fd: number | undefined;
  /** Whole records, in bytes. */
  bytes = 0;
  /** Nothing more is written into it. */
  closed = false;
  /** Records of attempts that are not in the database, and of which this process still knows. */
  waiting = 0;
  /** Records of attempts that are not in the database, and that only the file has. */
  spilled = 0;
  /** Its settlements may be needed until then, in milliseconds of the monotonic clock. */
  keepUntil = -Infinity;
  /** Whether bytes were written that the disk may not have yet. */
  dirty = false;

  constructor(
    readonly number: number,
    readonly path: string,
  ) {}

  isDone(now: number): boolean {
    return this.closed && this.waiting === 0 && this.spilled === 0 && this.keepUntil <= now;
  }
}
