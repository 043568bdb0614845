import type { FinishReason } from '../../openai/chat.types.js';

const REASONS: Readonly<Record<FinishReason, string>> = {
  stop: 'STOP',
  tool_calls: 'STOP',
  function_call: 'STOP',
  length: 'MAX_TOKENS',
  content_filter: 'SAFETY',
};

/** Gemini's word for how an answer ended; calls of functions are an ordinary end. */
export function toFinishReason(reason: FinishReason): string {
  return REASONS[reason];
}
