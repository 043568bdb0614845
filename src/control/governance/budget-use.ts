import type { BudgetWindows } from '../budgets/budget-window.port.js';
import type { BudgetTerms } from '../contract/terms.types.js';
import type { Standing } from '../counters/counters.port.js';
import type { KeyHolder } from '../keys/key-directory.port.js';
import type { UsageLedger } from '../usage/usage-ledger.port.js';
import { amountAt, claimOfBudget, type TermClaim } from './claims.js';

/** A threshold of a budget that was passed for the first time in its window. */
export interface ThresholdEvent {
  readonly budget: string;
  readonly name: string;
  readonly level: string;
  readonly level_id: string;
  readonly threshold: number;
  readonly percent: number;
}

/** Budgets whose last standing is kept. */
const MOST_KEPT = 50_000;

/** How much of budgets is used, as far as this process has seen it; for rules and warnings, never for admission. */
export class BudgetUse {
  private readonly seen = new Map<string, { percent: number; told: number }>();

  constructor(
    private readonly windows: BudgetWindows,
    private readonly ledger: UsageLedger,
    private readonly tell: (event: ThresholdEvent) => void,
  ) {}

  /** Takes in what a decision has said. */
  note(terms: readonly TermClaim[], standings: readonly Standing[]): void {
    for (const [index, { budget, claim }] of terms.entries()) {
      const standing = standings[index];
      if (budget && standing) this.noteOne(budget, claim.counter, standing);
    }
  }

  private noteOne(budget: BudgetTerms, counter: string, { used, held, limit }: Standing): void {
    const percent = percentage(used + held, limit);
    const known = this.seen.get(counter);
    const told = known?.told ?? 0;
    const passed = budget.thresholds.findLast((threshold) => percent >= threshold) ?? 0;
    if (passed > told) this.tell(eventOf(budget, passed, percent));
    if (!known && this.seen.size >= MOST_KEPT) this.seen.clear();
    this.seen.set(counter, { percent, told: Math.max(passed, told) });
  }

  /** Highest use of all a key's budgets, in percent. */
  percentOf({ budgets }: KeyHolder, now: number): number {
    let highest = 0;
    for (const budget of budgets) highest = Math.max(highest, this.percentOfOne(budget, now));
    return highest;
  }

  private percentOfOne(budget: BudgetTerms, now: number): number {
    const { claim } = claimOfBudget(budget, 0, this.windows, this.ledger.balances, now);
    const seen = this.seen.get(claim.counter);
    if (seen) return seen.percent;
    const spent = (claim.seed?.() ?? []).reduce((total, [, amount]) => total + amount, 0);
    return percentage(spent, amountAt(budget, now));
  }
}

function percentage(used: number, limit: number): number {
  if (limit <= 0) return used > 0 ? 100 : 0;
  return Math.floor((used / limit) * 10_000) / 100;
}

function eventOf(budget: BudgetTerms, threshold: number, percent: number): ThresholdEvent {
  const { id, name, level, levelId } = budget;
  return { budget: id, name, level, level_id: levelId, threshold, percent };
}
