import { isRecord } from '../../../../common/json/is-record.js';
import type { Check, Violation } from '../../../../common/validation/satisfies.decorator.js';
import { longString, missing, wrongType, wrongValue } from '../../../../common/validation/violations.js';
import { checkList, checkOneOf, checkText } from '../../../openai/field-checks.js';
import { isCount } from './message-checks.js';

/** Letters, digits, `_` and `-`, up to 128. Chat upstreams take 64, and say so themselves. */
const TOOL_NAME = /^[\w-]{1,128}$/;
const CHOICES = ['auto', 'any', 'tool', 'none'];
const THINKING = ['enabled', 'adaptive', 'between_tools', 'disabled'];
const EFFORTS = ['low', 'medium', 'high', 'xhigh', 'max'];

export const checkTools: Check = (value, param) => checkList(value, param, checkTool);

const checkTool: Check = (tool, param) => {
  if (!isRecord(tool)) return wrongType(param, 'an object', tool);
  const { type } = tool;
  if (type !== undefined && type !== null && typeof type !== 'string') {
    return wrongType(`${param}.type`, 'a string', type);
  }
  // Tools of Anthropic's own have other members, or no schema.
  if (typeof type === 'string' && type !== 'custom') return undefined;
  return checkText(tool, 'name', param) ?? checkName(tool.name, `${param}.name`) ?? checkFunction(tool, param);
};

function checkName(name: unknown, param: string): Violation | undefined {
  if (typeof name !== 'string' || TOOL_NAME.test(name)) return undefined;
  if (name.length > 128) return longString(param, 128, name.length);
  return {
    param,
    code: 'invalid_value',
    message: `Invalid '${param}': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]{1,128}$'.`,
  };
}

function checkFunction(tool: Record<string, unknown>, param: string): Violation | undefined {
  const { description, strict, input_schema: schema } = tool;
  if (description !== undefined && description !== null && typeof description !== 'string') {
    return wrongType(`${param}.description`, 'a string', description);
  }
  if (strict !== undefined && strict !== null && typeof strict !== 'boolean') {
    return wrongType(`${param}.strict`, 'a boolean', strict);
  }
  if (schema === undefined || schema === null) return missing(`${param}.input_schema`);
  return isRecord(schema) ? undefined : wrongType(`${param}.input_schema`, 'an object', schema);
}

export const checkToolChoice: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const violation = checkOneOf(value, 'type', param, CHOICES);
  if (violation) return violation;
  const single = value.disable_parallel_tool_use;
  if (single !== undefined && single !== null && typeof single !== 'boolean') {
    return wrongType(`${param}.disable_parallel_tool_use`, 'a boolean', single);
  }
  return value.type === 'tool' ? checkText(value, 'name', param) : undefined;
};

export const checkThinking: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const violation = checkOneOf(value, 'type', param, THINKING);
  if (violation || value.type !== 'enabled') return violation;
  const path = `${param}.budget_tokens`;
  const { budget_tokens: budget } = value;
  if (budget === undefined || budget === null) return missing(path);
  return isCount(budget, 1) ? undefined : wrongType(path, 'an integer of at least 1', budget);
};

export const checkOutputConfig: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const { effort, format } = value;
  if (effort !== undefined && effort !== null && !EFFORTS.some((known) => known === effort)) {
    return wrongValue(`${param}.effort`, effort, EFFORTS);
  }
  return format === undefined || format === null ? undefined : checkFormat(format, `${param}.format`);
};

export const checkFormat: Check = (format, param) => {
  if (!isRecord(format)) return wrongType(param, 'an object', format);
  const violation = checkOneOf(format, 'type', param, ['json_schema']);
  if (violation) return violation;
  const { schema } = format;
  if (schema === undefined || schema === null) return missing(`${param}.schema`);
  return isRecord(schema) ? undefined : wrongType(`${param}.schema`, 'an object', schema);
};

export const checkMetadata: Check = (value, param) => {
  if (!isRecord(value)) return wrongType(param, 'an object', value);
  const { user_id: user } = value;
  if (user === undefined || user === null || typeof user === 'string') return undefined;
  return wrongType(`${param}.user_id`, 'a string', user);
};

export const checkStopSequences: Check = (value, param) =>
  checkList(value, param, (item, at) => (typeof item === 'string' ? undefined : wrongType(at, 'a string', item)));
