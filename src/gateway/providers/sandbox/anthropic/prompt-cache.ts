import { createHash } from 'node:crypto';
import { estimateTokens } from '../token-estimate.js';
import { isObject } from '../json-value.js';
import { blocksOf } from './conversation-rules.js';
import type { Block, MessagesBody } from './messages-request.types.js';

/** What an image and a page of a document count for, in tokens. */
const IMAGE_TOKENS = 1_100;
const MIN_CACHED_TOKENS = 1_024;
const MAX_PREFIXES = 10_000;

/** One piece of the prompt, in the order in which the model reads it. */
interface Segment {
  text: string;
  tokens: number;
  isBreakpoint: boolean;
  /** Whether what ends here is kept for an hour, not for five minutes. */
  isLong: boolean;
}

/** How the prompt's tokens were had. */
export interface PromptTokens {
  input: number;
  cacheRead: number;
  cacheWrite: number;
  /** Of these what is kept for an hour. */
  cacheWriteLong: number;
}

function segment(value: object & { cache_control?: unknown }, kind: string): Segment {
  const { cache_control, ...rest } = value;
  const text = `${kind}${JSON.stringify(rest)}`;
  return { text, tokens: tokensOf(rest), isBreakpoint: Boolean(cache_control), isLong: isLong(cache_control) };
}

function isLong(control: unknown): boolean {
  return isObject(control) && control['ttl'] === '1h';
}

function tokensOf(value: object): number {
  const block: Partial<Block> = value;
  if (block.type === 'image') return IMAGE_TOKENS;
  if (block.type === 'document' && block.source?.type !== 'text') return IMAGE_TOKENS;
  if (block.type === 'text') return estimateTokens(block.text ?? '') + 1;
  if (block.type === 'tool_result' && Array.isArray(block.content)) {
    return block.content.reduce((sum, part) => sum + tokensOf(part), 4);
  }
  return estimateTokens(JSON.stringify(value));
}

function segmentsOf({ tools = [], system, messages, cache_control }: MessagesBody): Segment[] {
  const segments = tools.map((tool) => segment(tool, 'tool'));
  for (const block of system === undefined ? [] : blocksOf(system)) segments.push(segment(block, 'system'));
  for (const { role, content } of messages) {
    for (const block of blocksOf(content)) segments.push(segment(block, role));
  }
  const last = segments.at(-1);
  if (cache_control && last) Object.assign(last, { isBreakpoint: true, isLong: isLong(cache_control) });
  return segments;
}

/** How many tokens a prompt is. */
export function countPrompt(body: MessagesBody): number {
  // A few for the frame of each turn.
  return segmentsOf(body).reduce((sum, { tokens }) => sum + tokens, 3 + 3 * body.messages.length);
}

/** Remembers the beginnings of prompts that end at a breakpoint. */
export class PromptPrefixes {
  private readonly known = new Set<string>();

  use(body: MessagesBody): PromptTokens {
    const total = countPrompt(body);
    const segments = segmentsOf(body);
    const hash = createHash('sha256').update(body.model);
    let [tokens, cacheRead, marked, long] = [0, 0, 0, 0];
    const written: string[] = [];
    for (const { text, tokens: own, isBreakpoint, isLong: isKept } of segments) {
      hash.update(text).update('\0');
      tokens += own;
      const prefix = hash.copy().digest('base64');
      if (tokens < MIN_CACHED_TOKENS) continue;
      if (this.known.has(prefix)) cacheRead = tokens;
      if (!isBreakpoint) continue;
      marked = tokens;
      if (isKept) long = tokens;
      written.push(prefix);
    }
    // What was read must lie before a breakpoint of this request.
    cacheRead = Math.min(cacheRead, marked);
    this.remember(written);
    return {
      input: total - marked,
      cacheRead,
      cacheWrite: marked - cacheRead,
      cacheWriteLong: Math.max(0, long - cacheRead),
    };
  }

  private remember(prefixes: readonly string[]): void {
    if (this.known.size > MAX_PREFIXES) this.known.clear();
    for (const prefix of prefixes) this.known.add(prefix);
  }
}
