import { GatewayError } from '../../common/errors/gateway-error.js';
import { BudgetRow } from '../budgets/budget.entity.js';
import { formatDollars } from '../contract/money.js';
import { CALENDAR_UNITS } from '../contract/terms.types.js';
import type { InlineBudgetDto } from './dto/inline-budget.dto.js';
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
  if (dto.time_zone !== undefined && dto.time_zone !== null && !CALENDAR_UNITS.some((unit) => unit === period)) {
    throw new GatewayError('invalid_value', 'A time zone is for budgets of the calendar: leave it out.', {
      param: `${path}time_zone`,
    });
  }
  const overrides = (dto.overrides ?? []).map((one, index): OverrideText => {
    const [from, until] = [Date.parse(one.from), Date.parse(one.until)];
    if (from >= until) {
      throw new GatewayError('invalid_value', 'An override has to end after it begins.', {
        param: `${path}overrides[${index}].until`,
      });
    }
    return { amount: dollarsOf(one.amount_usd) ?? 0, from, until };
  });
  return {
    name: dto.name ?? `${period} budget`,
    amount: dollarsOf(dto.amount_usd) ?? 0,
    period,
    timeZone: dto.time_zone ?? 'UTC',
    mode: dto.mode ?? 'hard',
    thresholds: JSON.stringify([...new Set(dto.thresholds ?? DEFAULT_THRESHOLDS)].toSorted((a, b) => a - b)),
    models: JSON.stringify(dto.models ?? []),
    providers: JSON.stringify(dto.providers ?? []),
    overrides: JSON.stringify(overrides),
  };
}

/** A stored budget as it would be sent, for changing a part of it. */
export function budgetInput(row: BudgetRow): InlineBudgetDto {
  const calendar = CALENDAR_UNITS.some((unit) => unit === row.period);
  return {
    name: row.name,
    amount_usd: formatDollars(row.amount),
    period: row.period,
    ...(calendar && { time_zone: row.timeZone }),
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
