import { isRecord } from '../../../common/json/is-record.js';
import type { Check, Violation } from '../../../common/validation/satisfies.decorator.js';
import { longString, missing, wrongType, wrongValue } from '../../../common/validation/violations.js';
import { checkFilledList, checkList, checkOneOf, checkText } from '../../openai/field-checks.js';

/** Letters, digits, `_` and `-`, up to 64 (wire.md 1.3; OpenAI's rule is the same). */
const TOOL_NAME = /^[\w-]{1,64}$/;
const CHOICES = ['none', 'auto', 'required'];
const CHOICE_TYPES = ['function', 'custom', 'allowed_tools'];
const FORMATS = ['text', 'json_object', 'json_schema'];

export const checkTools: Check = (value, param) => checkList(value, param, checkTool);

const checkTool: Check = (tool, param) => {
  if (!isRecord(tool)) return wrongType(param, 'an object', tool);
  const violation = checkText(tool, 'type', param);
  if (violation || tool.type !== 'function') return violation;
  return checkFunction(tool.function, `${param}.function`);
};

/** A function's definition, in `tools[].function` or in the legacy `functions[]`. */
const checkFunction: Check = (definition, param) => {
  if (definition === undefined || definition === null) return missing(param);
  if (!isRecord(definition)) return wrongType(param, 'an object', definition);
  return checkText(definition, 'name', param) ?? checkName(definition.name, param) ?? checkTypes(definition, param);
};

const TYPES: Readonly<Record<string, readonly [expected: string, fits: (value: unknown) => boolean]>> = {
  parameters: ['an object', isRecord],
  schema: ['an object', isRecord],
  strict: ['a boolean', (value) => typeof value === 'boolean'],
  description: ['a string', (value) => typeof value === 'string'],
};

/** The types of the members that a function or a JSON schema format may have. */
function checkTypes(definition: Record<string, unknown>, param: string): Violation | undefined {
  for (const [name, [expected, fits]] of Object.entries(TYPES)) {
    const value = definition[name];
    if (value !== undefined && value !== null && !fits(value)) return wrongType(`${param}.${name}`, expected, value);
  }
  return undefined;
}

function checkName(name: unknown, param: string): Violation | undefined {
  if (typeof name !== 'string' || TOOL_NAME.test(name)) return undefined;
  if (name.length > 64) return longString(`${param}.name`, 64, name.length);
  return {
    param: `${param}.name`,
    code: 'invalid_value',
    message: `Invalid '${param}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
  };
}

export const checkFunctions: Check = (value, param) => checkFilledList(value, param, checkFunction);

export const checkToolChoice: Check = (value, param) => {
  if (typeof value === 'string') return CHOICES.includes(value) ? undefined : wrongValue(param, value, CHOICES);
  if (!isRecord(value)) return wrongType(param, 'a string or an object', value);
  const violation = checkOneOf(value, 'type', param, CHOICE_TYPES);
  if (violation || value.type !== 'function') return violation;
  if (!isRecord(value.function)) return missing(`${param}.function`);
  return checkText(value.function, 'name', `${param}.function`);
};

export const checkFunctionCall: Check = (value, param) => {
  if (typeof value === 'string')
    return ['none', 'auto'].includes(value) ? undefined : wrongValue(param, value, ['none', 'auto']);
  return isRecord(value) ? checkText(value, 'name', param) : wrongType(param, 'a string or an object', value);
};

export const checkResponseFormat: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const violation = checkOneOf(value, 'type', param, FORMATS);
  if (violation || value.type !== 'json_schema') return violation;
  const path = `${param}.json_schema`;
  if (!isRecord(value.json_schema)) return missing(path);
  return checkJsonSchema(value.json_schema, path);
};

function checkJsonSchema(format: Record<string, unknown>, param: string): Violation | undefined {
  return checkText(format, 'name', param) ?? checkName(format.name, param) ?? checkTypes(format, param);
}

export const checkPrediction: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const violation = checkOneOf(value, 'type', param, ['content']);
  if (violation) return violation;
  const { content } = value;
  if (typeof content === 'string' || Array.isArray(content)) return undefined;
  return content === undefined
    ? missing(`${param}.content`)
    : wrongType(`${param}.content`, 'a string or an array', content);
};
