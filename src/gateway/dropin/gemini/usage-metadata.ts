import type { UsageMetadata } from '../../gemini/generate-content.types.js';
import type { Usage } from '../../openai/chat.types.js';

/** Chat's counts by Gemini's names: there, thoughts are counted beside the candidates. Undefined stays unknown. */
export function toUsageMetadata(usage: Usage | null | undefined): UsageMetadata | undefined {
  if (!usage) return undefined;
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const thoughts = usage.completion_tokens_details?.reasoning_tokens;
  return {
    promptTokenCount: usage.prompt_tokens,
    ...(cached !== undefined && { cachedContentTokenCount: cached }),
    candidatesTokenCount: Math.max(0, usage.completion_tokens - (thoughts ?? 0)),
    ...(thoughts !== undefined && thoughts > 0 && { thoughtsTokenCount: thoughts }),
    totalTokenCount: usage.total_tokens,
  };
}
