import { type PlannedChoice, planChat } from '../answer-plan.js';
import { SANDBOX_MODELS } from '../sandbox-models.js';
import type { ChatBody } from '../sandbox-types.js';
import { estimateTokens } from '../token-estimate.js';

export interface PlannedAnswer {
  readonly choices: PlannedChoice[];
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What a chat model would say; the words are those of the other sandboxes, the model here does not reason aloud. */
export function plan(body: ChatBody): PlannedAnswer {
  const like = SANDBOX_MODELS.get('gpt-oss-120b');
  if (!like) throw new Error('The sandbox has lost its model');
  const promptTokens = estimateTokens(JSON.stringify(body.messages));
  const model = { ...like, id: body.model, defaultEffort: 'none' };
  const maxTokens = body.max_completion_tokens ?? body.max_tokens ?? null;
  const choices = planChat({
    body: { ...body, disable_reasoning: true },
    model,
    promptTokens,
    imageTokens: 0,
    maxTokens,
  });
  return { choices, promptTokens, completionTokens: choices.reduce((sum, { tokens }) => sum + tokens, 0) };
}
