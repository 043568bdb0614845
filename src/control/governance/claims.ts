import type { BudgetWindows } from '../budgets/budget-window.port.js';
import type { BudgetTerms, LimitTerms } from '../contract/terms.types.js';
import type { Claim } from '../counters/counters.port.js';
import type { KeyHolder } from '../keys/key-directory.port.js';
import type { Balances } from '../usage/usage-ledger.port.js';
import { appliesTo } from './applies.js';
import type { Estimate } from './estimate.js';
import type { AskedTarget } from './governance.port.js';

/** A claim with the terms that it is made for. */
export type TermClaim =
  | {
      readonly claim: Claim;
      readonly budget: BudgetTerms;
      readonly windowStart: number;
      readonly windowEnd: number;
      /** When what is spent now counts no more. */
      readonly countsUntil: number;
      readonly limit?: undefined;
    }
  | { readonly claim: Claim; readonly limit: LimitTerms; readonly budget?: undefined };

/** How long a counter outlives its window: late settlements find it, in milliseconds. */
const AFTER_WINDOW_MS = 86_400_000;
/** What an answer that nobody bounded is taken to use of a token limit, in tokens; corrected when it is over. */
const OPEN_OUTPUT_TOKENS = 1_024;

/** Everything that a call takes from, by the terms of its key's levels. */
export function claimsOf(
  holder: KeyHolder,
  targets: readonly AskedTarget[],
  estimate: Estimate,
  {
    windows,
    balances,
    now,
    isBounded,
  }: { windows: BudgetWindows; balances: Balances; now: number; isBounded: boolean },
): TermClaim[] {
  const claims: TermClaim[] = [];
  for (const limit of holder.limits) {
    if (concerns(limit, targets)) claims.push({ limit, claim: claimOfLimit(limit, estimate, isBounded) });
  }
  for (const budget of holder.budgets) {
    if (concerns(budget, targets)) claims.push(claimOfBudget(budget, estimate.cost, windows, balances, now));
  }
  return claims;
}

/** The claim of a budget now, for so much. */
export function claimOfBudget(
  budget: BudgetTerms,
  amount: number,
  windows: BudgetWindows,
  balances: Balances,
  now: number,
): TermClaim & { readonly budget: BudgetTerms } {
  const { start, end } = windows.at(budget.period, now);
  const isRolling = budget.period.kind === 'rolling';
  const claim: Claim = {
    counter: isRolling ? `b:${budget.id}` : `b:${budget.id}:${start}`,
    kind: 'budget',
    limit: amountAt(budget, now),
    amount,
    windowMs: budget.period.kind === 'rolling' ? budget.period.ms : 0,
    soft: budget.mode === 'soft',
    expiresAt: isRolling || !Number.isFinite(end) ? 0 : end + AFTER_WINDOW_MS,
    seed: () => {
      const since = budget.period.kind === 'rolling' ? now - budget.period.ms : start;
      const known = balances.of(budget.id, since);
      return isRolling ? known : known.filter(([windowStart]) => windowStart === start);
    },
  };
  const countsUntil = budget.period.kind === 'rolling' ? end + budget.period.ms : end;
  return { budget, claim, windowStart: start, windowEnd: end, countsUntil };
}

/** The claim of a limit, for nothing: to ask where it stands. */
export function idleClaim(limit: LimitTerms): Claim {
  return { ...claimOfLimit(limit, NOTHING, true), amount: 0 };
}

const NOTHING: Estimate = { inputTokens: 0, outputTokens: 0, cost: 0, isOpen: false };

/** The amount with the overrides that are in force. */
export function amountAt({ amount, overrides }: BudgetTerms, now: number): number {
  let total = amount;
  for (const { from, until, amount: more } of overrides) if (from <= now && now < until) total += more;
  return total;
}

function claimOfLimit(terms: LimitTerms, estimate: Estimate, isBounded: boolean): Claim {
  return {
    counter: `l:${terms.id}`,
    kind: terms.metric === 'concurrency' ? 'concurrency' : 'rate',
    limit: terms.limit,
    amount: amountOf(terms, estimate, isBounded),
    windowMs: terms.windowMs,
    soft: false,
    expiresAt: 0,
  };
}

/** An answer's bound may be larger than a limit, and the answer itself seldom is: such a call waits for a whole window. */
function amountOf({ metric, limit }: LimitTerms, { inputTokens, outputTokens }: Estimate, isBounded: boolean): number {
  const output = isBounded ? outputTokens : Math.min(outputTokens, OPEN_OUTPUT_TOKENS);
  if (metric === 'input_tokens') return inputTokens;
  if (metric === 'output_tokens') return Math.min(output, limit);
  if (metric === 'total_tokens') return Math.max(inputTokens, Math.min(inputTokens + output, limit));
  return 1;
}

function concerns(terms: BudgetTerms | LimitTerms, targets: readonly AskedTarget[]): boolean {
  if (terms.models.length === 0 && terms.providers.length === 0) return true;
  return targets.some(({ provider, model }) => appliesTo(terms, provider, model));
}
