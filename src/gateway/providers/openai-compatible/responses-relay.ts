import type { Observable } from 'rxjs';
import { hopHeaders } from '../../../common/http/hops.js';
import type { UpstreamHeaders, UpstreamRequest } from '../../../common/http/upstream-client.js';
import type { Attempt } from '../attempt.js';
import type { NativeRequest } from '../provider.port.js';
import { openRelayStream } from '../relay/relay-stream.js';
import { openRelayWhole } from '../relay/relay-whole.js';
import { readUpstreamError } from './error-reader.js';
import { inspectResponse, ResponsesInspector } from './responses-inspector.js';
import { type AnswerReading, noteHead } from './upstream-answer.js';

export interface ResponsesRelayOptions {
  readonly provider: string;
  /** Where the Responses API is, below the base URL. */
  readonly path: string;
  readonly request: NativeRequest;
  readonly attempt: Attempt;
  readonly reading: AnswerReading;
}

/** A whole answer of an upstream that has the Responses API itself. */
export function relayResponse(options: ResponsesRelayOptions): Observable<string> {
  const { provider, attempt, reading } = options;
  return openRelayWhole(() => ({
    provider,
    attempt,
    reading,
    request: upstreamRequest(options),
    inspect: (text) => inspectResponse(provider, text, attempt.call.answerModel),
  }));
}

/** The frames of a streamed one, as they came. */
export function relayResponseStream(options: ResponsesRelayOptions): Observable<string> {
  const { provider, attempt, reading } = options;
  return openRelayStream(() => ({
    provider,
    attempt,
    request: upstreamRequest(options),
    inspector: new ResponsesInspector(provider, attempt.call.answerModel),
    noteHead: (status: number, headers: UpstreamHeaders) => noteHead(attempt, status, reading.headers(headers)),
    readError: (status: number, headers: UpstreamHeaders, body: string) =>
      readUpstreamError(provider, status, reading.headers(headers), body, reading.statuses),
  }));
}

function upstreamRequest({ path, request, attempt }: ResponsesRelayOptions): UpstreamRequest {
  const { key, traceHeaders, call } = attempt;
  const own = { ...key.headers, ...traceHeaders, ...hopHeaders(call.hops), 'content-type': 'application/json' };
  return {
    method: 'POST',
    path,
    headers: { ...request.headers, ...own },
    body: JSON.stringify({ ...request.body, model: request.model }),
  };
}
