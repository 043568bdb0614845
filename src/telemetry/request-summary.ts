import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CallContext } from '../common/context/call-context.js';
import { isRecord } from '../common/json/is-record.js';

/** How a request ended, in words that an alert can be built on. */
export type RequestOutcome =
  'ok' | 'caller_error' | 'policy_refusal' | 'upstream_error' | 'gateway_error' | 'client_closed';

/** The kind of request, from a fixed list: the route's pattern decides, never the caller's text. */
export type RequestOperation =
  | 'chat'
  | 'completions'
  | 'responses'
  | 'messages'
  | 'generate_content'
  | 'models'
  | 'other'
  | 'embeddings'
  | 'images'
  | 'speech'
  | 'transcriptions'
  | 'translations'
  | 'moderations'
  | 'files'
  | 'batches';

/** What is known of a request when its socket is done with it. */
export interface RequestSummary {
  readonly method: string;
  /** The route's pattern; undefined when there is no such route. */
  readonly route: string | undefined;
  readonly operation: RequestOperation;
  /** Of the answer; 499 when the client went away before there was one. */
  readonly status: number;
  readonly durationMs: number;
  /** Whether the connection closed before the answer's end. */
  readonly aborted: boolean;
  /** Whether the head of an answer was sent. */
  readonly answered: boolean;
  readonly outcome: RequestOutcome;
  /** Whether the caller asked for a stream. */
  readonly stream: boolean;
  readonly call: CallContext | undefined;
}

const CLIENT_CLOSED = 499;
const OPERATIONS: ReadonlyArray<readonly [pattern: RegExp, operation: RequestOperation]> = [
  [/\/chat\/completions$/, 'chat'],
  [/\/completions$/, 'completions'],
  [/\/responses$/, 'responses'],
  [/\/messages$/, 'messages'],
  [/\/(?:stream)?generateContent\//i, 'generate_content'],
  [/\/models(\/|$)/, 'models'],
  [/^\/v1\/embeddings$/, 'embeddings'],
  [/^\/v1\/images\//, 'images'],
  [/^\/v1\/audio\/speech$/, 'speech'],
  [/^\/v1\/audio\/transcriptions$/, 'transcriptions'],
  [/^\/v1\/audio\/translations$/, 'translations'],
  [/^\/v1\/moderations$/, 'moderations'],
  [/^\/v1\/files(\/|$)/, 'files'],
  [/^\/v1\/batches(\/|$)/, 'batches'],
];
/** Holds one entry for each route of the application. */
const operationByRoute = new Map<string, RequestOperation>();

/** Looks once at a finished request, for the log, the metrics and the trace. */
export function summarise(request: FastifyRequest, reply: FastifyReply): RequestSummary {
  const { call } = request;
  const answered = reply.raw.headersSent;
  const aborted = !reply.raw.writableFinished;
  const status = answered ? reply.raw.statusCode : (call?.error?.status ?? CLIENT_CLOSED);
  return {
    method: request.method,
    route: request.routeOptions.url,
    operation: operationOf(request.routeOptions.url),
    status,
    durationMs: reply.elapsedTime,
    aborted,
    answered,
    outcome: outcomeOf(call, status, aborted),
    stream: call?.streamed || (isRecord(request.body) && request.body.stream === true),
    call,
  };
}

/** The operation of a route's pattern. */
export function operationOf(route: string | undefined): RequestOperation {
  if (route === undefined) return 'other';
  let operation = operationByRoute.get(route);
  if (operation === undefined) {
    operation = OPERATIONS.find(([pattern]) => pattern.test(route))?.[1] ?? 'other';
    operationByRoute.set(route, operation);
  }
  return operation;
}

function outcomeOf(call: CallContext | undefined, status: number, aborted: boolean): RequestOutcome {
  const error = call?.error;
  if (error && error.code !== 'client_closed_request') return FAULTS[error.fault];
  if (error || aborted || status === CLIENT_CLOSED) return 'client_closed';
  if (status >= 500) return 'gateway_error';
  return status >= 400 ? 'caller_error' : 'ok';
}

const FAULTS = {
  caller: 'caller_error',
  policy: 'policy_refusal',
  upstream: 'upstream_error',
  gateway: 'gateway_error',
} as const satisfies Record<string, RequestOutcome>;
