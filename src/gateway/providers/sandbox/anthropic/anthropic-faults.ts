import type { DialectFault, FaultDialect } from '../fault-dialect.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { RateLimitFault, StreamErrorFault } from '../sandbox-fault.js';
import type { StreamEvent, UpstreamAnswer } from '../upstream-answer.js';
import { AnthropicRefusal, anthropicHeaders, errorTypeOf, newId, refused } from './anthropic-answers.js';

const MESSAGES: Readonly<Record<number, string>> = {
  400: 'Bad request.',
  401: 'invalid x-api-key',
  402: 'Your credit balance is too low to access the Anthropic API.',
  403: 'Your API key does not have permission to use the specified resource.',
  404: 'model: unknown',
  408: 'Request timed out.',
  413: 'Request exceeds the maximum size',
  429: 'Number of requests has exceeded your per-minute rate limit.',
  504: 'Request timed out.',
  529: 'Overloaded',
};

const messageOf = (status: number): string => MESSAGES[status] ?? 'Internal server error';

function errorBody(status: number): object {
  const error = { type: errorTypeOf(status), message: messageOf(status) };
  return { type: 'error', error, request_id: newId('req') };
}

/** 429 with its wait; a full queue is the API's 529. */
function rateLimit({ quota, window = 'minute', retryAfter, headers }: RateLimitFault): UpstreamAnswer {
  const all = { ...headers, ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }) };
  if (quota === 'queue') return refused(new AnthropicRefusal(529, 'Overloaded', all));
  const what = quota === 'requests' ? 'requests' : 'request tokens';
  return refused(new AnthropicRefusal(429, `Number of ${what} has exceeded your per-${window} rate limit.`, all));
}

/** Always a named event: the API has no other. */
function streamError({ statusCode, error }: StreamErrorFault): StreamEvent {
  const status = statusCode ?? 529;
  const body = error ?? { type: errorTypeOf(status), message: messageOf(status) };
  return { event: 'error', data: JSON.stringify({ type: 'error', error: body, request_id: newId('req') }) };
}

/** Another `stop_reason`, whole or in `message_delta`; null leaves it null, as in an answer that never came to its end. */
function editDocument(fault: DialectFault, document: JsonObject): JsonObject | undefined {
  if (fault.kind !== 'finish-reason') return undefined;
  const { delta } = document;
  if (document['type'] === 'message') return { ...document, stop_reason: fault.value };
  if (document['type'] !== 'message_delta' || !isObject(delta)) return undefined;
  return { ...document, delta: { ...delta, stop_reason: fault.value } };
}

/** Faults in Anthropic's words. */
export const ANTHROPIC_FAULTS: FaultDialect = {
  host: 'api.anthropic.com',
  kinds: new Set(['finish-reason']),
  ping: 'event: ping\ndata: {"type": "ping"}\n\n',
  hollowEvent: { event: 'content_block_delta', data: '{"type":"content_block_delta","index":0,"delta":null}' },
  headers: anthropicHeaders,
  errorBody,
  rateLimit,
  streamError,
  editDocument,
  editEvents: (_fault, events) => events,
};
