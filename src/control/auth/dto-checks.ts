import type { Violation } from '../../common/validation/satisfies.decorator.js';
import { emptyArray, longString, wrongType } from '../../common/validation/violations.js';
import { isPermission } from './authority/permissions.js';

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
const SHOWN = 64;

/** A list of permissions, each one that there is. */
export function checkPermissions(value: unknown, param: string): Violation | undefined {
  if (!Array.isArray(value)) return wrongType(param, 'an array', value);
  if (value.length === 0) return emptyArray(param);
  const at = value.findIndex((one) => !isPermission(one));
  if (at < 0) return undefined;
  const one: unknown = value[at];
  const path = `${param}[${at}]`;
  if (typeof one !== 'string') return wrongType(path, 'a string', one);
  const shown = one.slice(0, SHOWN).toWellFormed();
  return {
    param: path,
    code: 'invalid_value',
    message: `Invalid value: '${shown}' is no permission. A permission is 'resource:action', as in 'usage:read'.`,
  };
}

/** A moment in ISO 8601, with its offset. */
export function checkTime(value: unknown, param: string): Violation | undefined {
  if (typeof value !== 'string') return wrongType(param, 'a string', value);
  if (ISO.test(value) && !Number.isNaN(Date.parse(value))) return undefined;
  return {
    param,
    code: 'invalid_value',
    message: `Invalid '${param}': expected a time in ISO 8601 with its offset, as in '2027-01-31T00:00:00Z'.`,
  };
}

/** A name that people read: not empty, not too long, without characters that hide something. */
export function checkName(longest: number): (value: unknown, param: string) => Violation | undefined {
  return (value, param) => {
    if (typeof value !== 'string') return wrongType(param, 'a string', value);
    if (value.length > longest) return longString(param, longest, value.length);
    if (value.trim() !== '' && value.isWellFormed() && !/\p{Cc}/u.test(value)) return undefined;
    const message = `Invalid '${param}': expected text without control characters, and not only blanks.`;
    return { param, code: 'invalid_value', message };
  };
}
