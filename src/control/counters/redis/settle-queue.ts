import type { Clock } from '../../../common/time/clock.port.js';
import type { Lease } from '../counters.port.js';

/** How many are under way at once, so that admissions on the same connection do not wait behind a long queue. */
const MOST_UNDER_WAY = 64;
const PAUSE_MS = 100;
/** About 200 MB. Only calls that run while Redis is away are queued, and the ledger has them all. */
const MOST_WAITING = 200_000;

export interface Settlement {
  readonly lease: Lease;
  readonly actual: readonly number[];
}

/** Settlements that Redis has not taken yet. Each is repeated until it does: it counts once, however often it arrives. */
export class SettleQueue {
  private waiting: Settlement[] = [];
  private next = 0;
  private underWay = 0;
  private paused: (() => void) | undefined;
  private watchers: Array<() => void> = [];
  private dropped = 0;

  constructor(
    private readonly send: (settlement: Settlement) => Promise<void>,
    private readonly isUp: () => boolean,
    private readonly clock: Clock,
    private readonly mostWaiting = MOST_WAITING,
  ) {}

  /** Settlements that were given up because Redis was away for too long: their leases are charged as held. */
  get lost(): number {
    return this.dropped;
  }

  get size(): number {
    return this.waiting.length - this.next + this.underWay;
  }

  /** @returns whether all settlements could be kept */
  push(settlement: Settlement): boolean {
    const isFull = this.waiting.length - this.next >= this.mostWaiting;
    if (isFull) {
      this.next++;
      this.dropped++;
    }
    this.waiting.push(settlement);
    this.pump();
    return !isFull;
  }

  /** Sends what waits, as far as Redis is there. */
  pump(): void {
    while (!this.paused && this.underWay < MOST_UNDER_WAY && this.isUp()) {
      const settlement = this.waiting[this.next];
      if (!settlement) break;
      this.next++;
      this.launch(settlement);
    }
    if (this.next > 1_024 || this.next === this.waiting.length) {
      this.waiting.splice(0, this.next);
      this.next = 0;
    }
  }

  /** Resolves when all are taken, or after a time. @returns how many are not */
  async flush(limitMs: number): Promise<number> {
    this.pump();
    if (this.size === 0) return 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.watchers.push(resolve);
    const cancel = this.clock.after(limitMs, resolve);
    await promise;
    cancel();
    return this.size;
  }

  stop(): void {
    this.paused?.();
    this.paused = undefined;
  }

  private launch(settlement: Settlement): void {
    this.underWay++;
    this.send(settlement).then(
      () => this.done(),
      () => {
        // The connection has noted and told the failure.
        this.waiting.push(settlement);
        this.paused ??= this.clock.after(PAUSE_MS, () => {
          this.paused = undefined;
          this.pump();
        });
        this.done();
      },
    );
  }

  private done(): void {
    this.underWay--;
    this.pump();
    if (this.size > 0) return;
    for (const watcher of this.watchers) watcher();
    this.watchers = [];
  }
}
