import type { Check, Violation } from '../../common/validation/satisfies.decorator.js';
import { wrongType } from '../../common/validation/violations.js';
import { parseDollars } from '../contract/money.js';
import { parsePeriod, parseWindow } from './period.js';

const MAX_THRESHOLDS = 20;
const MAX_THRESHOLD = 1_000;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function invalid(param: string, must: string): Violation {
  return { param, code: 'invalid_value', message: `Invalid '${param}': it must be ${must}.` };
}

/** Text or number as it was sent, so that no float comes between. */
export function dollarsOf(value: unknown): number | undefined {
  if (JSON.isRawJSON(value)) return parseDollars(value.rawJSON);
  return typeof value === 'string' || typeof value === 'number' ? parseDollars(value) : undefined;
}

export const checkDollars: Check = (value, param) =>
  dollarsOf(value) === undefined ? invalid(param, 'dollars with at most six decimals, as "50.00"') : undefined;

export const checkPeriod: Check = (value, param) =>
  typeof value === 'string' && parsePeriod(value, 'UTC')
    ? undefined
    : invalid(param, 'hour, day, week, month, quarter, year, prepaid, or a duration from 1m to 366d such as 30d');

export const checkWindow: Check = (value, param) =>
  typeof value === 'string' && parseWindow(value) !== undefined
    ? undefined
    : invalid(param, 'a duration from 1s to 24h, as 1m');

export const checkTimeZone: Check = (value, param) => {
  if (typeof value !== 'string') return wrongType(param, 'a string', value);
  try {
    return Intl.DateTimeFormat('en', { timeZone: value }) && undefined;
  } catch {
    return invalid(param, 'a time zone of the IANA database, as Europe/Stockholm');
  }
};

export const checkInstant: Check = (value, param) =>
  typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : invalid(param, 'a time in ISO 8601 with its zone, as 2026-12-01T00:00:00Z');

export const checkThresholds: Check = (value, param) => {
  const good =
    Array.isArray(value) &&
    value.length <= MAX_THRESHOLDS &&
    value.every((one: unknown) => Number.isInteger(one) && Number(one) >= 1 && Number(one) <= MAX_THRESHOLD);
  return good ? undefined : invalid(param, `at most ${MAX_THRESHOLDS} whole percentages from 1 to ${MAX_THRESHOLD}`);
};
