import { isRecord } from '../../../common/json/is-record.js';
import type { Check, Violation } from '../../../common/validation/satisfies.decorator.js';
import { emptyArray, missing, wrongType, wrongValue } from '../../../common/validation/violations.js';
import { checkFilledList, checkList, checkText } from '../../openai/field-checks.js';

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'] as const;
const USER_PARTS = ['text', 'image_url', 'input_audio', 'file', 'image'];
const PARTS: Readonly<Record<string, readonly string[]>> = { user: USER_PARTS, assistant: ['text', 'refusal'] };
/** Other roles take text; an image there gets its own message later. */
const OTHER_PARTS = ['text', 'image_url', 'refusal'];

/** `messages` of a chat request: one pass, no copies. Unknown members are left to the provider. */
export const checkMessages: Check = (value, param) => checkFilledList(value, param, checkMessage);

const checkMessage: Check = (message, param) => {
  if (!isRecord(message)) return wrongType(param, 'an object', message);
  const { role } = message;
  if (role === undefined || role === null) return missing(`${param}.role`);
  if (!isRole(role)) return wrongValue(`${param}.role`, role, ROLES);
  if (message.name !== undefined && message.name !== null && typeof message.name !== 'string')
    return wrongType(`${param}.name`, 'a string', message.name);
  return (
    checkContent(message, role, param) ??
    (role === 'assistant' ? checkAssistant(message, param) : checkOther(message, role, param))
  );
};

function isRole(role: unknown): role is (typeof ROLES)[number] {
  return (ROLES as readonly unknown[]).includes(role);
}

function checkContent({ content }: Record<string, unknown>, role: string, param: string): Violation | undefined {
  if (typeof content === 'string') return undefined;
  const path = `${param}.content`;
  if (content === undefined || content === null) return role === 'assistant' ? undefined : missing(path);
  if (!Array.isArray(content)) return wrongType(path, 'a string or an array of content parts', content);
  if (content.length === 0) return emptyArray(path);
  const allowed = PARTS[role] ?? OTHER_PARTS;
  return checkList(content, path, (part, at) => checkPart(part, at, allowed));
}

function checkPart(part: unknown, param: string, allowed: readonly string[]): Violation | undefined {
  if (!isRecord(part)) return wrongType(param, 'an object', part);
  const { type } = part;
  if (type === undefined || type === null) return missing(`${param}.type`);
  // An image in another role is named as such by the provider.
  if (type === 'image_url') return checkImage(part, param);
  if (typeof type !== 'string' || !allowed.includes(type)) return wrongValue(`${param}.type`, type, allowed);
  return type === 'text' || type === 'refusal' ? checkText(part, type, param) : undefined;
}

function checkImage(part: Record<string, unknown>, param: string): Violation | undefined {
  const image = part.image_url;
  if (image === undefined || image === null) return missing(`${param}.image_url`);
  return isRecord(image)
    ? checkText(image, 'url', `${param}.image_url`)
    : wrongType(`${param}.image_url`, 'an object', image);
}

function checkAssistant(message: Record<string, unknown>, param: string): Violation | undefined {
  const calls = message.tool_calls;
  if (calls !== undefined && calls !== null) return checkList(calls, `${param}.tool_calls`, checkToolCall);
  if (message.content !== undefined && message.content !== null) return undefined;
  const says = message.refusal ?? message.function_call ?? message.reasoning ?? message.reasoning_content;
  return says === undefined || says === null ? missing(`${param}.content`) : undefined;
}

const checkToolCall: Check = (call, param) => {
  if (!isRecord(call)) return wrongType(param, 'an object', call);
  const path = `${param}.function`;
  if (!isRecord(call.function))
    return call.function == null ? missing(path) : wrongType(path, 'an object', call.function);
  return (
    checkText(call, 'id', param) ??
    checkText(call.function, 'name', path) ??
    checkText(call.function, 'arguments', path)
  );
};

function checkOther(message: Record<string, unknown>, role: string, param: string): Violation | undefined {
  if (role === 'tool') return checkText(message, 'tool_call_id', param);
  return role === 'function' ? checkText(message, 'name', param) : undefined;
}
