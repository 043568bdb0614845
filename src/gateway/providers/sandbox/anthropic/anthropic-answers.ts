import { randomBytes } from 'node:crypto';
import type { StreamEvent, UpstreamAnswer } from '../upstream-answer.js';

/** `error.type` by HTTP status (wire.md 4.5). */
const TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  415: 'invalid_request_error',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** An answer that is not 200, thrown from wherever a request turns out to be refused. */
export class AnthropicRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** 400 in the API's own words. */
export function invalid(message: string): AnthropicRefusal {
  return new AnthropicRefusal(400, message);
}

export function errorTypeOf(status: number): string {
  return TYPES[status] ?? 'api_error';
}

/** An id such as `msg_01…`, as long as the real ones. */
export function newId(prefix: 'msg' | 'req' | 'toolu'): string {
  const random = randomBytes(18).toString('base64url').replace(/[-_]/g, 'x').slice(0, 22);
  return `${prefix}_01${random}`;
}

/** The body of an error; the id is also the `request-id` header. */
export function errorBody(type: string, message: string, requestId: string): string {
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId });
}

const CONSTANT = Object.entries({
  'anthropic-organization-id': '0b5c1e2f-0000-4000-8000-5a0db0c5a0db',
  server: 'cloudflare',
  'cf-cache-status': 'DYNAMIC',
  'x-robots-tag': 'none',
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
}).flat();

/** What the API's edge adds to every answer. */
export function anthropicHeaders(contentType: string, requestId = newId('req')): string[] {
  return ['content-type', contentType, 'request-id', requestId, ...CONSTANT];
}

export function refused(refusal: AnthropicRefusal): UpstreamAnswer {
  const id = newId('req');
  return {
    status: refusal.status,
    headers: [...anthropicHeaders('application/json', id), ...Object.entries(refusal.headers).flat()],
    body: errorBody(errorTypeOf(refusal.status), refusal.message, id),
    ticks: 0,
  };
}

export function wholeAnswer(document: object, headers: readonly string[] = [], ticks = 0): UpstreamAnswer {
  return {
    status: 200,
    headers: [...anthropicHeaders('application/json'), ...headers],
    body: JSON.stringify(document),
    ticks,
  };
}

export function eventAnswer(frames: StreamEvent[], headers: readonly string[]): UpstreamAnswer {
  return {
    status: 200,
    headers: [...anthropicHeaders('text/event-stream; charset=utf-8'), 'cache-control', 'no-cache', ...headers],
    frames,
    body: '',
    ticks: frames.length,
  };
}
