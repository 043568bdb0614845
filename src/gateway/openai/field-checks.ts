import { isRecord } from '../../common/json/is-record.js';
import { asNumber } from '../../common/json/raw-json.js';
import type { Check, Violation } from '../../common/validation/satisfies.decorator.js';
import { emptyArray, longArray, missing, wrongType, wrongValue } from '../../common/validation/violations.js';

/** Checks of fields that several endpoints have; each names the exact place that is wrong. */

/** `stop`: a string, or up to four. */
export const checkStop: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(param, 'a string or an array of strings', value);
  if (value.length > 4) return longArray(param, 4, value.length);
  const wrong = value.findIndex((item) => typeof item !== 'string');
  return wrong === -1 ? undefined : wrongType(`${param}[${wrong}]`, 'a string', value[wrong]);
};

/** `stream_options`: an object whose known members are booleans. */
export const checkStreamOptions: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  for (const name of ['include_usage', 'include_obfuscation']) {
    const option = value[name];
    if (option !== undefined && option !== null && typeof option !== 'boolean') {
      return wrongType(`${param}.${name}`, 'a boolean', option);
    }
  }
  return undefined;
};

/** `logit_bias`: token ids with a bias of -100 to 100. */
export const checkLogitBias: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  for (const [token, given] of Object.entries(value)) {
    const bias = asNumber(given);
    if (bias === undefined) return wrongType(`${param}.${token}`, 'a number', given);
    if (bias < -100 || bias > 100) {
      const message = `Invalid '${param}.${token}': expected a number from -100 to 100, but got ${bias} instead.`;
      return { param: `${param}.${token}`, code: 'invalid_value', message };
    }
  }
  return undefined;
};

export const checkObject: Check = (value, param) =>
  isRecord(value) ? undefined : wrongType(param, 'an object', value);

/** A list with at least one item, each of which passes. */
export function checkList(value: unknown, param: string, checkItem: Check): Violation | undefined {
  if (!Array.isArray(value)) return wrongType(param, 'an array', value);
  for (let i = 0; i < value.length; i++) {
    const violation = checkItem(value[i], `${param}[${i}]`);
    if (violation) return violation;
  }
  return undefined;
}

export function checkFilledList(value: unknown, param: string, checkItem: Check): Violation | undefined {
  return Array.isArray(value) && value.length === 0 ? emptyArray(param) : checkList(value, param, checkItem);
}

/** A required string member of an object. */
export function checkText(object: Record<string, unknown>, name: string, param: string): Violation | undefined {
  const value = object[name];
  if (value === undefined || value === null) return missing(`${param}.${name}`);
  return typeof value === 'string' ? undefined : wrongType(`${param}.${name}`, 'a string', value);
}

/** A required member with one of some values. */
export function checkOneOf(
  object: Record<string, unknown>,
  name: string,
  param: string,
  allowed: readonly string[],
): Violation | undefined {
  const value = object[name];
  if (value === undefined || value === null) return missing(`${param}.${name}`);
  return typeof value === 'string' && allowed.includes(value)
    ? undefined
    : wrongValue(`${param}.${name}`, value, allowed);
}
