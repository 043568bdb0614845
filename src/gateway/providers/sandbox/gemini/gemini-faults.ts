import type { DialectFault, FaultDialect } from '../fault-dialect.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { RateLimitFault, StreamErrorFault } from '../sandbox-fault.js';
import type { StreamEvent, UpstreamAnswer } from '../upstream-answer.js';
import { errorBody, geminiHeaders, GeminiRefusal, refused, RPC } from './gemini-answers.js';

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Request contains an invalid argument.',
  401: 'Request had invalid authentication credentials.',
  403: 'The caller does not have permission',
  404: 'Requested entity was not found.',
  429: 'You exceeded your current quota, please check your plan and billing details.',
  500: 'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  503: 'The model is overloaded. Please try again later.',
  504: 'The request timed out. Please try again.',
};
const messageOf = (status: number): string => MESSAGES[status] ?? 'Internal error encountered.';

/** 429 with its wait among the details, as Google states it; a full queue is the API's 503. */
function rateLimit({ quota, window = 'minute', retryAfter, headers = {} }: RateLimitFault): UpstreamAnswer {
  if (quota === 'queue') return refused(new GeminiRefusal(503, messageOf(503), [], headers));
  const metric = quota === 'requests' ? 'generate_content_requests' : 'generate_content_input_token_count';
  const details = [
    { '@type': `${RPC}.QuotaFailure`, violations: [{ quotaMetric: metric, quotaId: `${metric}-per-${window}` }] },
    ...(retryAfter === undefined ? [] : [{ '@type': `${RPC}.RetryInfo`, retryDelay: `${retryAfter}s` }]),
  ];
  return refused(new GeminiRefusal(429, messageOf(429), details, headers));
}

function streamError({ statusCode, error }: StreamErrorFault): StreamEvent {
  const status = statusCode ?? 503;
  return { data: JSON.stringify(error ? { error } : errorBody(status, messageOf(status))) };
}

/** Another `finishReason` wherever there is one; null leaves it out. */
function editDocument(fault: DialectFault, document: JsonObject): JsonObject | undefined {
  const { candidates } = document;
  if (fault.kind !== 'finish-reason' || !Array.isArray(candidates)) return undefined;
  return {
    ...document,
    candidates: candidates.map((candidate: unknown) => {
      if (!isObject(candidate) || candidate['finishReason'] === undefined) return candidate;
      const { finishReason: _finish, ...rest } = candidate;
      return fault.value === null ? rest : { ...rest, finishReason: fault.value };
    }),
  };
}

/** Faults in Google's words. */
export const GEMINI_FAULTS: FaultDialect = {
  host: 'generativelanguage.googleapis.com',
  kinds: new Set(['finish-reason']),
  ping: ': ping\n\n',
  hollowEvent: { data: '{"candidates":null}' },
  headers: geminiHeaders,
  errorBody: (status) => errorBody(status, messageOf(status)),
  rateLimit,
  streamError,
  editDocument,
  editEvents: (_fault, events) => events,
};
