import { isRecord } from '../../../../common/json/is-record.js';
import type { FinishReason, Usage } from '../../../openai/chat.types.js';

const FINISH: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** Why an answer ended, in OpenAI's terms; a reason that nobody knows yet means that the model came to its end. */
export function finishReasonOf(stopReason: unknown, calledTools: boolean): FinishReason {
  const known = typeof stopReason === 'string' && Object.hasOwn(FINISH, stopReason) ? FINISH[stopReason] : undefined;
  return known ?? (calledTools ? 'tool_calls' : 'stop');
}

/** What a refusal says of itself, for people. */
export function refusalText(details: unknown): string | null {
  return isRecord(details) && typeof details.explanation === 'string' ? details.explanation : null;
}

/**
 * Anthropic's counts in OpenAI's terms: the three of the prompt add up to all of it. Undefined without them: counts are
 * never invented. What a later report leaves out, an earlier one has said.
 */
export function usageOf(...reports: readonly unknown[]): Usage | undefined {
  const counts: Record<string, unknown> = {};
  for (const report of reports) {
    for (const [name, value] of Object.entries(isRecord(report) ? report : {})) if (value != null) counts[name] = value;
  }
  const { input_tokens: input, output_tokens: output } = counts;
  if (typeof input !== 'number' || typeof output !== 'number') return undefined;
  const [written, read] = [countOf(counts.cache_creation_input_tokens), countOf(counts.cache_read_input_tokens)];
  const prompt = input + written + read;
  const thinking = isRecord(counts.output_tokens_details) ? counts.output_tokens_details.thinking_tokens : undefined;
  return {
    prompt_tokens: prompt,
    completion_tokens: output,
    total_tokens: prompt + output,
    prompt_tokens_details: { cached_tokens: read, ...writes(written, counts.cache_creation) },
    ...(typeof thinking === 'number' && { completion_tokens_details: { reasoning_tokens: thinking } }),
  };
}

/** @param parts what is kept for how long */
function writes(written: number, parts: unknown): Record<string, number> {
  const long = isRecord(parts) ? countOf(parts.ephemeral_1h_input_tokens) : 0;
  return {
    ...(written > 0 && { cache_write_tokens: written }),
    // OpenAI has no word for it. Clients ignore the name; the bill needs it, as these tokens have a price of their own.
    ...(long > 0 && { cache_write_1h_tokens: long }),
  };
}

function countOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
