import { isRecord } from '../../../common/json/is-record.js';
import type { Usage } from '../../openai/chat.types.js';

/**
 * Gemini's counts in OpenAI's terms: thoughts are part of the completion there, and what tools put into the prompt part
 * of the prompt. Undefined when the prompt's are missing: counts are never invented.
 */
export function readUsage(metadata: unknown): Usage | undefined {
  if (!isRecord(metadata) || typeof metadata.promptTokenCount !== 'number') return undefined;
  const thoughts = count(metadata.thoughtsTokenCount);
  const prompt = metadata.promptTokenCount + count(metadata.toolUsePromptTokenCount);
  const completion = count(metadata.candidatesTokenCount) + thoughts;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: typeof metadata.totalTokenCount === 'number' ? metadata.totalTokenCount : prompt + completion,
    ...(typeof metadata.cachedContentTokenCount === 'number' && {
      prompt_tokens_details: { cached_tokens: metadata.cachedContentTokenCount },
    }),
    ...(typeof metadata.thoughtsTokenCount === 'number' && {
      completion_tokens_details: { reasoning_tokens: thoughts },
    }),
  };
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
