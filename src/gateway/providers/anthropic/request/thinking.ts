import { isRecord } from '../../../../common/json/is-record.js';
import { asNumber } from '../../../../common/json/raw-json.js';
import type { ChatRequest } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import type { ClaudeTraits } from '../claude-traits.js';
import { setOutput } from './output-config.js';

/** Tokens for each effort, within the bounds by which a budget is read as an effort (wire.md 4.7). */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1_024,
  low: 2_048,
  medium: 8_192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};
const MIN_BUDGET = 1_024;

/** Efforts that a model may lack, and the nearest that it has. */
const NEAREST: Readonly<Record<string, readonly string[]>> = {
  minimal: ['low'],
  xhigh: ['max', 'high'],
  max: ['xhigh', 'high'],
};

/** `reasoning_effort` as the model's thinking, or the caller's own `thinking` as it came. */
export function writeThinking(request: ChatRequest, traits: ClaudeTraits, draft: RequestDraft): void {
  const { thinking, reasoning_effort: effort } = request;
  if (isRecord(thinking)) {
    draft.body.thinking = thinking;
    if (typeof effort === 'string') draft.filter('reasoning_effort');
    return;
  }
  if (typeof effort !== 'string') return;
  if (effort === 'none') return withoutThinking(traits, draft);
  if (traits.thinking === undefined) return draft.filter('reasoning_effort');
  // Whoever must call has no time to think; a model that always thinks sees to that itself.
  if (forcesTool(draft) && !traits.alwaysThinks) return draft.filter('reasoning_effort');
  if (traits.thinking === 'budget') writeBudget(effort, draft);
  else writeAdaptive(effort, traits, draft);
}

function withoutThinking({ alwaysThinks, hidesThoughts }: ClaudeTraits, draft: RequestDraft): void {
  if (alwaysThinks) draft.filter('reasoning_effort');
  else if (hidesThoughts) draft.body.thinking = { type: 'disabled' };
}

function forcesTool({ body }: RequestDraft): boolean {
  const choice = body.tool_choice;
  return isRecord(choice) && (choice.type === 'any' || choice.type === 'tool');
}

function writeAdaptive(effort: string, { efforts, hidesThoughts }: ClaudeTraits, draft: RequestDraft): void {
  const known = [effort, ...(NEAREST[effort] ?? [])].find((name) => efforts.includes(name));
  if (known === undefined) return draft.filter('reasoning_effort');
  if (known !== effort) draft.transform('reasoning_effort');
  // The caller of a chat shows the thoughts of every model alike.
  draft.body.thinking = { type: 'adaptive', ...(hidesThoughts && { display: 'summarized' }) };
  setOutput(draft, { effort: known });
}

/** The budget is a part of `max_tokens`, and thoughts before a call must be sent back with its result. */
function writeBudget(effort: string, draft: RequestDraft): void {
  const wanted = Object.hasOwn(BUDGETS, effort) ? BUDGETS[effort] : undefined;
  const budget = Math.min(wanted ?? 0, (asNumber(draft.body.max_tokens) ?? 0) - 1);
  if (budget < MIN_BUDGET || !canGoOn(draft.body.messages)) return draft.filter('reasoning_effort');
  if (budget !== wanted) draft.transform('reasoning_effort');
  draft.body.thinking = { type: 'enabled', budget_tokens: budget };
}

/** Whether the turn whose calls are answered now begins with its thoughts, or no call is. */
function canGoOn(messages: unknown): boolean {
  if (!Array.isArray(messages)) return true;
  const [turn, results]: unknown[] = messages.slice(-2);
  return !firstBlock(results, 'tool_result') || firstBlock(turn, 'thinking') || firstBlock(turn, 'redacted_thinking');
}

function firstBlock(turn: unknown, type: string): boolean {
  const block: unknown = isRecord(turn) && Array.isArray(turn.content) ? turn.content[0] : undefined;
  return isRecord(block) && block.type === type;
}
