import type { TokenLogprob } from '../openai/chat.types.js';
import type { Ending } from './ending.js';
import { sealReasoning } from './encrypted-reasoning.js';
import type {
  ItemStatus,
  OutputContent,
  OutputFunctionCall,
  OutputItem,
  OutputLogprob,
  OutputMessage,
  OutputReasoning,
  OutputRefusal,
  OutputText,
} from './response-object.types.js';

export function textPart(text: string, logprobs: OutputLogprob[]): OutputText {
  return { type: 'output_text', text, annotations: [], logprobs };
}

export function refusalPart(refusal: string): OutputRefusal {
  return { type: 'refusal', refusal };
}

export function messageItem(id: string, status: ItemStatus, content: OutputContent[]): OutputMessage {
  return { type: 'message', id, status, role: 'assistant', content };
}

export interface CallIdentity {
  id: string;
  callId: string;
  name: string;
}

export function functionCallItem(
  { id, callId, name }: CallIdentity,
  args: string,
  status: ItemStatus,
): OutputFunctionCall {
  return { type: 'function_call', id, call_id: callId, name, arguments: args, status };
}

/** Reasoning goes out as a summary: its names are the same in every revision of the specifications. */
export function reasoningItem(id: string, text: string, sealed: boolean): OutputReasoning {
  const item: OutputReasoning = { type: 'reasoning', id, summary: [{ type: 'summary_text', text }] };
  if (sealed) item.encrypted_content = sealReasoning(text);
  return item;
}

/** Chat's token logprobs in the form of `output_text.logprobs`, in which no array may be missing. */
export function outputLogprobs(tokens: readonly TokenLogprob[] | null | undefined): OutputLogprob[] {
  return (tokens ?? []).map(({ token, logprob, bytes, top_logprobs: top }) => ({
    token,
    logprob,
    bytes: bytes ?? [],
    top_logprobs: (top ?? []).map((other) => ({
      token: other.token,
      logprob: other.logprob,
      bytes: other.bytes ?? [],
    })),
  }));
}

/**
 * Whether an answer lacks the item that clients read. A finished answer always has a message or a call;
 * one that was cut inside its reasoning shows that.
 */
export function needsMessage(output: readonly OutputItem[], ending: Ending['status']): boolean {
  return ending === 'completed' ? output.every(({ type }) => type === 'reasoning') : output.length === 0;
}
