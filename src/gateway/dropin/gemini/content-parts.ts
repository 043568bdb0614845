import { isRecord } from '../../../common/json/is-record.js';
import type { GeminiPart } from '../../gemini/generate-content.types.js';
import type { ContentPart } from '../../openai/chat.types.js';
import { invalid, unsupported, wrongKind } from './wire-errors.js';

/** OpenAI's names of the audio formats that it takes. */
const AUDIO: Readonly<Record<string, string>> = {
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/mp3': 'mp3',
  'audio/mpeg': 'mp3',
};
const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp|heic|heif)(?:$|[?#])/i;
/** Addresses that only Google's own models can read. */
const GOOGLE_FILES =
  /^https:\/\/generativelanguage\.googleapis\.com\/|^https:\/\/(?:www\.)?(?:youtube\.com|youtu\.be)\//i;

/** What a part of the user's says, as a part of a chat message. @throws GatewayError 400 that names the place */
export function toContentPart(part: GeminiPart, path: string): ContentPart {
  if (part.text !== undefined) {
    if (typeof part.text !== 'string') throw wrongKind(`${path}.text`, 'a string', part.text);
    return { type: 'text', text: part.text };
  }
  if (part.inlineData !== undefined) return inlinePart(part.inlineData, `${path}.inlineData`);
  if (part.fileData !== undefined) return filePart(part.fileData, `${path}.fileData`);
  throw invalid(
    path,
    `Invalid value at '${path}': a part must have text, inlineData, fileData or a function response.`,
  );
}

/** Data that is sent along: images, audio, and documents that the provider takes or refuses. */
function inlinePart(blob: unknown, path: string): ContentPart {
  if (!isRecord(blob)) throw wrongKind(path, 'an object', blob);
  const { mimeType, data } = blob;
  if (typeof mimeType !== 'string' || mimeType === '') {
    throw invalid(`${path}.mimeType`, `Missing required parameter: '${path}.mimeType'.`);
  }
  if (typeof data !== 'string') throw wrongKind(`${path}.data`, 'a string of base64', data);
  const type = mimeType.toLowerCase().split(';', 1)[0] ?? '';
  // Clients write it in base64's URL alphabet as well, which data URLs do not have.
  const base64 = data.replaceAll('-', '+').replaceAll('_', '/');
  const part = dataPart(type, base64, blob.displayName);
  if (!part) throw unsupported(`${path}.mimeType`, `data of type '${mimeType.slice(0, 64)}'`);
  return part;
}

function dataPart(type: string, base64: string, name: unknown): ContentPart | undefined {
  const url = `data:${type};base64,${base64}`;
  if (type.startsWith('image/')) return { type: 'image_url', image_url: { url } };
  const format = AUDIO[type];
  if (format !== undefined) return { type: 'input_audio', input_audio: { data: base64, format } };
  if (type !== 'application/pdf' && !type.startsWith('text/')) return undefined;
  const filename = typeof name === 'string' ? name : `document.${type === 'application/pdf' ? 'pdf' : 'txt'}`;
  return { type: 'file', file: { filename, file_data: url } };
}

/** An address: only of an image, because chat has no other kind. */
function filePart(file: unknown, path: string): ContentPart {
  if (!isRecord(file)) throw wrongKind(path, 'an object', file);
  const { fileUri, mimeType } = file;
  if (typeof fileUri !== 'string') throw wrongKind(`${path}.fileUri`, 'a string', fileUri);
  const isImage = typeof mimeType === 'string' ? mimeType.startsWith('image/') : IMAGE_NAME.test(fileUri);
  if (!/^https:\/\//i.test(fileUri) || GOOGLE_FILES.test(fileUri))
    throw unsupported(`${path}.fileUri`, 'a stored file');
  if (!isImage) throw unsupported(`${path}.fileUri`, 'a file that is not an image');
  return { type: 'image_url', image_url: { url: fileUri } };
}
