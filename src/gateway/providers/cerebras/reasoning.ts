import { isRecord } from '../../../common/json/is-record.js';
import { asNumber } from '../../../common/json/raw-json.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import type { ModelTraits } from './model-traits.js';

/** OpenAI's efforts that Cerebras does not have, and the nearest that it has. */
const NEAREST_EFFORT: Readonly<Record<string, string>> = { minimal: 'low', xhigh: 'high', max: 'high' };

/** `reasoning_effort`, `reasoning_format` and `disable_reasoning` as the model takes them (wire.md 1.9 and 1.12). */
export function writeReasoning(request: ChatRequest, traits: ModelTraits, draft: RequestDraft): void {
  if (typeof request.reasoning_effort === 'string') writeEffort(request.reasoning_effort, traits, draft);
  if (request.disable_reasoning === true) disableReasoning(traits, draft);
  // Without `parsed` a model may put its thoughts into the content.
  draft.body.reasoning_format = chosenFormat(request, traits, draft);
}

/** `disable_reasoning` was removed from the API in 2026-07; effort `none` means the same where the model has it. */
function disableReasoning({ efforts }: ModelTraits, draft: RequestDraft): void {
  if (efforts && !efforts.includes('none')) return draft.filter('disable_reasoning');
  draft.transform('disable_reasoning');
  draft.body.reasoning_effort = 'none';
}

function writeEffort(asked: string, { efforts }: ModelTraits, draft: RequestDraft): void {
  const effort = NEAREST_EFFORT[asked] ?? asked;
  if (efforts && !efforts.includes(effort)) return draft.filter('reasoning_effort');
  if (effort !== asked) draft.transform('reasoning_effort');
  draft.body.reasoning_effort = effort;
}

function chosenFormat(request: ChatRequest, traits: ModelTraits, draft: RequestDraft): string {
  const asked = request.reasoning_format;
  if (typeof asked !== 'string' || asked === 'none') return 'parsed';
  const rawWithJson = asked === 'raw' && wantsJson(draft.body.response_format);
  if (!rawWithJson && (traits.reasoningFormats?.includes(asked) ?? true)) return asked;
  draft.filter('reasoning_format');
  return 'parsed';
}

function wantsJson(format: unknown): boolean {
  return isRecord(format) && format.type !== 'text';
}

/** `prediction` only makes an answer faster, so it gives way to what it cannot go with (wire.md 1.3). */
export function writePrediction(request: ChatRequest, draft: RequestDraft): void {
  if (!isRecord(request.prediction)) return;
  const { body } = draft;
  if (body.tools !== undefined || body.logprobs === true || (asNumber(body.n) ?? 1) > 1) draft.filter('prediction');
  else body.prediction = request.prediction;
}
