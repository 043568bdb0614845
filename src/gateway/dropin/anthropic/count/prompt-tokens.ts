import { asNumber } from '../../../../common/json/raw-json.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { MessagesRequest } from '../../../anthropic/messages.types.js';
import { textTokens } from './text-tokens.js';

/** Tokens around each message, and around each tool. */
const PER_MESSAGE = 5;
const PER_TOOL = 16;
/** What a model is told of tools in general. */
const FOR_TOOLS = 64;
/** Anthropic's most for one image; others count less. */
const PER_IMAGE = 1_600;
/** Of a page of a PDF: its text and its picture. */
const PER_PAGE = 3_000;
/** Base64 characters of an average page. */
const PAGE_LENGTH = 68_000;

/** What counts: the parts of a request that the model reads. */
type Prompt = Pick<MessagesRequest, 'messages' | 'system' | 'tools' | 'tool_choice' | 'output_config'>;

/** How a text is counted. */
type CountText = (text: string) => number;

/**
 * An estimate of the tokens of a request's prompt, rather too high than too low. No upstream is asked. `countText` is
 * textTokens where the number is the answer, and roughTokens where it only stands in for one.
 */
export function promptTokens(prompt: Prompt, countText: CountText = textTokens): number {
  const { messages, system, tools, output_config: config } = prompt;
  const weight = new Weight(countText);
  let tokens = PER_MESSAGE + weight.of(system) + weight.of(config?.format);
  for (const { content } of messages) tokens += PER_MESSAGE + weight.of(content);
  if (tools && tools.length > 0) tokens += FOR_TOOLS;
  for (const tool of tools ?? []) tokens += PER_TOOL + weight.of(tool);
  return Math.max(1, tokens);
}

/** Members that the model does not read. */
const UNREAD = new Set(['cache_control', 'signature', 'tool_use_id', 'citations', '$schema']);

class Weight {
  constructor(private readonly countText: CountText) {}

  /** The tokens of any part of a request: its texts, and the names and signs of its JSON. */
  of(value: unknown): number {
    if (typeof value === 'string') return this.countText(value);
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + this.of(item), 0);
    if (isRecord(value)) return media(value) ?? this.members(value);
    const number = asNumber(value);
    if (number !== undefined) return this.countText(String(number));
    return value === undefined || value === null ? 0 : 1;
  }

  private members(object: Record<string, unknown>): number {
    // A text block is its text.
    if (object.type === 'text') return this.of(object.text) + 1;
    let tokens = 2;
    for (const name in object) if (!UNREAD.has(name)) tokens += this.countText(name) + 2 + this.of(object[name]);
    return tokens;
  }
}

/** Images and documents; base64 is no text. */
function media({ type, source }: Record<string, unknown>): number | undefined {
  if (type === 'image') return PER_IMAGE;
  if (type !== 'document' || !isRecord(source)) return undefined;
  if (source.type !== 'base64') return source.type === 'url' || source.type === 'file' ? PER_PAGE : undefined;
  const length = typeof source.data === 'string' ? source.data.length : 0;
  const isText = typeof source.media_type === 'string' && source.media_type.startsWith('text/');
  return isText ? Math.ceil(length / 2) : PER_PAGE * Math.max(1, Math.ceil(length / PAGE_LENGTH));
}
