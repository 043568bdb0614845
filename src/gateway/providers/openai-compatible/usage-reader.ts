import { isRecord } from '../../../common/json/is-record.js';
import type { Usage } from '../../openai/chat.types.js';
import type { AnswerRules } from '../profiles/provider-profile.types.js';

/** Where the counts stand, and whether those of reasoning stand apart. */
export type UsageRules = Pick<AnswerRules, 'usagePath' | 'reasoningApart'>;

/** The upstream's token counts as they came, or undefined: they are never invented. */
export function readUsage(value: unknown): Usage | undefined {
  return isUsage(value) ? value : undefined;
}

/** The counts of an answer or a chunk, wherever its upstream puts them. */
export function usageOf(source: Record<string, unknown>, rules: UsageRules = {}): Usage | undefined {
  const usage = readUsage(source.usage) ?? (rules.usagePath ? readUsage(at(source, rules.usagePath)) : undefined);
  return usage && rules.reasoningApart ? withReasoning(usage) : usage;
}

/**
 * xAI counts reasoning beside `completion_tokens`, OpenAI inside them. The sum proves which it is; a usage whose parts
 * already make up the total stays as it came.
 */
function withReasoning(usage: Usage): Usage {
  const reasoning = usage.completion_tokens_details?.reasoning_tokens ?? 0;
  const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = usage;
  if (reasoning === 0 || prompt + completion + reasoning !== total) return usage;
  return { ...usage, completion_tokens: completion + reasoning };
}

function at(source: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), source);
}

function isUsage(value: unknown): value is Usage {
  return isRecord(value) && typeof value.prompt_tokens === 'number' && typeof value.total_tokens === 'number';
}
