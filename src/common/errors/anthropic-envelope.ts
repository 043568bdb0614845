import type { ErrorEnvelope } from './error-envelope.types.js';
import type { GatewayError } from './gateway-error.js';

/** Anthropic's `error.type` by HTTP status (https://docs.anthropic.com/en/api/errors). */
const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** The body of an error, whole or as the data of a stream's `error` event. */
export interface AnthropicErrorBody {
  type: 'error';
  error: { type: string; message: string };
  request_id: string;
}

export function anthropicError(error: GatewayError, requestId: string): AnthropicErrorBody {
  const status = statusOf(error);
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message: error.message }, request_id: requestId };
}

export function anthropicEnvelope(error: GatewayError, requestId: string): ErrorEnvelope {
  return {
    status: statusOf(error),
    headers: { 'request-id': requestId, ...error.headers },
    body: anthropicError(error, requestId),
  };
}

/** Anthropic says 529 where others say 503, and of a full queue. */
function statusOf({ status, code }: GatewayError): number {
  return status === 503 || code === 'queue_exceeded' ? 529 : status;
}
