import { isRecord } from '../../../common/json/is-record.js';
import type { Usage } from '../../openai/chat.types.js';

/**
 * The token counts of an answer of OpenAI's, by whichever names it has: `prompt_tokens` (embeddings) or `input_tokens`
 * (images, transcriptions, Responses). Undefined when it has none: seconds of audio are no tokens.
 */
export function usageOf(usage: unknown): Usage | undefined {
  if (!isRecord(usage)) return undefined;
  const input = count(usage.prompt_tokens) ?? count(usage.input_tokens);
  if (input === undefined) return undefined;
  const output = count(usage.completion_tokens) ?? count(usage.output_tokens) ?? 0;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: count(usage.total_tokens) ?? input + output,
    ...detailsOf(usage),
  };
}

function detailsOf(usage: Record<string, unknown>): Pick<Usage, 'prompt_tokens_details' | 'completion_tokens_details'> {
  const cached = detail(usage.prompt_tokens_details ?? usage.input_tokens_details, 'cached_tokens');
  const reasoning = detail(usage.completion_tokens_details ?? usage.output_tokens_details, 'reasoning_tokens');
  return {
    ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning !== undefined && { completion_tokens_details: { reasoning_tokens: reasoning } }),
  };
}

function detail(details: unknown, name: string): number | undefined {
  return isRecord(details) ? count(details[name]) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}
