import { isRecord } from '../../../common/json/is-record.js';
import type { GeminiPart } from '../../gemini/generate-content.types.js';
import type { ContentPart } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import { invalidValue, unsupportedPart } from './refusals.js';

const DATA_URL = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.-]+)*;base64,/i;
const AUDIO: Readonly<Record<string, string>> = { wav: 'audio/wav', mp3: 'audio/mp3' };
/** Media types of addresses, by the end of their path. */
const BY_NAME: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
};

/** A content part of a chat message as Gemini has it. @throws GatewayError 400 that names the caller's field */
export function writePart(part: ContentPart, path: string, draft: RequestDraft): GeminiPart {
  switch (part.type) {
    case 'text':
      return { text: part.text ?? '' };
    case 'refusal':
      return { text: part.refusal ?? '' };
    case 'image_url':
      return imagePart(part, path, draft);
    case 'input_audio':
      return audioPart(part, path);
    case 'file':
      return filePart(part, path);
    default:
      throw unsupportedPart(`${path}.type`, `'${part.type.slice(0, 64)}'`);
  }
}

/** The data of a data URL; undefined for any other address. */
export function readDataUrl(url: string): { mimeType: string; data: string } | undefined {
  const head = DATA_URL.exec(url);
  return head ? { mimeType: (head[1] ?? 'text/plain').toLowerCase(), data: url.slice(head[0].length) } : undefined;
}

/** Gemini fetches public addresses by itself; it takes no detail for a single image. */
function imagePart({ image_url: image }: ContentPart, path: string, draft: RequestDraft): GeminiPart {
  const url = image?.url;
  if (typeof url !== 'string') throw invalidValue(`${path}.image_url.url`, 'expected a URL');
  if (image?.detail !== undefined && image.detail !== 'auto') draft.filter('messages.content.image_url.detail');
  const inlineData = readDataUrl(url);
  if (inlineData) return { inlineData };
  if (!/^https?:\/\//i.test(url)) throw invalidValue(`${path}.image_url.url`, 'expected a data URI or an address');
  return { fileData: { ...mimeTypeOf(url), fileUri: url } };
}

/** By the end of the path; without one Gemini has to find out. */
function mimeTypeOf(url: string): { mimeType?: string } {
  const mimeType = BY_NAME[/\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? ''];
  return mimeType === undefined ? {} : { mimeType };
}

function audioPart(part: ContentPart, path: string): GeminiPart {
  const audio = isRecord(part.input_audio) ? part.input_audio : {};
  const mimeType = AUDIO[String(audio.format)];
  if (mimeType === undefined) throw invalidValue(`${path}.input_audio.format`, "expected 'wav' or 'mp3'");
  if (typeof audio.data !== 'string') throw invalidValue(`${path}.input_audio.data`, 'expected base64');
  return { inlineData: { mimeType, data: audio.data } };
}

function filePart(part: ContentPart, path: string): GeminiPart {
  const data = isRecord(part.file) ? part.file.file_data : undefined;
  const inlineData = typeof data === 'string' ? readDataUrl(data) : undefined;
  if (!inlineData) throw unsupportedPart(`${path}.file`, 'a file without its data (as a base64 data URI)');
  return { inlineData };
}
