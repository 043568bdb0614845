import type { ErrorCode } from '../../../common/errors/error-table.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import { StaleConnectionError } from '../../../common/http/upstream-errors.js';

/**
 * What follows a failed attempt:
 * - `stop`: nobody else is to be asked, because the gateway refused it, or by policy;
 * - `retry`: a passing failure of the target, which another may not have, and itself not for long;
 * - `limited`: the target's quota is used up: it is left alone for as long as it says;
 * - `key`: the credential was refused: it is retired, with an alarm;
 * - `silent`: the model did not answer in time: its route is not tried again for this request;
 * - `stale`: a kept connection had been closed: it is asked again at once, and nobody is to blame;
 * - `model`: this model refused the request and would again, another may take it.
 */
export type FailureVerdict = 'stop' | 'retry' | 'limited' | 'key' | 'silent' | 'stale' | 'model';

const VERDICTS: Partial<Record<ErrorCode, FailureVerdict>> = {
  rate_limit_exceeded: 'limited',
  queue_exceeded: 'limited',
  insufficient_quota: 'key',
  upstream_auth_error: 'key',
  upstream_timeout: 'silent',
  upstream_timeout_status: 'silent',
  upstream_invalid_request: 'model',
  request_too_large: 'model',
  context_length_exceeded: 'model',
  model_not_found: 'model',
  unsupported_image_input: 'model',
  // Nothing was sent, and nothing will be until the configuration changes.
  egress_denied: 'model',
  upstream_error: 'retry',
  upstream_truncated: 'retry',
  upstream_unreachable: 'retry',
  upstream_unavailable: 'retry',
  upstream_invalid_response: 'retry',
  upstream_redirect: 'retry',
};

export interface FailurePolicy {
  /** Whether a refusal by the upstream's content filter may go to another target. */
  readonly fallbackOnContentFilter: boolean;
}

/** Decides by the error alone; what is unknown is the caller's or the gateway's, and stops. */
export function verdictOn(error: GatewayError, { fallbackOnContentFilter }: FailurePolicy): FailureVerdict {
  if (isContentFilter(error)) return fallbackOnContentFilter ? 'model' : 'stop';
  if (error.cause instanceof StaleConnectionError) return 'stale';
  return VERDICTS[error.code] ?? 'stop';
}

/** Whether the failure says that the target is unwell. A limit, a refused key or a long prompt do not. */
export function blamesTarget(verdict: FailureVerdict): boolean {
  return verdict === 'retry' || verdict === 'silent';
}

/** Whether another target is to be asked before this one again. A limit without a wait keeps nobody away by itself. */
export function comesLast(verdict: FailureVerdict, waitMs: number): boolean {
  return verdict === 'retry' || (verdict === 'limited' && waitMs === 0);
}

function isContentFilter({ wireCode }: GatewayError): boolean {
  return wireCode === 'content_filter' || wireCode === 'content_policy_violation';
}
