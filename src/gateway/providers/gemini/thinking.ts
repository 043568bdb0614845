import type { ThinkingConfig } from '../../gemini/generate-content.types.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import type { ModelTraits, ThinkingLevel, ThinkingTraits } from './model-traits.js';

/** OpenAI's efforts in Gemini's levels; what a model does not have becomes the next one above. */
const LEVELS: Readonly<Record<string, ThinkingLevel>> = {
  none: 'MINIMAL',
  minimal: 'MINIMAL',
  low: 'LOW',
  medium: 'MEDIUM',
  high: 'HIGH',
  xhigh: 'HIGH',
  max: 'HIGH',
};
/** The same in tokens, as Gemini's OpenAI-compatible API has it (https://ai.google.dev/gemini-api/docs/openai). */
const BUDGETS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 1_024,
  low: 1_024,
  medium: 8_192,
  high: 24_576,
  xhigh: 24_576,
  max: 24_576,
};
/** Efforts that Gemini has by another name, or not at all. */
const INEXACT = new Set(['xhigh', 'max']);

/** `reasoning_effort` and `reasoning_format` as the model takes them. Thoughts are asked for: they cost the same. */
export function thinkingConfig(
  request: ChatRequest,
  { thinking }: ModelTraits,
  draft: RequestDraft,
): ThinkingConfig | undefined {
  const { reasoning_effort: effort, reasoning_format: format } = request;
  if (!thinking) {
    if (typeof effort === 'string') draft.filter('reasoning_effort');
    if (typeof format === 'string') draft.filter('reasoning_format');
    return undefined;
  }
  if (format === 'raw') draft.filter('reasoning_format');
  return { includeThoughts: format !== 'hidden', ...(typeof effort === 'string' && amount(effort, thinking, draft)) };
}

function amount(effort: string, thinking: ThinkingTraits, draft: RequestDraft): ThinkingConfig {
  const known = Object.hasOwn(LEVELS, effort);
  if (!known) draft.filter('reasoning_effort');
  else if (INEXACT.has(effort)) draft.transform('reasoning_effort');
  if (!known) return {};
  return thinking.kind === 'level' ? level(effort, thinking.levels, draft) : budget(effort, thinking.least, draft);
}

function level(effort: string, levels: readonly ThinkingLevel[], draft: RequestDraft): ThinkingConfig {
  const wanted = LEVELS[effort] ?? 'HIGH';
  const thinkingLevel = levels.includes(wanted) ? wanted : (levels[0] ?? 'LOW');
  // No level is none at all.
  if (thinkingLevel !== wanted || effort === 'none') draft.transform('reasoning_effort');
  return { thinkingLevel };
}

function budget(effort: string, least: number, draft: RequestDraft): ThinkingConfig {
  const wanted = BUDGETS[effort] ?? 0;
  if (wanted < least) draft.transform('reasoning_effort');
  return { thinkingBudget: Math.max(wanted, least) };
}
