import { isRecord } from '../../../../common/json/is-record.js';
import { asNumber } from '../../../../common/json/raw-json.js';
import type { Check, Violation } from '../../../../common/validation/satisfies.decorator.js';
import { wrongType } from '../../../../common/validation/violations.js';
import { checkFilledList, checkList, checkObject } from '../../../openai/field-checks.js';

/** One content: what its parts hold is for whoever sends it on. */
const checkContent: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const { role, parts } = value;
  if (role !== undefined && role !== null && typeof role !== 'string')
    return wrongType(`${param}.role`, 'a string', role);
  return parts === undefined || parts === null ? undefined : checkList(parts, `${param}.parts`, checkObject);
};

export const checkContents: Check = (value, param) => checkFilledList(value, param, checkContent);
export const checkInstruction: Check = checkContent;
export const checkTools: Check = (value, param) => checkList(value, param, checkObject);

const NUMBERS = ['temperature', 'topP', 'topK', 'presencePenalty', 'frequencyPenalty'];
const INTEGERS = ['candidateCount', 'maxOutputTokens', 'seed', 'logprobs'];

export const checkGenerationConfig: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  return (
    firstWrong(value, param, NUMBERS, (item) => asNumber(item) !== undefined, 'a number') ??
    firstWrong(value, param, INTEGERS, (item) => Number.isInteger(asNumber(item)), 'an integer') ??
    firstWrong(value, param, ['responseLogprobs'], (item) => typeof item === 'boolean', 'a boolean') ??
    firstWrong(value, param, ['responseMimeType'], (item) => typeof item === 'string', 'a string') ??
    firstWrong(value, param, ['thinkingConfig', 'responseSchema'], isRecord, 'an object') ??
    firstWrong(value, param, ['stopSequences', 'responseModalities'], isTexts, 'a list of strings')
  );
};

function firstWrong(
  object: Record<string, unknown>,
  param: string,
  names: readonly string[],
  isRight: (value: unknown) => boolean,
  expected: string,
): Violation | undefined {
  for (const name of names) {
    const value = object[name];
    if (value !== undefined && value !== null && !isRight(value)) return wrongType(`${param}.${name}`, expected, value);
  }
  return undefined;
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
