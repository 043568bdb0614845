import type { Violation } from '../../../common/validation/satisfies.decorator.js';
import { longString, wrongType } from '../../../common/validation/violations.js';
import { readMoment } from '../document/price-record.js';

const LONGEST = 200;

/** A name of a model or provider, or a pattern: no blanks or control characters. */
export function checkName(value: unknown, param: string): Violation | undefined {
  if (typeof value !== 'string') return wrongType(param, 'a string', value);
  if (value.length > LONGEST) return longString(param, LONGEST, value.length);
  if (value.isWellFormed() && /^[^\s\p{Cc}]+$/u.test(value)) return undefined;
  return { param, code: 'invalid_value', message: `Invalid '${param}': expected a name without blanks.` };
}

/** Providers have no patterns: a name, a type, or all. */
export function checkProvider(value: unknown, param: string): Violation | undefined {
  const violation = checkName(value, param);
  if (violation || value === '*' || !String(value).includes('*')) return violation;
  const message = `Invalid '${param}': expected a provider's name, its type, or '*' for all.`;
  return { param, code: 'invalid_value', message };
}

/** A day or a moment in UTC. */
export function checkMoment(value: unknown, param: string): Violation | undefined {
  if (typeof value !== 'string') return wrongType(param, 'a string', value);
  if (readMoment(value) !== undefined) return undefined;
  const message = `Invalid '${param}': expected a day or a moment of UTC, as in '2027-01-01' or '2027-01-01T16:00:00Z'.`;
  return { param, code: 'invalid_value', message };
}

/** What PostgreSQL cannot store is refused before it is asked. */
export function checkNote(value: unknown, param: string): Violation | undefined {
  if (typeof value !== 'string') return wrongType(param, 'a string', value);
  if (value.length > 500) return longString(param, 500, value.length);
  if (value.isWellFormed() && !value.includes('\0')) return undefined;
  return { param, code: 'invalid_value', message: `Invalid '${param}': expected text.` };
}
