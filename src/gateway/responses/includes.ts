import type { ResponsesRequest } from './responses.types.js';

const REASONING = 'reasoning.encrypted_content';
const LOGPROBS = 'message.output_text.logprobs';

/** The values of `include` that have an effect here. The others ask for results of tools that only OpenAI hosts. */
export const HONOURED_INCLUDES: ReadonlySet<unknown> = new Set([REASONING, LOGPROBS]);

/** Whether reasoning items shall carry a token that restores them when they are sent back. */
export function wantsSealedReasoning({ include }: ResponsesRequest): boolean {
  return include?.includes(REASONING) ?? false;
}

/** Whether `output_text` parts shall carry the logprobs of their tokens. */
export function wantsLogprobs({ include }: ResponsesRequest): boolean {
  return include?.includes(LOGPROBS) ?? false;
}
