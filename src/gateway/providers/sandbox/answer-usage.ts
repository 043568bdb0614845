import type { ValidRequest } from './request-validation.js';
import type { SandboxModel } from './sandbox-models.js';

/** Prompt cache blocks (wire.md 1.12). */
const CACHE_BLOCK = 128;
const MAX_CACHE_KEYS = 1000;

/** Remembers the prompts of each `prompt_cache_key`, as far as the usage shows it. */
export class PromptCache {
  private readonly lengths = new Map<string, number>();

  /** How much of a prompt was seen before under the same key, in whole blocks. */
  use(key: string | null | undefined, promptTokens: number): number {
    if (!key) return 0;
    const before = this.lengths.get(key) ?? 0;
    if (this.lengths.size >= MAX_CACHE_KEYS) this.lengths.clear();
    this.lengths.set(key, promptTokens);
    return Math.floor(Math.min(before, promptTokens) / CACHE_BLOCK) * CACHE_BLOCK;
  }
}

export interface TokenCounts {
  prompt: number;
  completion: number;
  reasoning: number;
  cached: number;
  image: number;
}

export interface Usage {
  total_tokens: number;
  completion_tokens: number;
  completion_tokens_details?: object;
  prompt_tokens: number;
  prompt_tokens_details?: object;
  image_tokens?: number;
}

/** The usage in the captured order of keys (wire.md 1.4); older models leave the details out. */
export function usageOf(model: SandboxModel, counts: TokenCounts): Usage {
  const { prompt, completion, image } = counts;
  if (!model.usageDetails) {
    return { total_tokens: prompt + completion, completion_tokens: completion, prompt_tokens: prompt };
  }
  const inDetails = image > 0 && model.imageTokensAt === 'details';
  return {
    total_tokens: prompt + completion,
    completion_tokens: completion,
    completion_tokens_details: {
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
      reasoning_tokens: counts.reasoning,
    },
    prompt_tokens: prompt,
    prompt_tokens_details: { cached_tokens: counts.cached, ...(inDetails && { image_tokens: image }) },
    ...(image > 0 && !inDetails && { image_tokens: image }),
  };
}

/** Seconds, with the float `created` that the captures have. */
export function timeInfo(counts: TokenCounts): object {
  const created = Date.now() / 1000;
  const queue = 0.000_413_7;
  const prompt = 0.001_1 + counts.prompt / 60_000;
  const completion = 0.002_3 + counts.completion / 1900;
  return {
    created,
    queue_time: queue,
    prompt_time: prompt,
    completion_time: completion,
    total_time: queue + prompt + completion + 0.001_457_2,
  };
}

/** The counts of a planned answer. */
export function countTokens(
  { promptTokens, imageTokens, body }: ValidRequest<{ prompt_cache_key?: string | null }>,
  choices: ReadonlyArray<{ tokens: number; reasoningTokens: number }>,
  cache: PromptCache,
): TokenCounts {
  return {
    prompt: promptTokens,
    completion: choices.reduce((sum, choice) => sum + choice.tokens, 0),
    reasoning: choices.reduce((sum, choice) => sum + choice.reasoningTokens, 0),
    cached: cache.use(body.prompt_cache_key, promptTokens),
    image: imageTokens,
  };
}
