/** How often lateness is measured, in milliseconds: finer wakes an idle process more often, coarser sees less of a stall. */
const TICK_MS = 50;

/**
 * How late the event loop runs timers, for samples that are taken more often than the loop may turn. Node's own
 * histogram (monitorEventLoopDelay) forgets the interval under way when it is reset: in a loop whose every turn takes
 * longer than a sample it would never record anything.
 */
export class LoopLateness {
  private readonly seen: number[] = [];
  private timer: NodeJS.Timeout | undefined;
  private tickedAt = 0;

  start(): void {
    this.tickedAt = performance.now();
    this.timer ??= setInterval(() => this.tick(performance.now()), TICK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** The 99th percentile since the last call, in milliseconds; a tick that is overdue now counts too. */
  takeP99(now = performance.now()): number {
    const late = [...this.seen, this.lateBy(now)].toSorted((a, b) => a - b);
    this.seen.length = 0;
    return late[Math.ceil(late.length * 0.99) - 1] ?? 0;
  }

  private tick(now: number): void {
    this.seen.push(this.lateBy(now));
    this.tickedAt = now;
  }

  private lateBy(now: number): number {
    return this.timer === undefined ? 0 : Math.max(0, now - this.tickedAt - TICK_MS);
  }
}
