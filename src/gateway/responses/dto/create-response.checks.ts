import { isRecord } from '../../../common/json/is-record.js';
import type { Check, Violation } from '../../../common/validation/satisfies.decorator.js';
import { longArray, longString, missing, wrongType, wrongValue } from '../../../common/validation/violations.js';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const SUMMARIES = ['auto', 'concise', 'detailed'];
const FORMATS = ['text', 'json_object', 'json_schema'];
const VERBOSITIES = ['low', 'medium', 'high'];

/** OpenAI's limits of `metadata`. */
const METADATA = { pairs: 16, key: 64, value: 512 };

/** `input`: a string or items. What is inside an item is looked at where it is converted, in the same pass. */
export const checkInput: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(param, 'a string or an array of items', value);
  return first(value, param, (item, path) => (isRecord(item) ? undefined : wrongType(path, 'an object', item)));
};

/** `tools`: objects with a type; of a function, the fields that an answer repeats. */
export const checkTools: Check = (value, param) =>
  Array.isArray(value) ? first(value, param, checkTool) : wrongType(param, 'an array of objects', value);

/** `tool_choice`: a mode or an object with a type. */
export const checkToolChoice: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!isRecord(value)) return wrongType(param, 'a string or an object', value);
  return value.type === undefined ? missing(`${param}.type`) : text(value.type, `${param}.type`);
};

/** `text`: the format's type and its simple fields; the schema is the upstream's to judge. */
export const checkText: Check = (value, param) =>
  object(value, param, (key, member, path) => {
    if (key === 'verbosity') return optional(member, path, oneOf(VERBOSITIES));
    return key === 'format' ? optional(member, path, checkFormat) : undefined;
  });

export const checkReasoning: Check = (value, param) =>
  object(value, param, (key, member, path) => {
    if (key === 'effort') return optional(member, path, oneOf(EFFORTS));
    return key === 'summary' || key === 'generate_summary' ? optional(member, path, oneOf(SUMMARIES)) : undefined;
  });

export const checkStreamOptions: Check = (value, param) =>
  object(value, param, (key, member, path) =>
    key === 'include_obfuscation' ? optional(member, path, boolean) : undefined,
  );

export const checkInclude: Check = (value, param) =>
  Array.isArray(value) ? first(value, param, text) : wrongType(param, 'an array of strings', value);

/** `metadata`: up to 16 pairs of short strings, as at OpenAI. */
export const checkMetadata: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const { length } = Object.keys(value);
  if (length > METADATA.pairs) return longArray(param, METADATA.pairs, length);
  return object(value, param, (key, member, path) => {
    if (key.length > METADATA.key) return longString(param, METADATA.key, key.length);
    if (typeof member !== 'string') return wrongType(path, 'a string', member);
    return member.length > METADATA.value ? longString(path, METADATA.value, member.length) : undefined;
  });
};

type Member = (key: string, member: unknown, path: string) => Violation | undefined;

const checkTool: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  if (value.type === undefined) return missing(`${param}.type`);
  if (value.type !== 'function') return text(value.type, `${param}.type`);
  return object(value, param, checkFunctionField);
};

const checkFormat: Check = (value, param) =>
  object(value, param, (key, member, path) => {
    if (key === 'type') return oneOf(FORMATS)(member, path);
    if (key === 'name') return text(member, path);
    return checkFunctionField(key, member, path);
  });

/** The fields that a function and a JSON schema format have in common, and a function's own. */
function checkFunctionField(key: string, member: unknown, path: string): Violation | undefined {
  switch (key) {
    case 'name':
      return text(member, path);
    case 'description':
      return optional(member, path, text);
    case 'strict':
      return optional(member, path, boolean);
    case 'parameters':
    case 'schema':
      return optional(member, path, anyObject);
    default:
      return undefined;
  }
}

function first(values: readonly unknown[], param: string, check: Check): Violation | undefined {
  for (const [index, value] of values.entries()) {
    const violation = check(value, `${param}[${index}]`);
    if (violation) return violation;
  }
  return undefined;
}

function object(value: unknown, param: string, check: Member): Violation | undefined {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  for (const [key, member] of Object.entries(value)) {
    const violation = check(key, member, `${param}.${key}`);
    if (violation) return violation;
  }
  return undefined;
}

/** `null` means the same as leaving a field out. */
function optional(value: unknown, param: string, check: Check): Violation | undefined {
  return value === null ? undefined : check(value, param);
}

function oneOf(allowed: readonly string[]): Check {
  return (value, param) =>
    typeof value === 'string' && allowed.includes(value) ? undefined : wrongValue(param, value, allowed);
}

const text: Check = (value, param) => (typeof value === 'string' ? undefined : wrongType(param, 'a string', value));

const boolean: Check = (value, param) =>
  typeof value === 'boolean' ? undefined : wrongType(param, 'a boolean', value);

const anyObject: Check = (value, param) => (isRecord(value) ? undefined : wrongType(param, 'an object', value));
