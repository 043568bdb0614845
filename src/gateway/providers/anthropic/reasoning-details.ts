import { isRecord } from '../../../common/json/is-record.js';
import type { InputBlock, OutputBlock } from '../../anthropic/messages.types.js';

/** Says whose signature it is, so that no other vendor is sent it. */
const FORMAT = 'anthropic-claude-v1';

/**
 * A thinking block in a chat message, in the form that OpenRouter gave it: `reasoning_details`. A caller who sends the
 * message back as it came lets Claude go on with its own thoughts.
 */
export interface ReasoningDetail {
  type: 'reasoning.text' | 'reasoning.encrypted';
  text?: string;
  signature?: string;
  data?: string;
  format: string;
  /** Its place among the thoughts of the answer. */
  index: number;
}

/** Undefined for a block that is no thought, or that nobody signed. */
export function reasoningDetail(block: OutputBlock, index: number): ReasoningDetail | undefined {
  if (block.type === 'thinking' && block.signature) {
    return { type: 'reasoning.text', text: block.thinking, signature: block.signature, format: FORMAT, index };
  }
  if (block.type === 'redacted_thinking') {
    return { type: 'reasoning.encrypted', data: block.data, format: FORMAT, index };
  }
  return undefined;
}

/** The blocks that the details of an earlier answer stand for; those of other vendors are none. */
export function signedThoughts(details: unknown): InputBlock[] {
  return Array.isArray(details) ? details.filter(isRecord).flatMap(thought) : [];
}

function thought({ type, format = FORMAT, text = '', signature, data }: Record<string, unknown>): InputBlock[] {
  if (format !== FORMAT) return [];
  if (type === 'reasoning.encrypted' && isText(data)) return [{ type: 'redacted_thinking', data }];
  // A thought may be hidden: then its signature is all there is.
  return type === 'reasoning.text' && isText(signature) ? [{ type: 'thinking', thinking: text, signature }] : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
