import type { UpstreamAnswer } from '../upstream-answer.js';

/** Google's canonical `error.status` by HTTP status. */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
export const RPC = 'type.googleapis.com/google.rpc';

/** An answer that is not 200, thrown from wherever a request turns out to be refused. */
export class GeminiRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: readonly object[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** 400 in the API's own words. */
export function invalid(message: string): GeminiRefusal {
  return new GeminiRefusal(400, message);
}

export function errorBody(status: number, message: string, details: readonly object[] = []): object {
  const named = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message, status: named, ...(details.length > 0 && { details }) } };
}

const CONSTANT = Object.entries({
  vary: 'Origin, X-Origin, Referer',
  server: 'scaffolding on HTTPServer2',
  'x-xss-protection': '0',
  'x-frame-options': 'SAMEORIGIN',
  'x-content-type-options': 'nosniff',
  'alt-svc': 'h3=":443"; ma=2592000',
}).flat();

/** What Google's edge adds to every answer. */
export function geminiHeaders(contentType: string): string[] {
  return ['content-type', contentType, ...CONSTANT];
}

export function refused({ status, message, details, headers }: GeminiRefusal): UpstreamAnswer {
  return {
    status,
    headers: [...geminiHeaders('application/json; charset=UTF-8'), ...Object.entries(headers).flat()],
    body: JSON.stringify(errorBody(status, message, details), null, 2),
    ticks: 0,
  };
}

export function wholeAnswer(document: unknown, ticks = 0): UpstreamAnswer {
  return {
    status: 200,
    headers: geminiHeaders('application/json; charset=UTF-8'),
    body: `${JSON.stringify(document, null, 2)}\n`,
    ticks,
  };
}

/** Events without names and without an end mark. */
export function eventAnswer(documents: readonly object[]): UpstreamAnswer {
  const frames = documents.map((document) => JSON.stringify(document));
  return { status: 200, headers: geminiHeaders('text/event-stream'), frames, body: '', ticks: frames.length };
}
