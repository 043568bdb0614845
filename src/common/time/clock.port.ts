import { Injectable } from '@nestjs/common';

/** Time, as everything that measures or waits sees it: tests and simulations own it. */
export abstract class Clock {
  /** Milliseconds of a clock that never goes back; its zero means nothing. */
  abstract now(): number;
  /** Milliseconds since 1970, for dates that others state. */
  abstract wallTime(): number;
  /** Calls once after the delay, unless the function that it returns was called before. */
  abstract after(delayMs: number, run: () => void): () => void;
}

/** Node takes a longer delay for 1 ms. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. */
@Injectable()
export class SystemClock extends Clock {
  override now(): number {
    return performance.now();
  }

  override wallTime(): number {
    return Date.now();
  }

  override after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(run, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }
}
