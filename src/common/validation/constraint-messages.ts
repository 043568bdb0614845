import type { Violation } from './satisfies.decorator.js';
import { emptyArray, kindOf, longArray, longString, wrongType, wrongValue } from './violations.js';

const TYPES: Readonly<Record<string, string>> = {
  isString: 'a string',
  isInt: 'an integer',
  isNumber: 'a decimal',
  isBoolean: 'a boolean',
  isArray: 'an array',
  isObject: 'an object',
};

type Describe = (param: string, limit: unknown, value: unknown) => Violation;

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  min: (param, limit, value) => range(param, limit, value, 'below minimum', '>='),
  max: (param, limit, value) => range(param, limit, value, 'above maximum', '<='),
  isIn: (param, allowed, value) => wrongValue(param, value, Array.isArray(allowed) ? allowed : []),
  maxLength: (param, limit, value) => longString(param, Number(limit), String(value).length),
  minLength: (param) => shortString(param),
  isNotEmpty: (param) => shortString(param),
  arrayMinSize: (param) => emptyArray(param),
  arrayMaxSize: (param, limit, value) => longArray(param, Number(limit), Array.isArray(value) ? value.length : 0),
};

/** A broken class-validator rule in OpenAI's words and codes. */
export function describeConstraint(name: string, constraints: unknown[], value: unknown, param: string): Violation {
  const type = TYPES[name];
  if (type) return wrongType(param, type, value);
  const describe = DESCRIPTIONS[name];
  if (describe) return describe(param, constraints[0], value);
  return { param, code: 'invalid_value', message: `Invalid value for '${param}': ${kindOf(value)} breaks '${name}'.` };
}

function range(param: string, limit: unknown, value: unknown, side: string, sign: string): Violation {
  const shown = JSON.isRawJSON(value) ? value.rawJSON : String(value);
  const kind = /^-?\d+$/.test(shown) ? 'integer' : 'decimal';
  const bound = side.startsWith('above') ? 'above_max' : 'below_min';
  return {
    param,
    code: `${kind}_${bound}_value`,
    message: `Invalid '${param}': ${kind} ${side} value. Expected a value ${sign} ${String(limit)}, but got ${shown} instead.`,
  };
}

function shortString(param: string): Violation {
  return {
    param,
    code: 'string_below_min_length',
    message: `Invalid '${param}': string too short. Expected a string with minimum length 1, but got an empty string instead.`,
  };
}
