import { editChatDocument, editChatEvents } from './chat-fault-edits.js';
import { edgeHeaders } from './edge-headers.js';
import type { FaultDialect } from './fault-dialect.js';
import { quotaExceeded } from './rate-limits.js';
import type { RateLimitFault, StreamErrorFault } from './sandbox-fault.js';
import { type FlatError, SandboxRefusal } from './sandbox-refusal.js';
import { refusalAnswer, type StreamEvent, type UpstreamAnswer } from './upstream-answer.js';

const flat = (message: string, type: string, param = '', code = ''): FlatError => ({ message, type, param, code });

/** What Cerebras says with each status (wire.md 1.7; 402, 408, 422 and 5xx are documented statuses of inferred shape). */
const BODIES: Readonly<Record<number, FlatError | { detail: string }>> = {
  400: flat('Bad request.', 'invalid_request_error', 'validation_error', 'wrong_api_format'),
  401: flat('Wrong API Key', 'invalid_request_error', 'api_key', 'wrong_api_key'),
  402: flat('Payment required to access this resource.', 'payment_required_error', 'quota', 'payment_required'),
  403: { detail: 'Not authenticated' },
  404: flat('Model X does not exist or you do not have access to it.', 'not_found_error', 'model', 'model_not_found'),
  408: flat('Request timed out.', 'request_timeout_error'),
  413: flat('Total request size exceeds maximum', 'content_too_large', 'validation_error', 'content_too_large'),
  422: flat('Unprocessable entity.', 'invalid_request_error', 'validation_error', 'wrong_api_format'),
  429: flat(
    'Requests per minute limit exceeded - too many requests sent.',
    'too_many_requests_error',
    'quota',
    'request_quota_exceeded',
  ),
  503: flat('Service temporarily unavailable.', 'server_error', '', 'service_unavailable'),
};

const SERVER_ERROR = flat('Encountered a server error, please try again.', 'server_error');

/** The flat error that suits a status. */
function errorBody(status: number): FlatError | { detail: string } {
  return BODIES[status] ?? SERVER_ERROR;
}

const QUEUE_EXCEEDED = flat(
  "We're experiencing high traffic right now! Please try again soon.",
  'too_many_requests_error',
  'queue',
  'queue_exceeded',
);

function rateLimit({ quota, window = 'minute', retryAfter, headers }: RateLimitFault): UpstreamAnswer {
  const all = { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  if (quota === 'queue') return refusalAnswer(new SandboxRefusal(429, QUEUE_EXCEEDED, all));
  return refusalAnswer(quotaExceeded(quota, window, all));
}

function streamError({ statusCode, error, event }: StreamErrorFault): StreamEvent {
  const status = statusCode === undefined ? 500 : statusCode;
  const body = error ?? { ...errorBody(status ?? 500), id: '' };
  const data = JSON.stringify({ error: body, ...(status !== null && { status_code: status }) });
  return event ? { event: 'error', data } : { data };
}

/** Faults in Cerebras' words. */
export const CEREBRAS_FAULTS: FaultDialect = {
  host: 'api.cerebras.ai',
  kinds: new Set(['usage-chunk', 'finish-reason', 'tool-delta', 'chat-shape']),
  ping: ': ping\n\n',
  hollowEvent: { data: '{"id":"chatcmpl-null","choices":null,"object":"chat.completion.chunk"}' },
  headers: edgeHeaders,
  errorBody,
  rateLimit,
  streamError,
  editDocument: editChatDocument,
  editEvents: editChatEvents,
};
