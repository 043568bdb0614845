import type { Check } from '../../common/validation/satisfies.decorator.js';
import { longArray, wrongType } from '../../common/validation/violations.js';
import { checkList } from './field-checks.js';

const MAX_FALLBACKS = 8;

/** `fallbacks`: up to eight models, routes or aliases. */
export const checkFallbacks: Check = (value, param) => {
  if (Array.isArray(value) && value.length > MAX_FALLBACKS) return longArray(param, MAX_FALLBACKS, value.length);
  return checkList(value, param, (item, at) =>
    typeof item === 'string' ? undefined : wrongType(at, 'a string', item),
  );
};
