import { nearName } from '../json/near-name.js';
import type { Violation } from './satisfies.decorator.js';

/** What OpenAI's messages call a JSON value. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array';
  if (JSON.isRawJSON(value)) return 'a number';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal number';
  if (value === null) return 'null';
  return KINDS[typeof value] ?? 'nothing';
}

const KINDS: Readonly<Record<string, string>> = { string: 'a string', boolean: 'a boolean', object: 'an object' };

export function wrongType(param: string, expected: string, value: unknown): Violation {
  return {
    param,
    code: 'invalid_type',
    message: `Invalid type for '${param}': expected ${expected}, but got ${kindOf(value)} instead.`,
  };
}

export function missing(param: string): Violation {
  return { param, code: 'missing_required_parameter', message: `Missing required parameter: '${param}'.` };
}

/** A field that nobody reads, and the one that was probably meant. */
export function unknownField(path: string, name: string, names: readonly string[]): Violation {
  const param = `${path}${name.slice(0, 64)}`;
  const near = nearName(name.slice(0, 64), names);
  return {
    param,
    code: 'unsupported_parameter',
    message: `Unknown parameter: '${param}'.${near === undefined ? '' : ` Did you mean '${path}${near}'?`}`,
  };
}

/** A field that is known, but not taken here. @param where the sentence that says where it is */
export function fieldElsewhere(path: string, name: string, where: string): Violation {
  const param = `${path}${name}`;
  return { param, code: 'unsupported_parameter', message: `'${param}' cannot be changed here. ${where}` };
}

export function wrongValue(param: string, value: unknown, allowed: readonly unknown[]): Violation {
  const shown = typeof value === 'string' ? `'${value.slice(0, 64)}'` : kindOf(value);
  const list = allowed.map((item) => `'${String(item)}'`);
  const last = list.pop() ?? '';
  return {
    param,
    code: 'invalid_value',
    message: `Invalid value: ${shown}. Supported values are: ${list.length ? `${list.join(', ')} and ${last}` : last}.`,
  };
}

export function emptyArray(param: string): Violation {
  return {
    param,
    code: 'empty_array',
    message: `Invalid '${param}': empty array. Expected an array with minimum length 1, but got an empty array instead.`,
  };
}

export function longArray(param: string, max: number, length: number): Violation {
  return {
    param,
    code: 'array_above_max_length',
    message: `Invalid '${param}': array too long. Expected an array with maximum length ${max}, but got an array with length ${length} instead.`,
  };
}

export function longString(param: string, max: number, length: number): Violation {
  return {
    param,
    code: 'string_above_max_length',
    message: `Invalid '${param}': string too long. Expected a string with maximum length ${max}, but got a string with length ${length} instead.`,
  };
}
