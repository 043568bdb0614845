import { ChurnMap } from '../common/collections/churn-map.js';
import type { Clock } from '../common/time/clock.port.js';

const TICK_MS = 25;

interface Pending {
  readonly end: number;
  readonly expire: () => void;
}

/**
 * Says when commands have waited too long. Time is counted in ticks that the process saw: while it was busy itself for
 * half a second, one tick has passed, so that a stall of ours is not taken for one of the server's. One timer serves all.
 */
export class ReplyDeadlines {
  /** In the order of their ends, since all wait equally long. */
  private readonly pending = new ChurnMap<number, Pending>();
  private serial = 0;
  private readonly ticks: number;
  private now = 0;
  private isTicking = false;

  constructor(
    private readonly clock: Clock,
    waitMs: number,
  ) {
    this.ticks = Math.ceil(waitMs / TICK_MS) + 1;
  }

  /** @returns says that the answer is there */
  add(expire: () => void): () => void {
    const number = ++this.serial;
    this.pending.set(number, { end: this.now + this.ticks, expire });
    this.tickLater();
    return () => this.pending.delete(number);
  }

  /** Never twice at a time, or time would go faster: it goes on to the next tick although nobody waits any more. */
  private tickLater(): void {
    if (this.isTicking) return;
    this.isTicking = true;
    this.clock.after(TICK_MS, () => {
      // What has arrived is read before the immediate comes.
      setImmediate(() => this.tick());
    });
  }

  private tick(): void {
    this.isTicking = false;
    this.now++;
    for (const [number, { end, expire }] of this.pending) {
      if (end > this.now) break;
      this.pending.delete(number);
      expire();
    }
    if (this.pending.size > 0) this.tickLater();
  }
}
