import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { ChatMessage, ContentPart } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import type { ModelTraits } from './model-traits.js';

/** Most images of one request (wire.md 1.3). */
const MAX_IMAGES = 5;
const IMAGE_DATA = /^data:image\/(?:png|jpe?g);base64,/;
const TEXT_FILE = /^data:text\/[\w.+-]+(?:;charset=[\w-]+)?;base64,/;

/** Counts the images of one request. */
export interface ImageCount {
  count: number;
  readonly model: string;
  readonly traits: ModelTraits;
}

/** Content parts as Cerebras takes them: text everywhere, images from users only. @throws GatewayError 400 */
export function writeParts(
  parts: readonly ContentPart[],
  role: string,
  path: string,
  images: ImageCount,
  draft: RequestDraft,
): ContentPart[] {
  return parts.map((part, i) => {
    const at = `${path}[${i}]`;
    switch (part.type) {
      case 'text':
        noteKeys(part, ['type', 'text'], draft);
        return { type: 'text', text: part.text ?? '' };
      case 'refusal':
        return { type: 'text', text: part.refusal ?? '' };
      case 'image_url':
        noteKeys(part, ['type', 'image_url'], draft);
        return { type: 'image_url', image_url: checkedImage(part, role, at, images) };
      case 'image':
        assertImageAllowed(role, at, images);
        return { type: 'image', image: part.image };
      case 'file':
        return { type: 'text', text: textOfFile(part, at) };
      default:
        throw unsupportedPart(at, part.type);
    }
  });
}

/** All text of a content, for a place that takes only a string. */
export function flatText(content: ChatMessage['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map((part) => part.text ?? '').join('');
}

function noteKeys(part: ContentPart, known: readonly string[], draft: RequestDraft): void {
  for (const key in part) if (!known.includes(key) && part[key] != null) draft.filter(`messages.content.${key}`);
}

function checkedImage(part: ContentPart, role: string, path: string, images: ImageCount) {
  assertImageAllowed(role, path, images);
  const image = part.image_url;
  const url = image?.url ?? '';
  if (/^https?:/i.test(url)) {
    throw invalidImage('HTTPS image URLs are not supported. Use a base64-encoded data URI instead.', path);
  }
  if (!IMAGE_DATA.test(url)) {
    throw invalidImage('Invalid image_url: expected a base64 data URI of a PNG or JPEG image.', path);
  }
  return { url, ...(image?.detail != null && { detail: image.detail }) };
}

function assertImageAllowed(role: string, path: string, images: ImageCount): void {
  if (role !== 'user') {
    throw new GatewayError('invalid_value', 'image_url content parts are only supported on user messages.', {
      param: path,
    });
  }
  if (images.traits.vision === false) {
    throw new GatewayError('unsupported_image_input', `Model ${images.model} does not support image inputs`, {
      param: 'messages',
    });
  }
  images.count++;
  if (images.count > MAX_IMAGES) {
    throw new GatewayError(
      'array_above_max_length',
      `Too many images: at most ${MAX_IMAGES} are allowed in a request.`,
      {
        param: path,
      },
    );
  }
}

function invalidImage(message: string, path: string): GatewayError {
  return new GatewayError('invalid_image_url', message, { param: `${path}.image_url.url` });
}

/** A file that is text becomes that text; Cerebras takes no others. */
function textOfFile(part: ContentPart, path: string): string {
  const data = isRecord(part.file) ? part.file.file_data : undefined;
  if (typeof data !== 'string' || !TEXT_FILE.test(data)) throw unsupportedPart(path, 'file');
  return Buffer.from(data.replace(TEXT_FILE, ''), 'base64').toString('utf8');
}

function unsupportedPart(path: string, type: string): GatewayError {
  return new GatewayError(
    'unsupported_value',
    `Unsupported content part: '${type}' is not supported by the cerebras provider.`,
    {
      param: `${path}.type`,
    },
  );
}
