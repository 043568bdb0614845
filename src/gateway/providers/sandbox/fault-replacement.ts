import { edgeHeaders } from './edge-headers.js';
import { isObject } from './json-value.js';
import { quotaExceeded } from './rate-limits.js';
import type { NeverFault, RateLimitFault, ReplacingFault, StatusFault, WireEnd } from './sandbox-fault.js';
import { type FlatError, SandboxRefusal } from './sandbox-refusal.js';
import { refusalAnswer, type UpstreamAnswer } from './upstream-answer.js';

/** An answer that takes the place of the API's own. */
export interface Replacement {
  answer: UpstreamAnswer;
  /** Sent as they stand, each in a write of its own, instead of the answer's frames or body. */
  raw?: Array<string | Uint8Array>;
  gapMs?: number;
  end?: WireEnd;
}

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
export function errorBody(status: number): FlatError | { detail: string } {
  return BODIES[status] ?? SERVER_ERROR;
}

function contentTypeOf(headers: Readonly<Record<string, string>> | undefined): string | undefined {
  const name = Object.keys(headers ?? {}).find((key) => key.toLowerCase() === 'content-type');
  return name === undefined ? undefined : headers?.[name];
}

function respond(
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): UpstreamAnswer {
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  const all = [...edgeHeaders(contentTypeOf(headers) ?? contentType), ...others.flat()];
  return { status, headers: all, body, ticks: 0 };
}

function statusAnswer({ status, body = errorBody(status), shape, headers }: StatusFault): UpstreamAnswer {
  if (typeof body === 'string') return respond(status, 'text/plain', body, headers);
  const wrapped = shape === 'nested' && !(isObject(body) && 'error' in body) ? { error: body } : body;
  return respond(status, 'application/json', JSON.stringify(wrapped), headers);
}

const QUEUE_EXCEEDED = flat(
  "We're experiencing high traffic right now! Please try again soon.",
  'too_many_requests_error',
  'queue',
  'queue_exceeded',
);

function rateLimitAnswer({ quota, window = 'minute', retryAfter, headers }: RateLimitFault): UpstreamAnswer {
  const all = { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  if (quota === 'queue') return refusalAnswer(new SandboxRefusal(429, QUEUE_EXCEEDED, all));
  return refusalAnswer(quotaExceeded(quota, window, all));
}

function page(status: number): string {
  const title = `api.cerebras.ai | ${status}: ${status === 200 ? 'Welcome' : 'Bad gateway'}`;
  return `<!DOCTYPE html>\n<html lang="en-US">\n<head><title>${title}</title></head>\n<body><h1>Error ${status}</h1><p>cloudflare</p></body>\n</html>\n`;
}

/** The answer that a fault puts in the place of the API's own. */
export function replacementFor(fault: Exclude<ReplacingFault, NeverFault>): Replacement {
  switch (fault.kind) {
    case 'status':
      return { answer: statusAnswer(fault) };
    case 'rate-limit':
      return { answer: rateLimitAnswer(fault) };
    case 'html':
      return { answer: respond(fault.status, 'text/html; charset=UTF-8', page(fault.status)) };
    case 'redirect':
      return { answer: respond(307, 'text/plain', '', { location: fault.location }) };
    case 'raw-body':
      return {
        answer: respond(fault.status ?? 200, fault.contentType ?? 'application/json', '', fault.headers),
        raw: [fault.body],
      };
    default:
      return {
        answer: respond(200, 'text/event-stream; charset=utf-8', '', fault.headers),
        raw: fault.frames,
        gapMs: fault.gapMs,
        end: fault.ending,
      };
  }
}
