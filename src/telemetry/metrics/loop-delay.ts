import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Finer ones would wake an idle process more often, and see no more of a loop that stands still. */
const RESOLUTION_MS = 100;
const NANOSECONDS_PER_MS = 1e6;

/** Percentiles of how late timers ran, in milliseconds. */
export interface LoopDelay {
  readonly p50: number;
  readonly p99: number;
}

/** Measures how late the event loop runs its timers: what every request in the process waits at each step. */
export class LoopDelayMeter {
  private readonly histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.histogram.enable();
  }

  stop(): void {
    this.histogram.disable();
  }

  /** The delay since the last call. */
  take(): LoopDelay {
    const delay = this.histogram.count === 0 ? { p50: 0, p99: 0 } : { p50: this.delay(50), p99: this.delay(99) };
    this.histogram.reset();
    return delay;
  }

  /** The histogram holds the whole time between two timers: what is above the interval is delay. */
  private delay(percentile: number): number {
    return Math.max(0, this.histogram.percentile(percentile) / NANOSECONDS_PER_MS - RESOLUTION_MS);
  }
}
