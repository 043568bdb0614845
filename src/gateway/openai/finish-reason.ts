import type { FinishReason } from './chat.types.js';

const KNOWN = new Set<unknown>(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

export function isFinishReason(value: unknown): value is FinishReason {
  return KNOWN.has(value);
}

/** OpenAI's reason for those of others that say the same. */
const SAME: Readonly<Record<string, FinishReason>> = { model_length: 'length', max_tokens: 'length' };

/** A finish reason that OpenAI does not have (`done`, null) means that the model came to its end. */
export function normaliseFinishReason(value: unknown, calledTools: boolean): FinishReason {
  if (isFinishReason(value)) return value;
  const same = typeof value === 'string' && Object.hasOwn(SAME, value) ? SAME[value] : undefined;
  if (same) return same;
  return calledTools ? 'tool_calls' : 'stop';
}
