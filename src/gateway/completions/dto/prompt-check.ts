import type { Check } from '../../../common/validation/satisfies.decorator.js';
import { emptyArray, wrongType } from '../../../common/validation/violations.js';

const FORMS = 'a string, an array of strings, an array of tokens, or an array of token arrays';

/** `prompt` in its four forms; the first item says which. */
export const checkPrompt: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(param, FORMS, value);
  if (value.length === 0) return emptyArray(param);
  const isForm = formOf(value[0]);
  if (!isForm) return wrongType(`${param}[0]`, 'a string, a token or an array of tokens', value[0]);
  const wrong = value.findIndex((item) => !isForm(item));
  return wrong === -1
    ? undefined
    : wrongType(`${param}[${wrong}]`, 'an item of the same kind as the first', value[wrong]);
};

function formOf(first: unknown): ((item: unknown) => boolean) | undefined {
  return [isString, isToken, isTokens].find((isForm) => isForm(first));
}

const isString = (item: unknown): boolean => typeof item === 'string';
const isToken = (item: unknown): boolean => Number.isSafeInteger(item) && Number(item) >= 0;
const isTokens = (item: unknown): boolean => Array.isArray(item) && item.length > 0 && item.every(isToken);
