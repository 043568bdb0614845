import { isRecord } from '../../../common/json/is-record.js';
import { asNumber } from '../../../common/json/raw-json.js';
import type { Check, Violation } from '../../../common/validation/satisfies.decorator.js';
import { unknownField, wrongType } from '../../../common/validation/violations.js';
import { type CapName, CAPS } from '../policy.types.js';

interface Range {
  readonly whole: boolean;
  readonly min: number;
  readonly max: number;
}

const COUNT: Range = { whole: true, min: 1, max: 10_000_000 };
const RANGES: Readonly<Record<CapName, Range>> = {
  max_completion_tokens: COUNT,
  max_tokens: COUNT,
  max_output_tokens: COUNT,
  n: COUNT,
  best_of: COUNT,
  top_logprobs: { ...COUNT, min: 0 },
  temperature: { whole: false, min: 0, max: 2 },
  top_p: { whole: false, min: 0, max: 1 },
};

/** Bounds of request parameters by name. */
export const capsCheck: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  for (const [name, bound] of Object.entries(value)) {
    const cap = CAPS.find((one) => one === name);
    if (cap === undefined) return unknownField(`${param}.`, name, CAPS);
    const violation = boundCheck(bound, `${param}.${cap}`, RANGES[cap]);
    if (violation) return violation;
  }
  return undefined;
};

function boundCheck(value: unknown, param: string, { whole, min, max }: Range): Violation | undefined {
  const bound = asNumber(value);
  if (bound === undefined || (whole && !Number.isInteger(bound))) {
    return wrongType(param, whole ? 'an integer' : 'a number', value);
  }
  if (bound >= min && bound <= max) return undefined;
  return { param, code: 'invalid_value', message: `Invalid '${param}': expected a value from ${min} to ${max}.` };
}
