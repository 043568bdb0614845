import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/time/clock.port.js';
import { isRowRefusal } from './store/row-refusal.js';
import type { UsageStore, Written } from './store/usage-store.port.js';
import type { LoggedAttempt } from './wal/wal-reader.js';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;
const NOTHING: Written = { inserted: new Set(), corrected: [], unmatched: [] };

/** Hears what became of a batch. */
export type Taken = (batch: readonly LoggedAttempt[], written: Written) => void;

/** The shipper was asked to stop before a batch was in the database; the log still has it. */
export class ShippingStopped extends Error {}

/**
 * Brings attempts into the database: one batch after the other, each repeated until the database has taken it. A row
 * that the database refuses for what is in it is handed to `reject` and never holds up those behind it.
 */
export class UsageShipper {
  private readonly logger = new Logger('UsageLedger');
  private turn: Promise<unknown> = Promise.resolve();
  private stopped = false;
  private readonly wake = new Set<() => void>();
  private away = false;

  constructor(
    private readonly store: UsageStore,
    private readonly clock: Clock,
    private readonly batch: number,
    private readonly reject: (attempt: LoggedAttempt, error: unknown) => void,
  ) {}

  /** Whether the last try failed. */
  get isAway(): boolean {
    return this.away;
  }

  /**
   * Batch after batch. `taken` is called with each before anything else may look at the database.
   * @throws ShippingStopped
   */
  async ship(attempts: readonly LoggedAttempt[], taken: Taken): Promise<void> {
    for (let from = 0; from < attempts.length; from += this.batch) {
      const batch = attempts.slice(from, from + this.batch);
      await this.inTurn(async () => taken(batch, await this.untilTaken(batch)));
    }
  }

  /** Does something while no batch is under way, so that what it reads has none half counted. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }

  /** Ends waiting: what cannot be written now is left to the log. */
  stop(): void {
    this.stopped = true;
    for (const wake of this.wake) wake();
  }

  private async untilTaken(attempts: readonly LoggedAttempt[]): Promise<Written> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        const written = await this.store.write(attempts);
        if (this.away) this.logger.log('usage is brought into the database again');
        this.away = false;
        return written;
      } catch (error) {
        if (isRowRefusal(error)) return this.apart(attempts, error);
        if (!this.away) this.logger.error({ err: error }, 'usage waits in its log: the database does not take it');
        this.away = true;
        if (this.stopped) throw new ShippingStopped('the process ends', { cause: error });
        await this.pause(pause);
      }
    }
  }

  /** Halves a batch until the row that the database refuses is alone. */
  private async apart(attempts: readonly LoggedAttempt[], error: unknown): Promise<Written> {
    const [only] = attempts;
    if (attempts.length <= 1 || !only) {
      if (only) this.reject(only, error);
      return NOTHING;
    }
    const middle = attempts.length >> 1;
    const left = await this.untilTaken(attempts.slice(0, middle));
    return together(left, await this.untilTaken(attempts.slice(middle)));
  }

  private async pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.clock.after(ms, resolve);
    this.wake.add(resolve);
    await promise;
    cancel();
    this.wake.delete(resolve);
  }
}

function together(one: Written, other: Written): Written {
  return {
    inserted: new Set([...one.inserted, ...other.inserted]),
    corrected: [...one.corrected, ...other.corrected],
    unmatched: [...one.unmatched, ...other.unmatched],
  };
}
