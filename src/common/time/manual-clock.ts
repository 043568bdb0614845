import { Clock } from './clock.port.js';

interface Timer {
  at: number;
  order: number;
  run: (() => void) | undefined;
}

/** A clock that moves only when it is told to, for specs and simulations. */
export class ManualClock extends Clock {
  /** Sorted by time, the next one last; equal times keep the order in which they were set. */
  private readonly timers: Timer[] = [];
  private set = 0;

  constructor(
    private time = 0,
    private readonly epoch = Date.UTC(2026, 0, 1),
  ) {
    super();
  }

  override now(): number {
    return this.time;
  }

  override wallTime(): number {
    return this.epoch + this.time;
  }

  override after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { at: this.time + Math.max(0, delayMs), order: this.set++, run };
    this.timers.splice(this.positionOf(timer), 0, timer);
    return () => {
      timer.run = undefined;
    };
  }

  /** Moves on, calling every timer at its own time. */
  advance(ms: number): void {
    this.runUntil(this.time + ms);
  }

  /** Moves to a time, calling every timer at its own time. */
  runUntil(time: number): void {
    for (let next = this.timers.at(-1); next && next.at <= time; next = this.timers.at(-1)) {
      this.timers.pop();
      this.time = Math.max(this.time, next.at);
      next.run?.();
    }
    this.time = Math.max(this.time, time);
  }

  /** Timers that wait and were not cancelled. */
  get pending(): number {
    return this.timers.filter((timer) => timer.run).length;
  }

  private positionOf(timer: Timer): number {
    let low = 0;
    let high = this.timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.timers[middle];
      if (other && isLater(other, timer)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function isLater(a: Timer, b: Timer): boolean {
  return a.at === b.at ? a.order > b.order : a.at > b.at;
}
