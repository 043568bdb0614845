import type { BudgetPeriod } from '../contract/terms.types.js';

export interface BudgetWindow {
  /** Milliseconds since the epoch; of a rolling period the bucket of the moment, of a prepaid one 0. */
  readonly start: number;
  /** Exclusive; Infinity where it does not end. */
  readonly end: number;
}

/** Tells the window that a moment falls into. The class is the injection token. */
export abstract class BudgetWindows {
  abstract at(period: BudgetPeriod, now: number): BudgetWindow;
}
