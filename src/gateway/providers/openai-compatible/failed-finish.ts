import { GatewayError } from '../../../common/errors/gateway-error.js';

/**
 * Finish reasons that say that the answer failed: `error` (Mistral, OpenRouter), `insufficient_system_resource` (DeepSeek),
 * `abort` (vLLM, SGLang). As `stop` they would pass for a whole answer.
 */
const FAILED = new Set<unknown>(['error', 'abort', 'insufficient_system_resource']);

/** @throws GatewayError when the finish reason is a failure */
export function assertNotFailed(reason: unknown): void {
  if (!FAILED.has(reason)) return;
  throw new GatewayError('upstream_error', `The upstream broke its answer off (finish_reason '${String(reason)}').`);
}
