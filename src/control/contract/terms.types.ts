import type { Level } from './level.types.js';
import type { MicroDollars } from './money.js';

export const CALENDAR_UNITS = ['hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type CalendarUnit = (typeof CALENDAR_UNITS)[number];

/** When a budget begins anew. Weeks begin on Monday; quarters in January. */
export type BudgetPeriod =
  | { readonly kind: 'calendar'; readonly unit: CalendarUnit; readonly timeZone: string }
  /** What was spent in the last so many milliseconds. */
  | { readonly kind: 'rolling'; readonly ms: number }
  /** Never: the amount is a balance that is topped up by raising it. */
  | { readonly kind: 'prepaid' };

/** Which calls a budget or limit is about; each list holds patterns with `*`, and none means all. */
export interface Applicability {
  /** Matched against `provider/model` and the bare model. */
  readonly models: readonly string[];
  readonly providers: readonly string[];
}

/** A budget as it binds a call. */
export interface BudgetTerms extends Applicability {
  readonly id: string;
  readonly name: string;
  readonly level: Level;
  readonly levelId: string;
  /** Of the entity that has it, for the refusal. */
  readonly levelName: string;
  readonly amount: MicroDollars;
  readonly period: BudgetPeriod;
  /** A hard one refuses what does not fit; a soft one notes it. */
  readonly mode: 'hard' | 'soft';
  /** Percentages at which use is told, ascending. */
  readonly thresholds: readonly number[];
  /** Added to the amount for a time. Milliseconds since the epoch; `until` is exclusive. */
  readonly overrides: ReadonlyArray<{ readonly amount: MicroDollars; readonly from: number; readonly until: number }>;
}

export const LIMIT_METRICS = ['requests', 'input_tokens', 'output_tokens', 'total_tokens', 'concurrency'] as const;
export type LimitMetric = (typeof LIMIT_METRICS)[number];

/** A rate limit as it binds a call. */
export interface LimitTerms extends Applicability {
  readonly id: string;
  readonly level: Level;
  readonly levelId: string;
  readonly levelName: string;
  readonly metric: LimitMetric;
  readonly limit: number;
  /** One second to one day; 0 for concurrency. */
  readonly windowMs: number;
}

/** What becomes of a call while the shared counters cannot be reached. */
export const LIMITER_DOWN = ['closed', 'degraded', 'open'] as const;
export type LimiterDown = (typeof LIMITER_DOWN)[number];
