import { CALENDAR_UNITS, type BudgetPeriod, type CalendarUnit } from '../contract/terms.types.js';

const SECOND = 1_000;
const UNITS: ReadonlyArray<readonly [letter: string, ms: number]> = [
  ['d', 86_400 * SECOND],
  ['h', 3_600 * SECOND],
  ['m', 60 * SECOND],
  ['s', SECOND],
];
const ROLLING = /^([1-9]\d{0,7})([smhd])$/;
/** Shortest and longest rolling period. */
const SHORTEST_MS = SECOND;
const LONGEST_MS = 3_660 * 86_400 * SECOND;

/** What a period's text may be, for messages. */
export const PERIOD_FORMS =
  "'hour', 'day', 'week', 'month', 'quarter', 'year', 'prepaid', or a rolling time as in '30m', '24h' or '30d'";

/**
 * Reads `month`, `prepaid` or a rolling time such as `30d`; undefined for anything else.
 * @param timeZone where calendar periods begin; a valid one (see `isTimeZone`)
 */
export function parsePeriod(text: string, timeZone: string): BudgetPeriod | undefined {
  if (text === 'prepaid') return { kind: 'prepaid' };
  if (isUnit(text)) return { kind: 'calendar', unit: text, timeZone };
  const [, amount, letter] = ROLLING.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter)?.[1];
  if (unit === undefined) return undefined;
  const ms = Number(amount) * unit;
  return ms >= SHORTEST_MS && ms <= LONGEST_MS ? { kind: 'rolling', ms } : undefined;
}

/** The text of a period, without its time zone: rolling ones in the largest unit that fits, so that `24h` becomes `1d`. */
export function formatPeriod(period: BudgetPeriod): string {
  if (period.kind === 'prepaid') return 'prepaid';
  if (period.kind === 'calendar') return period.unit;
  const [letter, unit] = UNITS.find(([, ms]) => period.ms % ms === 0) ?? [];
  if (unit === undefined || period.ms < SHORTEST_MS)
    throw new RangeError(`no period of whole seconds: ${period.ms} ms`);
  return `${period.ms / unit}${letter}`;
}

/** Whether a text names a time zone of the IANA database, such as `Europe/Berlin` or `UTC`; fixed offsets are none. */
export function isTimeZone(text: string): boolean {
  // `+02:00` would pass as well, and never follow daylight saving time.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function isUnit(text: string): text is CalendarUnit {
  return CALENDAR_UNITS.some((unit) => unit === text);
}
