import { isRecord } from '../../../../common/json/is-record.js';
import { asNumber } from '../../../../common/json/raw-json.js';
import type { Check, Violation } from '../../../../common/validation/satisfies.decorator.js';
import { emptyArray, missing, wrongType, wrongValue } from '../../../../common/validation/violations.js';
import { checkFilledList, checkList, checkOneOf, checkText } from '../../../openai/field-checks.js';

const ROLES = ['user', 'assistant', 'system'];
const IMAGE_SOURCES = ['base64', 'url', 'file'];
const IMAGE_TYPES = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];
const DOCUMENT_SOURCES = ['base64', 'text', 'content', 'url', 'file'];

/** `messages`: one pass, no copies. Blocks of types that are not known here are left to who converts or relays them. */
export const checkMessages: Check = (value, param) => checkFilledList(value, param, checkMessage);

/** `system`: a text, or text blocks. */
export const checkSystem: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(param, 'a string or an array of text blocks', value);
  return checkList(value, param, checkTextBlock);
};

const checkMessage: Check = (message, param) => {
  if (!isRecord(message)) return wrongType(param, 'an object', message);
  const { role, content } = message;
  const path = `${param}.content`;
  const violation = checkOneOf(message, 'role', param, ROLES);
  if (violation) return violation;
  if (typeof content === 'string') return undefined;
  if (content === undefined || content === null) return missing(path);
  if (!Array.isArray(content)) return wrongType(path, 'a string or an array of content blocks', content);
  // An empty answer of the assistant is what clients send back of one.
  if (content.length === 0 && role !== 'assistant') return emptyArray(path);
  return checkList(content, path, checkBlock);
};

const checkTextBlock: Check = (block, param) => {
  if (!isRecord(block)) return wrongType(param, 'an object', block);
  return checkOneOf(block, 'type', param, ['text']) ?? checkText(block, 'text', param);
};

const checkBlock: Check = (block, param) => {
  if (!isRecord(block)) return wrongType(param, 'an object', block);
  return checkText(block, 'type', param) ?? BLOCKS.get(block.type)?.(block, param);
};

type BlockCheck = (block: Record<string, unknown>, param: string) => Violation | undefined;

const BLOCKS = new Map<unknown, BlockCheck>([
  ['text', (block, param) => checkText(block, 'text', param)],
  ['image', (block, param) => checkSource(block, param, IMAGE_SOURCES)],
  ['document', (block, param) => checkSource(block, param, DOCUMENT_SOURCES)],
  ['thinking', (block, param) => checkText(block, 'thinking', param)],
  ['tool_use', checkToolUse],
  ['tool_result', checkToolResult],
]);

function checkToolUse(block: Record<string, unknown>, param: string): Violation | undefined {
  const violation = checkName(block, 'id', param) ?? checkName(block, 'name', param);
  if (violation) return violation;
  const path = `${param}.input`;
  if (block.input === undefined || block.input === null) return missing(path);
  return isRecord(block.input) ? undefined : wrongType(path, 'an object', block.input);
}

function checkToolResult(block: Record<string, unknown>, param: string): Violation | undefined {
  const { content, is_error: isError } = block;
  const violation = checkName(block, 'tool_use_id', param);
  if (violation) return violation;
  if (isError !== undefined && isError !== null && typeof isError !== 'boolean') {
    return wrongType(`${param}.is_error`, 'a boolean', isError);
  }
  if (content === undefined || content === null || typeof content === 'string') return undefined;
  const path = `${param}.content`;
  return Array.isArray(content)
    ? checkList(content, path, checkBlock)
    : wrongType(path, 'a string or an array of content blocks', content);
}

function checkName(block: Record<string, unknown>, name: string, param: string): Violation | undefined {
  const violation = checkText(block, name, param);
  if (violation || block[name] !== '') return violation;
  return wrongType(`${param}.${name}`, 'a non-empty string', block[name]);
}

function checkSource(block: Record<string, unknown>, param: string, allowed: readonly string[]): Violation | undefined {
  const { source } = block;
  const path = `${param}.source`;
  if (source === undefined || source === null) return missing(path);
  if (!isRecord(source)) return wrongType(path, 'an object', source);
  const violation = checkOneOf(source, 'type', path, allowed);
  if (violation) return violation;
  switch (source.type) {
    case 'base64':
      return checkBase64(source, path, block.type === 'image');
    case 'text':
      return checkText(source, 'data', path);
    case 'url':
      return checkText(source, 'url', path);
    case 'file':
      return checkText(source, 'file_id', path);
    default:
      return checkDocumentContent(source.content, `${path}.content`);
  }
}

function checkBase64(source: Record<string, unknown>, path: string, isImage: boolean): Violation | undefined {
  const violation = checkText(source, 'media_type', path) ?? checkText(source, 'data', path);
  if (violation || !isImage || IMAGE_TYPES.includes(String(source.media_type))) return violation;
  return wrongValue(`${path}.media_type`, source.media_type, IMAGE_TYPES);
}

function checkDocumentContent(content: unknown, path: string): Violation | undefined {
  if (typeof content === 'string') return undefined;
  if (content === undefined || content === null) return missing(path);
  return Array.isArray(content)
    ? checkList(content, path, checkBlock)
    : wrongType(path, 'a string or an array of content blocks', content);
}

/** Whether a value can be a count of tokens. */
export function isCount(value: unknown, least: number): boolean {
  const number = asNumber(value);
  return number !== undefined && Number.isInteger(number) && number >= least;
}
