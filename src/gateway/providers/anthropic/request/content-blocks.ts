import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { InputBlock, TextBlock } from '../../../anthropic/messages.types.js';
import type { ChatMessage, ContentPart } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';

const IMAGE_DATA = /^data:(image\/(?:png|jpe?g|gif|webp));base64,/i;
const PDF_DATA = /^data:application\/pdf;base64,/i;
const TEXT_DATA = /^data:text\/[\w.+-]+(?:;charset=[\w-]+)?;base64,/i;

/**
 * The content of a message as blocks. Texts without any sign in them are left out: Anthropic refuses them, and they say
 * nothing.
 * @throws GatewayError 400 that names the part
 */
export function blocksOf(content: ChatMessage['content'], path: string, draft: RequestDraft): InputBlock[] {
  if (typeof content === 'string') return isBlank(content) ? [] : [{ type: 'text', text: content }];
  const blocks: InputBlock[] = [];
  for (const [i, part] of (content ?? []).entries()) {
    const block = blockOf(part, `${path}[${i}]`, draft);
    if (block && !(block.type === 'text' && isBlank(String(block.text)))) blocks.push(block);
  }
  return blocks;
}

/** The same where only text can stand: in instructions, and in what an assistant said. */
export function textBlocksOf(content: ChatMessage['content'], path: string, draft: RequestDraft): TextBlock[] {
  return blocksOf(content, path, draft).map((block, i): TextBlock => {
    if (isTextBlock(block)) return block;
    throw new GatewayError('invalid_value', `Content of type '${block.type}' is only supported on user messages.`, {
      param: `${path}[${i}].type`,
    });
  });
}

function isTextBlock(block: InputBlock): block is TextBlock {
  return block.type === 'text' && typeof block.text === 'string';
}

const isBlank = (text: string): boolean => text.trim() === '';

function blockOf(part: ContentPart, path: string, draft: RequestDraft): InputBlock | undefined {
  switch (part.type) {
    case 'text':
      noteKeys(part, ['type', 'text', 'cache_control'], draft);
      return { type: 'text', text: part.text ?? '', ...cacheControl(part) };
    case 'refusal':
      return { type: 'text', text: part.refusal ?? '' };
    case 'image_url':
      noteKeys(part, ['type', 'image_url', 'cache_control'], draft);
      return { type: 'image', source: imageSource(part, path, draft), ...cacheControl(part) };
    case 'file':
      return { ...document(part, path), ...cacheControl(part) };
    default:
      throw unsupportedPart(path, part.type);
  }
}

/** Callers who know Anthropic mark what is to be cached, as with other gateways. */
function cacheControl({ cache_control: control }: ContentPart): { cache_control?: unknown } {
  return isRecord(control) ? { cache_control: control } : {};
}

function imageSource({ image_url: image }: ContentPart, path: string, draft: RequestDraft): object {
  const url = image?.url ?? '';
  // `auto` is what happens anyway.
  if (image?.detail != null && image.detail !== 'auto') draft.filter('messages.content.image_url.detail');
  const [head, type] = IMAGE_DATA.exec(url) ?? [];
  if (head !== undefined && type !== undefined) {
    const media_type = type.toLowerCase().replace('image/jpg', 'image/jpeg');
    return { type: 'base64', media_type, data: url.slice(head.length) };
  }
  if (/^https:\/\//i.test(url)) return { type: 'url', url };
  throw new GatewayError(
    'invalid_image_url',
    'Invalid image_url: expected an HTTPS URL, or a base64 data URI of a PNG, JPEG, GIF or WebP image.',
    { param: `${path}.image_url.url` },
  );
}

function document({ file }: ContentPart, path: string): InputBlock {
  const data = isRecord(file) && typeof file.file_data === 'string' ? file.file_data : '';
  const title = isRecord(file) && typeof file.filename === 'string' ? { title: file.filename } : {};
  if (PDF_DATA.test(data)) {
    const source = { type: 'base64', media_type: 'application/pdf', data: data.replace(PDF_DATA, '') };
    return { type: 'document', source, ...title };
  }
  if (TEXT_DATA.test(data)) {
    const text = Buffer.from(data.replace(TEXT_DATA, ''), 'base64').toString('utf8');
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...title };
  }
  throw new GatewayError(
    'unsupported_value',
    "Unsupported content part: a 'file' needs 'file_data', a base64 data URI of a PDF or of text.",
    { param: `${path}.file.file_data` },
  );
}

function noteKeys(part: ContentPart, known: readonly string[], draft: RequestDraft): void {
  for (const key in part) if (!known.includes(key) && part[key] != null) draft.filter(`messages.content.${key}`);
}

function unsupportedPart(path: string, type: string): GatewayError {
  return new GatewayError('unsupported_value', `Unsupported content part: Anthropic has nothing for '${type}'.`, {
    param: `${path}.type`,
  });
}
