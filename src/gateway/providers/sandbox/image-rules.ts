import type { SandboxModel } from './sandbox-models.js';
import { badRequest, tooLarge } from './sandbox-refusal.js';
import type { ChatMessage, ContentPart } from './sandbox-types.js';

const MAX_IMAGES = 5;
const MAX_IMAGE_BYTES = 10 * 1024 * 1024;
const DATA_URI = /^data:image\/(png|jpeg);base64,/;
/** What no base64 text has; looked for, because a pattern for the whole of ten megabytes overflows the engine's stack. */
const NOT_BASE64 = /[^A-Za-z0-9+/]/;
const PNG = '89504e470d0a1a0a';
const JPEG = 'ffd8ff';

const refuse = (message: string): never => {
  throw badRequest(message, 'messages');
};

function imageUrl(part: ContentPart): string | undefined {
  if (part.type === 'image_url') return part.image_url.url;
  return part.type === 'image' ? part.image : undefined;
}

/** The size of the picture in bytes; refuses what is not a PNG or JPEG in a data URI. */
function decodedSize(url: string): number {
  if (/^https?:/i.test(url)) {
    refuse('HTTPS image URLs are not supported. Use a base64-encoded data URI instead.');
  }
  const head = DATA_URI.exec(url);
  if (!head) return refuse('Invalid image_url: expected base64 data URI');
  const data = url.slice(head[0].length);
  // The first bytes tell the format; a whole decode would cost more than the answer.
  const magic = Buffer.from(data.slice(0, 16), 'base64').toString('hex');
  const known = head[1] === 'png' ? magic.startsWith(PNG) : magic.startsWith(JPEG);
  if (!known || data.length % 4 !== 0 || NOT_BASE64.test(data.replace(/={1,2}$/, '')))
    refuse('Image data could not be decoded');
  return (data.length / 4) * 3;
}

function imagesOf(message: ChatMessage): string[] {
  if (!Array.isArray(message.content)) return [];
  return message.content.flatMap((part) => imageUrl(part) ?? []);
}

/** Refuses pictures that Cerebras would not look at (wire.md 1.3 and 1.7); returns how many there are. */
export function checkImages(messages: readonly ChatMessage[], model: SandboxModel): number {
  let count = 0;
  let bytes = 0;
  for (const message of messages) {
    if (typeof message.content === 'string') continue;
    for (const url of imagesOf(message)) {
      if (message.role !== 'user') refuse('image_url content parts are only supported on user messages');
      if (!model.vision) refuse(`Model ${model.id} does not support image inputs`);
      if (++count > MAX_IMAGES) throw tooLarge('Number of image inputs exceeds maximum');
      bytes += decodedSize(url);
    }
  }
  if (bytes > MAX_IMAGE_BYTES) throw tooLarge('Total request size exceeds maximum');
  return count;
}
