import type { FinishReason, Usage } from '../openai/chat.types.js';
import type { ItemStatus, ResponseObject, ResponseUsage } from './response-object.types.js';

/** How an answer ended, in the terms of the Responses API. */
export interface Ending {
  status: 'completed' | 'incomplete';
  incomplete_details: ResponseObject['incomplete_details'];
}

/** Every finish reason but a cut is a completed answer, an unknown one too. */
export function endingOf(finish: FinishReason): Ending {
  switch (finish) {
    case 'length':
      return { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    case 'content_filter':
      return { status: 'incomplete', incomplete_details: { reason: 'content_filter' } };
    default:
      return { status: 'completed', incomplete_details: null };
  }
}

/**
 * The status of a function call. In an answer that was cut, the last item is incomplete; so is a call whose
 * arguments stop halfway although another item follows, because a client would run it.
 */
export function callStatus(ending: Ending['status'], isLast: boolean, args: string): ItemStatus {
  if (ending === 'completed') return 'completed';
  return isLast || !isJsonObject(args) ? 'incomplete' : 'completed';
}

/** Whether tool-call arguments are whole. They are only looked at: what goes out is the model's own text. */
export function isJsonObject(args: string): boolean {
  if (!args.trimStart().startsWith('{') || !args.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(args);
    return true;
  } catch {
    return false;
  }
}

/** Chat's token counts under the names of the Responses API; null when the upstream gave none. */
export function responseUsage(usage: Usage | null | undefined): ResponseUsage | null {
  if (!usage) return null;
  return {
    input_tokens: usage.prompt_tokens,
    input_tokens_details: {
      cached_tokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
      cache_write_tokens: 0,
    },
    output_tokens: usage.completion_tokens,
    output_tokens_details: { reasoning_tokens: usage.completion_tokens_details?.reasoning_tokens ?? 0 },
    total_tokens: usage.total_tokens,
  };
}

/** Seconds since 1970 at the end of an answer, never before its beginning by another machine's clock. */
export function completedAt(createdAt: number): number {
  return Math.max(createdAt, Math.floor(Date.now() / 1000));
}
