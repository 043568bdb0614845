import type { Check } from '../../../common/validation/satisfies.decorator.js';
import { emptyArray, wrongType, wrongValue } from '../../../common/validation/violations.js';

const FORMS = 'a string, an array of strings, an array of tokens, or an array of token arrays';

/** `input` in its four forms; the first item says which. */
export const checkEmbeddingInput: Check = (value, param) => {
  if (typeof value === 'string') return value === '' ? emptyText(param) : undefined;
  if (!Array.isArray(value)) return wrongType(param, FORMS, value);
  if (value.length === 0) return emptyArray(param);
  const isForm = [isText, isToken, isTokens].find((is) => is(value[0]));
  if (!isForm) return value[0] === '' ? emptyText(`${param}[0]`) : wrongType(`${param}[0]`, FORMS, value[0]);
  const wrong = value.findIndex((item) => !isForm(item));
  if (wrong === -1) return undefined;
  if (value[wrong] === '') return emptyText(`${param}[${wrong}]`);
  return wrongType(`${param}[${wrong}]`, 'an item of the same kind as the first', value[wrong]);
};

/** `voice` of speech: a name, or the id of a voice of one's own. */
export const checkVoice: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return typeof id === 'string' ? undefined : wrongType(param, 'a string or an object with an id', value);
};

/** `encoding_format` of embeddings. */
export const checkEncodingFormat: Check = (value, param) =>
  value === 'float' || value === 'base64' ? undefined : wrongValue(param, value, ['float', 'base64']);

const isText = (item: unknown): boolean => typeof item === 'string' && item !== '';
const isToken = (item: unknown): boolean => Number.isSafeInteger(item) && Number(item) >= 0;
const isTokens = (item: unknown): boolean => Array.isArray(item) && item.length > 0 && item.every(isToken);

function emptyText(param: string): ReturnType<Check> {
  const message = `Invalid '${param}': empty string. Expected a string with minimum length 1.`;
  return { param, code: 'string_below_min_length', message };
}
