import { GatewayError } from '../../common/errors/gateway-error.js';
import { BudgetRow } from '../budgets/budget.entity.js';
import { formatDollars } from '../contract/money.js';
import { CALENDAR_UNITS } from '../contract/terms.types.js';
import type { BudgetOverrideDto, InlineBudgetDto } from './dto/inline-budget.dto.js';
import { dollarsOf } from './term-checks.js';

const DEFAULT_THRESHOLDS = [80, 100];

export interface OverrideText {
  readonly amount: number;
  readonly from: number;
  readonly until: number;
}

type BudgetColumns = Pick<
  BudgetRow,
  'name' | 'amount' | 'period' | 'timeZone' | 'mode' | 'thresholds' | 'models' | 'providers' | 'overrides'
>;

/** The columns of a checked budget. `null` and absent fields are the defaults. */
export function budgetColumns(dto: InlineBudgetDto, path = ''): BudgetColumns {
  const { period } = dto;
  if (!isCalendar(period) && typeof dto.time_zone === 'string') {
    throw new GatewayError('invalid_value', 'A time zone is for budgets of the calendar: leave it out.', {
      param: `${path}time_zone`,
    });
  }
  const thresholds = new Set(dto.thresholds ?? DEFAULT_THRESHOLDS);
  return {
    name: dto.name ?? `${period} budget`,
    amount: dollarsOf(dto.amount_usd) ?? 0,
    period,
    timeZone: dto.time_zone ?? 'UTC',
    mode: dto.mode ?? 'hard',
    thresholds: JSON.stringify([...thresholds].toSorted((a, b) => a - b)),
    ...appliesTo(dto),
    overrides: JSON.stringify((dto.overrides ?? []).map((one, index) => override(one, `${path}overrides[${index}].`))),
  };
}

/** Whether a period begins with the calendar's hour, day … */
export function isCalendar(period: string): boolean {
  return CALENDAR_UNITS.some((unit) => unit === period);
}

/** The columns of what a budget or limit is about. */
export function appliesTo({ models, providers }: { models?: string[]; providers?: string[] }) {
  return { models: JSON.stringify(models ?? []), providers: JSON.stringify(providers ?? []) };
}

function override(one: BudgetOverrideDto, path: string): OverrideText {
  const [from, until] = [Date.parse(one.from), Date.parse(one.until)];
  if (from < until) return { amount: dollarsOf(one.amount_usd) ?? 0, from, until };
  throw new GatewayError('invalid_value', 'An override has to end after it begins.', { param: `${path}until` });
}

/** A stored budget as it would be sent, for changing a part of it. */
export function budgetInput(row: BudgetColumns): InlineBudgetDto {
  return {
    name: row.name,
    amount_usd: formatDollars(row.amount),
    period: row.period,
    ...(isCalendar(row.period) && { time_zone: row.timeZone }),
    mode: row.mode === 'soft' ? 'soft' : 'hard',
    thresholds: numbers(row.thresholds),
    models: strings(row.models),
    providers: strings(row.providers),
    overrides: overridesOf(row.overrides).map(({ amount, from, until }) => ({
      amount_usd: formatDollars(amount),
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    })),
  };
}

/** A JSON array of texts, as a column holds it. */
export function strings(json: string): string[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === 'string') : [];
}

export function numbers(json: string): number[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter((one): one is number => typeof one === 'number') : [];
}

export function overridesOf(json: string): OverrideText[] {
  const list: unknown = JSON.parse(json);
  return Array.isArray(list) ? list.filter(isOverride) : [];
}

function isOverride(value: unknown): value is OverrideText {
  return typeof value === 'object' && value !== null && 'amount' in value && 'from' in value && 'until' in value;
}
