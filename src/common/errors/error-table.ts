/** Whose fault an error is: the caller's, a rule of this gateway's owner, the upstream's, or the gateway's own. */
export type FaultDomain = 'caller' | 'policy' | 'upstream' | 'gateway';

export interface ErrorKind {
  /** HTTP status of the answer. */
  readonly status: number;
  /** OpenAI's `error.type`. */
  readonly type: string;
  /** Whether the same request may succeed if it is sent again. */
  readonly retryable: boolean;
  readonly fault: FaultDomain;
  /** Leaves out the flat copy of the error's fields beside `error` (see OpenAiErrorBody). */
  readonly nestedOnly?: true;
}

const caller = (status: number, type = 'invalid_request_error'): ErrorKind => ({
  status,
  type,
  retryable: false,
  fault: 'caller',
});
const upstream = (status: number, retryable: boolean, type = 'server_error'): ErrorKind => ({
  status,
  type,
  retryable,
  fault: 'upstream',
});
const policy = (status: number, type = 'permission_error', retryable = false): ErrorKind => ({
  status,
  type,
  retryable,
  fault: 'policy',
});
const gateway = (status: number, retryable: boolean): ErrorKind => ({
  status,
  type: 'server_error',
  retryable,
  fault: 'gateway',
});

/**
 * Every error that Asbru answers with, by its `error.code`.
 * Statuses and types follow OpenAI's API; a code that OpenAI does not have is Asbru's own.
 */
export const ERRORS = {
  // What is wrong with the request itself.
  invalid_json: caller(400),
  invalid_type: caller(400),
  invalid_value: caller(400),
  missing_required_parameter: caller(400),
  unsupported_parameter: caller(400),
  unsupported_value: caller(400),
  string_above_max_length: caller(400),
  string_below_min_length: caller(400),
  array_above_max_length: caller(400),
  empty_array: caller(400),
  integer_above_max_value: caller(400),
  integer_below_min_value: caller(400),
  decimal_above_max_value: caller(400),
  decimal_below_min_value: caller(400),
  context_length_exceeded: caller(400),
  invalid_image_url: caller(400),
  unsupported_image_input: caller(400),
  invalid_request: caller(400),
  request_loop: caller(400),
  unsupported_operation: { ...caller(400, 'UnsupportedOperationError'), nestedOnly: true },
  invalid_api_key: caller(401),
  previous_response_not_found: caller(400),
  model_not_found: caller(404),
  not_found: caller(404),
  method_not_allowed: caller(405),
  conflict: caller(409),
  request_too_large: caller(413),
  unsupported_media_type: caller(415),
  expectation_failed: caller(417),
  misdirected_request: caller(421),
  headers_too_large: caller(431),
  client_closed_request: caller(499),

  // What the owner of this gateway does not allow, or not now.
  missing_required_headers: policy(400, 'invalid_request_error'),
  budget_exceeded: policy(402, 'insufficient_quota'),
  model_not_allowed: policy(403),
  provider_not_allowed: policy(403),
  scope_not_allowed: policy(403),
  network_not_allowed: policy(403),
  policy_denied: policy(403),
  model_not_priced: policy(403),
  permission_denied: policy(403),
  // On the wire `rate_limit_exceeded`, as the upstream's.
  own_rate_limit_exceeded: policy(429, 'rate_limit_error', true),
  concurrency_limit_exceeded: policy(429, 'rate_limit_error', true),

  // What the upstream said or did.
  upstream_invalid_request: upstream(400, false, 'invalid_request_error'),
  rate_limit_exceeded: upstream(429, true, 'rate_limit_error'),
  queue_exceeded: upstream(429, true),
  insufficient_quota: upstream(429, false, 'insufficient_quota'),
  upstream_timeout_status: upstream(408, true, 'timeout_error'),
  upstream_auth_error: upstream(502, false),
  upstream_error: upstream(502, true),
  upstream_truncated: upstream(502, true),
  upstream_invalid_response: upstream(502, true),
  upstream_redirect: upstream(502, false),
  upstream_unreachable: upstream(502, true),
  upstream_unavailable: upstream(503, true),
  upstream_timeout: upstream(504, true),

  // The gateway itself.
  internal_error: gateway(500, false),
  egress_denied: gateway(502, false),
  overloaded: gateway(503, true),
  server_draining: gateway(503, true),
  storage_unavailable: gateway(503, true),
  limiter_unavailable: gateway(503, true),
  keys_unavailable: gateway(503, true),
  ledger_unavailable: gateway(503, true),
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERRORS;
