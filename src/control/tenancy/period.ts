import { type BudgetPeriod, CALENDAR_UNITS } from '../contract/terms.types.js';

const DURATION = /^([1-9]\d{0,5})([smhd])$/;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_PERIOD_MS = 366 * 86_400_000;
const SHORTEST_PERIOD_MS = 60_000;
const LONGEST_WINDOW_MS = 86_400_000;

function parseDuration(text: string): number | undefined {
  const [, count, unit] = DURATION.exec(text) ?? [];
  const size = unit === undefined ? undefined : UNITS[unit];
  return count === undefined || size === undefined ? undefined : Number(count) * size;
}

/** Reads `month`, `prepaid` or a duration such as `30d`; undefined when it is none. */
export function parsePeriod(text: string, timeZone: string): BudgetPeriod | undefined {
  if (text === 'prepaid') return { kind: 'prepaid' };
  const unit = CALENDAR_UNITS.find((name) => name === text);
  if (unit) return { kind: 'calendar', unit, timeZone };
  const ms = parseDuration(text);
  if (ms === undefined || ms < SHORTEST_PERIOD_MS || ms > LONGEST_PERIOD_MS) return undefined;
  return { kind: 'rolling', ms };
}

/** Reads a window of one second to one day; undefined when it is none. */
export function parseWindow(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms <= LONGEST_WINDOW_MS ? ms : undefined;
}

/** `60000` as `1m`: in the largest unit that is not split. */
export function formatWindow(ms: number): string {
  for (const unit of ['h', 'm'] as const) {
    const size = UNITS[unit];
    if (size !== undefined && ms % size === 0) return `${ms / size}${unit}`;
  }
  return `${ms / 1_000}s`;
}
