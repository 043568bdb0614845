import { Injectable } from '@nestjs/common';

/** Chance, as everything that draws sees it: a seeded source makes a run repeatable. */
export abstract class Random {
  /** A number from 0 to below 1. */
  abstract next(): number;
}

/** The engine's own generator. */
@Injectable()
export class SystemRandom extends Random {
  override next(): number {
    return Math.random();
  }
}

/** Always the same numbers for the same seed (mulberry32). */
export class SeededRandom extends Random {
  constructor(private state: number) {
    super();
  }

  override next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
