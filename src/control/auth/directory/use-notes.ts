/** Shortest time between two notes of one token's use, in milliseconds. */
const INTERVAL_MS = 60_000;

/** When tokens were used, gathered in memory: at most once a minute for each is written. */
export class UseNotes {
  /** By token's id: milliseconds since 1970 of the last use that was written, or is being. */
  private readonly written = new Map<string, number>();
  private pending = new Map<string, Date>();

  note(id: string, now: number): void {
    const last = this.written.get(id);
    if (last !== undefined && now - last < INTERVAL_MS) return;
    this.written.set(id, now);
    this.pending.set(id, new Date(now));
  }

  /** Takes what is to be written. */
  take(): ReadonlyMap<string, Date> {
    const taken = this.pending;
    this.pending = new Map();
    return taken;
  }

  /** Puts back what could not be written. */
  restore(uses: ReadonlyMap<string, Date>): void {
    this.pending = new Map([...uses, ...this.pending]);
  }
}
