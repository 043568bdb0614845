import { isRecord } from '../../common/json/is-record.js';
import type { Check } from '../../common/validation/satisfies.decorator.js';
import { longString, wrongType } from '../../common/validation/violations.js';

const TOKEN = /^[!#$%&'*+.^_`|~\w-]{1,100}$/;
const MAX_HEADERS = 20;
const MAX_VALUE = 500;

/** Names of headers, and patterns of their values. */
export const checkRequiredHeaders: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object of strings', value);
  const entries = Object.entries(value);
  if (entries.length > MAX_HEADERS) {
    return { param, code: 'invalid_value', message: `Invalid '${param}': at most ${MAX_HEADERS} headers.` };
  }
  for (const [name, pattern] of entries) {
    const path = `${param}.${name.slice(0, 100)}`;
    if (!TOKEN.test(name)) return { param: path, code: 'invalid_value', message: `'${path}' is no name of a header.` };
    if (typeof pattern !== 'string') return wrongType(path, 'a string', pattern);
    if (pattern.length > MAX_VALUE) return longString(path, MAX_VALUE, pattern.length);
  }
  return undefined;
};
