import type { MicroDollars } from '../contract/money.js';
import type { StoredBalance } from './store/usage-store.port.js';
import type { AttemptBegun, Balances } from './usage-ledger.port.js';

interface Window {
  /** As the database has it, as far as this process knows. */
  stored: MicroDollars;
  /** What this process charged and has not brought into the database yet. */
  pending: MicroDollars;
  countsUntil: number;
}

/** Budget use in memory: what the database last said, and this process's own charges that it does not have yet. */
export class LedgerBalances implements Balances {
  private readonly budgets = new Map<string, Map<number, Window>>();
  private askedAt: number | undefined;

  get asOf(): number | undefined {
    return this.askedAt;
  }

  of(budgetId: string, since: number): ReadonlyArray<readonly [windowStart: number, spent: MicroDollars]> {
    const windows = this.budgets.get(budgetId);
    if (!windows) return [];
    const starts = [...windows.keys()].toSorted((one, other) => one - other);
    return starts.flatMap((start, index) => {
      const window = windows.get(start);
      // Windows of a budget follow each other, so that one ends at the latest where the next begins.
      const end = Math.min(window?.countsUntil ?? 0, starts[index + 1] ?? Infinity);
      if (!window || end <= since) return [];
      const spent: readonly [number, number] = [start, window.stored + window.pending];
      return [spent];
    });
  }

  /** An attempt of this process has ended. */
  charge(budgets: AttemptBegun['budgets'], amount: MicroDollars): void {
    for (const [id, start, until] of budgets) this.window(id, start, until).pending += amount;
  }

  /** What `charge` was told is in the database now. */
  confirm(budgets: AttemptBegun['budgets'], amount: MicroDollars): void {
    for (const [id, start, until] of budgets) {
      const window = this.window(id, start, until);
      window.pending -= amount;
      window.stored += amount;
    }
  }

  /** Something is in the database that was not this process's own. */
  add(budgets: AttemptBegun['budgets'], amount: MicroDollars): void {
    for (const [id, start, until] of budgets) this.window(id, start, until).stored += amount;
  }

  /** What the database says, for the windows that it speaks of. @param at when it was asked, in milliseconds since the epoch */
  load(balances: readonly StoredBalance[], at: number): void {
    this.askedAt = at;
    for (const { budgetId, windowStart, spent, countsUntil } of balances) {
      this.window(budgetId, windowStart, countsUntil).stored = spent;
    }
  }

  /** Forgets windows that count no more. */
  prune(now: number): void {
    for (const [id, windows] of this.budgets) {
      for (const [start, window] of windows) {
        if (window.countsUntil <= now && window.pending === 0) windows.delete(start);
      }
      if (windows.size === 0) this.budgets.delete(id);
    }
  }

  private window(id: string, start: number, until: number | null | undefined): Window {
    let windows = this.budgets.get(id);
    if (!windows) this.budgets.set(id, (windows = new Map<number, Window>()));
    let window = windows.get(start);
    if (!window) windows.set(start, (window = { stored: 0, pending: 0, countsUntil: Infinity }));
    // The log's JSON has null where there was Infinity.
    if (typeof until === 'number') window.countsUntil = until;
    return window;
  }
}
