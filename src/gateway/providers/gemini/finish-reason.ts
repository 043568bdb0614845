import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { FinishReason } from '../../openai/chat.types.js';

const REASONS: Readonly<Record<string, FinishReason>> = {
  MAX_TOKENS: 'length',
  // The limit of one request, with more to come in another.
  CONTINUATION: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};
/** Ends that are failures of the model: another try may do better. */
const FAILURES = new Set([
  'MALFORMED_FUNCTION_CALL',
  'UNEXPECTED_TOOL_CALL',
  'TOO_MANY_TOOL_CALLS',
  'MALFORMED_RESPONSE',
]);

/** OpenAI's word for how a candidate ended. @throws GatewayError 502 when it ended in a failure */
export function readFinishReason(reason: string, calledTools: boolean, provider: string): FinishReason {
  if (FAILURES.has(reason)) {
    throw new GatewayError('upstream_invalid_response', `${provider} ended its answer with ${reason}.`);
  }
  return REASONS[reason] ?? (calledTools ? 'tool_calls' : 'stop');
}
