import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 20;
/** Shortest time over which percentiles are taken, so that several scrapers do not empty each other's window. */
const WINDOW_MS = 10_000;
const NANOSECONDS = 1e9;

export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
}

/** How late the event loop ran its timers, in seconds, over the time since about the last look. */
export class LoopDelayMonitor {
  private readonly histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  private since = performance.now();
  private last: LoopDelay | undefined;

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  read(now = performance.now()): LoopDelay {
    if (this.last && now - this.since < WINDOW_MS) return this.last;
    // The histogram holds whole intervals between two timers: what is above the interval is delay.
    const delay = (percentile: number): number =>
      Math.max(0, this.histogram.percentile(percentile) / NANOSECONDS - RESOLUTION_MS / 1000);
    this.last = this.histogram.count === 0 ? { p50: 0, p99: 0 } : { p50: delay(50), p99: delay(99) };
    this.since = now;
    this.histogram.reset();
    return this.last;
  }
}
