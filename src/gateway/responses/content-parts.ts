import { invalid } from '../../common/validation/invalid.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { missing, wrongType, wrongValue } from '../../common/validation/violations.js';
import type { ContentPart } from '../openai/chat.types.js';
import { readObject, readString, unsupported, type JsonObject } from './wire-reader.js';

const PART_TYPES = ['input_text', 'input_image', 'input_file', 'output_text', 'refusal'];

/** Chat knows only these two levels; `auto` is its default, and Responses' `original` has no counterpart. */
const IMAGE_DETAILS = new Set(['low', 'high']);

const TEXT_FILE = /^data:(?:text\/[\w.+-]+|application\/json)(?:;charset=(?:utf-8|us-ascii))?(;base64)?,/i;

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** A tool's result as chat takes it: text for the tool message, images for a user message that follows. */
export interface ToolResult {
  text: string;
  images: ContentPart[];
}

/** The content of a message item: a string where there is one text at most, else chat parts. */
export function messageContent(content: unknown, role: string, param: string): string | ContentPart[] {
  const parts = readParts(content, param);
  if (typeof parts === 'string') return parts;
  if (role !== 'user') parts.forEach((part, index) => refuseImage(part, `${param}[${index}].type`, role));
  if (parts.length === 0) return '';
  const [first] = parts;
  return parts.length === 1 && first?.text !== undefined ? first.text : parts;
}

/** The `output` of a tool: a string or parts. */
export function toolResult(output: unknown, param: string): ToolResult {
  const parts = readParts(output, param);
  if (typeof parts === 'string') return { text: parts, images: [] };
  return {
    text: parts.map((part) => part.text ?? '').join(''),
    images: parts.filter((part) => part.image_url !== undefined),
  };
}

function readParts(content: unknown, param: string): string | ContentPart[] {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part, index) => toPart(part, `${param}[${index}]`));
  throw invalid(
    content === undefined || content === null
      ? missing(param)
      : wrongType(param, 'a string or an array of content parts', content),
  );
}

function toPart(value: unknown, param: string): ContentPart {
  const part = readObject(value, param);
  switch (part.type) {
    case 'input_text':
    case 'output_text':
    case 'text':
      return { type: 'text', text: readString(part, 'text', param) };
    case 'refusal':
      return { type: 'text', text: readString(part, 'refusal', param) };
    case 'input_image':
      return imagePart(part, param);
    case 'input_file':
      return { type: 'text', text: fileText(part, param) };
    case undefined:
    case null:
      throw invalid(missing(`${param}.type`));
    default:
      throw invalid(wrongValue(`${param}.type`, part.type, PART_TYPES));
  }
}

function imagePart(part: JsonObject, param: string): ContentPart {
  if (part.image_url === undefined || part.image_url === null) {
    if (part.file_id === undefined || part.file_id === null) throw invalid(missing(`${param}.image_url`));
    throw unsupported(`${param}.file_id`, 'Uploaded files are not available here: send the image as a data URL.');
  }
  const url = readString(part, 'image_url', param);
  if (!url.startsWith('data:image/')) {
    throw new GatewayError(
      'invalid_image_url',
      "Images are not fetched from the network here: send the image as a data URL ('data:image/png;base64,…').",
      { param: `${param}.image_url` },
    );
  }
  const { detail } = part;
  const levelled = typeof detail === 'string' && IMAGE_DETAILS.has(detail);
  return { type: 'image_url', image_url: levelled ? { url, detail } : { url } };
}

function refuseImage(part: ContentPart, param: string, role: string): void {
  if (part.image_url === undefined) return;
  throw new GatewayError('invalid_value', `Images are possible in user messages only, not in the role '${role}'.`, {
    param,
  });
}

function fileText(part: JsonObject, param: string): string {
  const data = part.file_data;
  const match = typeof data === 'string' ? TEXT_FILE.exec(data) : null;
  const text =
    typeof data === 'string' && match ? decode(data.slice(match[0].length), match[1] !== undefined) : undefined;
  if (text !== undefined) return text;
  throw unsupported(
    param,
    "Only text files inside the request can be read here: send 'file_data' as a UTF-8 data URL ('data:text/plain;base64,…').",
  );
}

function decode(payload: string, base64: boolean): string | undefined {
  try {
    return base64 ? UTF8.decode(Buffer.from(payload, 'base64')) : decodeURIComponent(payload);
  } catch {
    return undefined;
  }
}
