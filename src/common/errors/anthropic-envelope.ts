import { anthropicLimits } from '../http/anthropic-headers.js';
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

/** Anthropic's status, where it differs: 529 where others say 503 and of a full queue, 402 of an empty account. */
const STATUSES: Readonly<Record<string, number>> = { queue_exceeded: 529, insufficient_quota: 402 };

/** The body of an error, whole or as the data of a stream's `error` event. */
export interface AnthropicErrorBody {
  type: 'error';
  error: { type: string; message: string; details?: Readonly<Record<string, unknown>> };
  request_id: string;
}

export function anthropicError(error: GatewayError, requestId: string): AnthropicErrorBody {
  const status = statusOf(error);
  const type = TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const { details } = error;
  return {
    type: 'error',
    error: { type, message: messageOf(error), ...(details && { details }) },
    request_id: requestId,
  };
}

export function anthropicEnvelope(error: GatewayError, requestId: string): ErrorEnvelope {
  const limits = anthropicLimits(error.headers, Date.now());
  return {
    status: statusOf(error),
    headers: { 'request-id': requestId, ...limits, ...error.headers },
    body: anthropicError(error, requestId),
  };
}

function statusOf({ status, code }: GatewayError): number {
  return STATUSES[code] ?? (status === 503 ? 529 : status);
}

/** Anthropic's errors have no `param`: the message begins with the field, unless it names it anyway. */
function messageOf(error: GatewayError): string {
  const { message, param, code, wireCode } = error;
  if (code === 'context_length_exceeded' || wireCode === 'context_length_exceeded') return promptTooLong(message);
  return param === null || message.includes(param) ? message : `${param}: ${message}`;
}

/** Cerebras' and OpenAI's words for a prompt that is too long: its length and the limit, in either order. */
const LENGTH_FIRST = /length is (\d+)\D+limit is (\d+)/i;
const LIMIT_FIRST = /maximum context length is (\d+)\D+?(\d+) tokens/i;
const TOO_LONG = 'prompt is too long';

/** The words by which Claude Code knows that it has to shorten the conversation. */
function promptTooLong(message: string): string {
  if (message.startsWith(TOO_LONG)) return message;
  const [, length, limit] = LENGTH_FIRST.exec(message) ?? [];
  if (length !== undefined) return `${TOO_LONG}: ${length} tokens > ${limit} maximum`;
  const [, most, asked] = LIMIT_FIRST.exec(message) ?? [];
  return most === undefined ? `${TOO_LONG}: ${message}` : `${TOO_LONG}: ${asked} tokens > ${most} maximum`;
}
