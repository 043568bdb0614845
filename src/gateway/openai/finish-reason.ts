import type { FinishReason } from './chat.types.js';

const KNOWN = new Set<unknown>(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

export function isFinishReason(value: unknown): value is FinishReason {
  return KNOWN.has(value);
}

/** A finish reason that OpenAI does not have (`done`, null) means that the model came to its end. */
export function normaliseFinishReason(value: unknown, calledTools: boolean): FinishReason {
  if (isFinishReason(value)) return value;
  return calledTools ? 'tool_calls' : 'stop';
}
