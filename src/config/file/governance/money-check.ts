import type { RawView } from '../raw-view.js';
import type { LocatedProblem } from '../source-map.js';
import { PRICE_RATES } from './governance-values.js';

const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SHORTEST_PERIOD_MS = 60_000;
const LONGEST_PERIOD_MS = 366 * 86_400_000;
const LONGEST_WINDOW_MS = 86_400_000;

export function budgetProblems(budget: RawView): LocatedProblem[] {
  const period = budget.get('period');
  const length = lengthOf(period.text);
  const zone = budget.get('time_zone');
  return [
    ...dollarProblems(budget.get('amount_usd')),
    ...(length !== undefined && length < SHORTEST_PERIOD_MS
      ? [{ pointer: period.pointer, message: 'must be at least 1m' }]
      : []),
    ...(length !== undefined && length > LONGEST_PERIOD_MS
      ? [{ pointer: period.pointer, message: 'must be at most 366d' }]
      : []),
    ...zoneProblems(zone, length !== undefined || period.text === 'prepaid'),
    ...budget.get('overrides').items().flatMap(overrideProblems),
  ];
}

export function limitProblems(limit: RawView): LocatedProblem[] {
  const window = limit.get('window');
  const length = lengthOf(window.text);
  if (limit.get('metric').text === 'concurrency') {
    return window.value === undefined
      ? []
      : [{ pointer: window.pointer, message: 'is not for concurrency: remove it' }];
  }
  if (window.value === undefined) return [{ pointer: limit.pointer, message: "the field 'window' is missing: add it" }];
  if (length === undefined || length <= LONGEST_WINDOW_MS) return [];
  return [{ pointer: window.pointer, message: 'must be at most 24h' }];
}

export function priceProblems(price: RawView): LocatedProblem[] {
  const rates = PRICE_RATES.map((name) => price.get(name));
  const { value: from } = price.get('valid_from');
  const until = price.get('valid_until');
  const ends =
    typeof from === 'string' && typeof until.value === 'string' && Date.parse(until.value) <= Date.parse(from);
  return [
    ...rates.flatMap(dollarProblems),
    ...(rates.every(({ value }) => value === undefined)
      ? [{ pointer: price.pointer, message: `has no rate: add one, such as ${PRICE_RATES[0]}` }]
      : []),
    ...(ends ? [{ pointer: until.pointer, message: 'must be after valid_from' }] : []),
  ];
}

/** A time that has the form of one and is none, such as the 31st of February. */
export function instantProblems({ text, pointer }: RawView): LocatedProblem[] {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}T/.test(text) || !Number.isNaN(Date.parse(text))) return [];
  return [{ pointer, message: 'there is no such time' }];
}

function overrideProblems(override: RawView): LocatedProblem[] {
  const [from, until] = [override.get('from'), override.get('until')];
  const problems = [...dollarProblems(override.get('amount_usd')), ...instantProblems(from), ...instantProblems(until)];
  if (Date.parse(until.text ?? '') <= Date.parse(from.text ?? '')) {
    problems.push({ pointer: until.pointer, message: "must be after 'from'" });
  }
  return problems;
}

/** Texts are held to it by the schema. */
function dollarProblems({ number, pointer }: RawView): LocatedProblem[] {
  if (number === undefined || /^\d{1,10}(\.\d{1,6})?$/.test(String(number))) return [];
  return [{ pointer, message: 'must have at most six decimals; write small amounts in quotation marks' }];
}

function zoneProblems({ text, pointer }: RawView, useless: boolean): LocatedProblem[] {
  if (text === undefined) return [];
  if (useless) return [{ pointer, message: 'is for periods of the calendar: remove it' }];
  return isTimeZone(text) ? [] : [{ pointer, message: 'is no time zone: write one such as Europe/Berlin' }];
}

function isTimeZone(name: string): boolean {
  // Offsets such as +02:00 pass Intl as well, and never follow daylight saving time.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function lengthOf(text: string | undefined): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,8})([smhd])$/.exec(text ?? '') ?? [];
  const ms = UNITS_MS[unit];
  return ms === undefined ? undefined : Number(amount) * ms;
}
