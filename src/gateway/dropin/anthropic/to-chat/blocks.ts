import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { textOr } from '../../../../common/json/text.js';
import type { InputBlock } from '../../../anthropic/messages.types.js';
import type { ContentPart } from '../../../openai/chat.types.js';
import type { ConversionNotes } from './conversion-notes.js';

/** Members that tell the model nothing: where a cache ends, and what an earlier answer was quoted from. */
const SILENT = ['type', 'cache_control'];
const TEXT_KEYS = new Set([...SILENT, 'text', 'citations']);
const IMAGE_KEYS = new Set([...SILENT, 'source']);
const DOCUMENT_KEYS = new Set([...SILENT, 'source', 'title', 'context']);
const SEARCH_KEYS = new Set([...SILENT, 'source', 'title', 'content']);

/** Content parts that a block of a user's message or of a tool's result means. @throws GatewayError 400 */
export function toParts(block: InputBlock, path: string, notes: ConversionNotes): ContentPart[] {
  switch (block.type) {
    case 'text':
      notes.unsentKeys(block, TEXT_KEYS, 'messages.content.');
      return [textPart(textOr(block.text, ''))];
    case 'image':
      notes.unsentKeys(block, IMAGE_KEYS, 'messages.content.');
      return [imagePart(block, path)];
    case 'document':
      return documentParts(block, path, notes);
    case 'search_result':
      notes.unsentKeys(block, SEARCH_KEYS, 'messages.content.');
      return [textPart(joinLines([block.title, block.source, textOfBlocks(block.content)]))];
    default:
      // Blocks of Anthropic's own tools, containers and the like: no chat model knows what to do with them.
      notes.unsent.add(`messages.content.${block.type}`);
      return [];
  }
}

/** The text blocks of a content, each after the other; for a place that takes nothing but text. */
export function textOfBlocks(content: unknown, separator = '\n'): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const texts = content.filter(isRecord).map(({ text }) => textOr(text, ''));
  return texts.filter((text) => text !== '').join(separator);
}

function imagePart({ source }: InputBlock, path: string): ContentPart {
  const from = isRecord(source) ? source : {};
  if (from.type === 'base64') {
    return imageOf(`data:${textOr(from.media_type, 'image/png')};base64,${textOr(from.data, '')}`);
  }
  if (from.type === 'url') return imageOf(textOr(from.url, ''));
  throw noFiles(`${path}.source`);
}

/** A document that is text becomes that text; a PDF goes to the model as a file, which its provider takes or refuses. */
function documentParts(block: InputBlock, path: string, notes: ConversionNotes): ContentPart[] {
  notes.unsentKeys(block, DOCUMENT_KEYS, 'messages.content.');
  if (isRecord(block.citations) && block.citations.enabled === true) notes.unsent.add('messages.content.citations');
  const source = isRecord(block.source) ? block.source : {};
  const about = [block.title, block.context];
  switch (source.type) {
    case 'text':
      return [textPart(joinLines([...about, source.data]))];
    case 'content':
      return contentParts(source.content, about, `${path}.source.content`, notes);
    case 'base64':
      return fileParts(source, about);
    case 'url':
      throw unreadable(`${path}.source.url`, 'Documents are not fetched from the network here: send them as base64.');
    default:
      throw noFiles(`${path}.source`);
  }
}

function contentParts(content: unknown, about: unknown[], path: string, notes: ConversionNotes): ContentPart[] {
  if (typeof content === 'string') return [textPart(joinLines([...about, content]))];
  const head = joinLines(about);
  const parts = (Array.isArray(content) ? content : []).filter(isBlock).flatMap((block, i) => {
    return toParts(block, `${path}[${i}]`, notes);
  });
  return head === '' ? parts : [textPart(head), ...parts];
}

function fileParts(source: Record<string, unknown>, about: unknown[]): ContentPart[] {
  const mediaType = textOr(source.media_type, 'application/pdf');
  const data = textOr(source.data, '');
  if (mediaType.startsWith('text/')) {
    return [textPart(joinLines([...about, Buffer.from(data, 'base64').toString('utf8')]))];
  }
  const head = joinLines(about.slice(1));
  const filename = textOr(about[0], 'document.pdf');
  const file = { type: 'file', file: { filename, file_data: `data:${mediaType};base64,${data}` } };
  return head === '' ? [file] : [textPart(head), file];
}

export function isBlock(value: unknown): value is InputBlock {
  return isRecord(value) && typeof value.type === 'string';
}

const textPart = (text: string): ContentPart => ({ type: 'text', text });
const imageOf = (url: string): ContentPart => ({ type: 'image_url', image_url: { url } });

function joinLines(lines: readonly unknown[]): string {
  return lines.filter((line) => typeof line === 'string' && line !== '').join('\n');
}

function noFiles(param: string): GatewayError {
  return unreadable(param, 'Uploaded files are not available here: send the data as base64.');
}

function unreadable(param: string, message: string): GatewayError {
  return new GatewayError('unsupported_value', message, { param });
}
