import type { MicroDollars } from '../../contract/money.js';
import type { AttemptBegun } from '../usage-ledger.port.js';
import type { LoggedAttempt } from '../wal/wal-reader.js';

/** What a batch changed. */
export interface Written {
  /** Attempts that were not in the database before. */
  readonly inserted: ReadonlySet<string>;
  /** Orphaned attempts whose true end came, with what their cost changed by on each of their budgets. */
  readonly corrected: ReadonlyArray<{ readonly budgets: AttemptBegun['budgets']; readonly difference: MicroDollars }>;
  /** Ends of attempts that nobody knows to have begun. */
  readonly unmatched: readonly string[];
}

export interface StoredBalance {
  readonly budgetId: string;
  readonly windowStart: number;
  readonly spent: MicroDollars;
  readonly countsUntil: number | undefined;
}

/** Where usage is kept. The class is the injection token. */
export abstract class UsageStore {
  /** Writes a batch, balances and outbox included, in one transaction. What is there already is left as it is. */
  abstract write(attempts: readonly LoggedAttempt[]): Promise<Written>;
  /** Balances of windows that may still count; with `since` (milliseconds since the epoch) those that changed since then. */
  abstract balances(now: number, since?: number): Promise<readonly StoredBalance[]>;
  /** Forgets what was told to exporters before a moment. */
  abstract pruneOutbox(before: number): Promise<void>;
}
