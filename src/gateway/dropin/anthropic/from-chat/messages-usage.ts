import type { MessagesUsage } from '../../../anthropic/messages.types.js';
import type { Usage } from '../../../openai/chat.types.js';

/** Chat's token counts in Anthropic's terms: what a cache held or took is no part of `input_tokens` (wire.md 4.7). */
export function messagesUsage(usage: Usage): MessagesUsage {
  const { cached_tokens: cached = 0, cache_write_tokens: written } = usage.prompt_tokens_details ?? {};
  const created = typeof written === 'number' ? written : 0;
  const thinking = usage.completion_tokens_details?.reasoning_tokens;
  return {
    ...startingUsage(Math.max(0, usage.prompt_tokens - cached - created), cached),
    cache_creation_input_tokens: created,
    output_tokens: usage.completion_tokens,
    ...(thinking !== undefined && { output_tokens_details: { thinking_tokens: thinking } }),
  };
}

/** What is known when an answer begins. Its reader replaces it with the counts at the end. */
export function startingUsage(inputTokens: number, cachedTokens = 0): MessagesUsage {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: 1,
  };
}

/** English has about four characters for a token. */
const CHARACTERS_PER_TOKEN = 4;

/**
 * For an upstream that gave no counts: clients fail without numbers, so there are estimates, and `asbru_estimated` says
 * that they are. They are in no log, metric or bill.
 */
export function estimatedUsage(inputTokens: number, outputCharacters: number): MessagesUsage {
  return {
    ...startingUsage(inputTokens),
    output_tokens: Math.max(1, Math.ceil(outputCharacters / CHARACTERS_PER_TOKEN)),
    asbru_estimated: true,
  };
}
