import type { BudgetRow } from '../budgets/budget.entity.js';
import { formatDollars } from '../contract/money.js';
import type { RateLimitRow } from '../rate-limits/rate-limit.entity.js';
import { isCalendar, numbers, overridesOf, strings } from './budget-row.js';
import { type EntityAnswer, entityAnswer } from './entity-answer.js';
import { formatWindow } from './period.js';

export interface BudgetAnswer extends EntityAnswer {
  readonly level: string;
  readonly level_id: string;
  readonly name: string;
  readonly amount_usd: string;
  readonly amount_micros: number;
  readonly period: string;
  readonly time_zone: string | null;
  readonly mode: string;
  readonly thresholds: readonly number[];
  readonly models: readonly string[];
  readonly providers: readonly string[];
  readonly overrides: ReadonlyArray<{ amount_usd: string; amount_micros: number; from: string; until: string }>;
}

export interface LimitAnswer extends EntityAnswer {
  readonly level: string;
  readonly level_id: string;
  readonly metric: string;
  readonly limit: number;
  readonly window: string | null;
  readonly models: readonly string[];
  readonly providers: readonly string[];
}

export function budgetAnswer(row: BudgetRow): BudgetAnswer {
  return {
    ...entityAnswer('budget', row),
    level: row.level,
    level_id: row.levelId,
    name: row.name,
    amount_usd: formatDollars(row.amount),
    amount_micros: row.amount,
    period: row.period,
    time_zone: isCalendar(row.period) ? row.timeZone : null,
    mode: row.mode,
    thresholds: numbers(row.thresholds),
    models: strings(row.models),
    providers: strings(row.providers),
    overrides: overridesOf(row.overrides).map(({ amount, from, until }) => ({
      amount_usd: formatDollars(amount),
      amount_micros: amount,
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    })),
  };
}

export function limitAnswer(row: RateLimitRow): LimitAnswer {
  return {
    ...entityAnswer('rate_limit', row),
    level: row.level,
    level_id: row.levelId,
    metric: row.metric,
    limit: row.limit,
    window: row.windowMs === 0 ? null : formatWindow(row.windowMs),
    models: strings(row.models),
    providers: strings(row.providers),
  };
}
