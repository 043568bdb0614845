import { isRecord } from '../../../common/json/is-record.js';

/** An answer's content as text, and the reasoning that stood in it. */
export interface ReadContent {
  readonly text: string | undefined;
  readonly thought: string | undefined;
}

/**
 * An answer's `content`: a text, or a list of parts as Mistral's reasoning models send it
 * (`{type: 'thinking', thinking: [{type: 'text', text}]}` beside `{type: 'text', text}`).
 */
export function readContent(content: unknown): ReadContent {
  if (typeof content === 'string') return { text: content, thought: undefined };
  if (!Array.isArray(content)) return { text: undefined, thought: undefined };
  const parts = content.filter(isRecord);
  const texts = parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
  const thoughts = parts.flatMap((part) => (part.type === 'thinking' ? [textOf(part.thinking)] : []));
  return { text: joined(texts), thought: joined(thoughts) };
}

function textOf(thinking: unknown): string {
  if (typeof thinking === 'string') return thinking;
  return Array.isArray(thinking) ? (joined(thinking.filter(isRecord).map((part) => part.text)) ?? '') : '';
}

function joined(texts: readonly unknown[]): string | undefined {
  const words = texts.filter((text) => typeof text === 'string');
  return words.length === 0 ? undefined : words.join('');
}
