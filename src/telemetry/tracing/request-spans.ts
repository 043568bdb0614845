import type { AttemptRecord } from '../../common/context/attempt-record.js';
import type { CallContext, CallUsage } from '../../common/context/call-context.js';
import type { TraceContext } from '../../common/context/trace-context.js';
import type { RequestSummary } from '../request-summary.js';
import { type AttributeValue, type OtlpSpan, SPAN_KIND, toAttributes, toNanoseconds, toStatus } from './otlp-span.js';

/** What a span says of the HTTP request beside its summary. */
export interface HttpFacts {
  readonly requestId: string;
  /** Path without the query. */
  readonly path: string;
  readonly scheme: string;
}

/** Performance-clock milliseconds at the end of the request, and the Unix time that they stand for. */
export interface Clock {
  readonly now: number;
  readonly unixMs: number;
}

const MAX_TEXT = 256;

/**
 * The spans of a finished request: the gateway's own, and one for each upstream request. Names follow OpenTelemetry's
 * conventions for HTTP and for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/).
 * Tokens stand only on the upstream request that gave the answer, so that a sum over all spans is right.
 */
export function requestSpans(summary: RequestSummary, trace: TraceContext, http: HttpFacts, clock: Clock): OtlpSpan[] {
  const { call } = summary;
  const spans = [serverSpan(summary, trace, http, clock)];
  if (call) for (const record of call.trail) spans.push(attemptSpan(summary, call, record, trace, clock));
  return spans;
}

function serverSpan(summary: RequestSummary, trace: TraceContext, http: HttpFacts, clock: Clock): OtlpSpan {
  const { method, route, status, call } = summary;
  const errorType = failureOf(summary);
  return {
    traceId: trace.traceId,
    spanId: trace.spanId ?? '',
    parentSpanId: trace.parentId,
    traceState: trace.state,
    name: route === undefined ? method : `${method} ${route}`,
    kind: SPAN_KIND.server,
    startTimeUnixNano: toNanoseconds(clock.unixMs - summary.durationMs),
    endTimeUnixNano: toNanoseconds(clock.unixMs),
    attributes: toAttributes({
      'http.request.method': method,
      'http.route': route,
      'url.path': http.path.slice(0, MAX_TEXT),
      'url.scheme': http.scheme,
      'http.response.status_code': summary.answered ? status : undefined,
      'error.type': errorType,
      'asbru.request.id': http.requestId,
      'asbru.outcome': summary.outcome,
      'asbru.attempts': call?.attempts,
    }),
    // By the conventions a caller's mistake is no error of the server's span.
    status: toStatus(status >= 500 || summary.outcome === 'upstream_error' ? errorType : undefined),
  };
}

function attemptSpan(
  summary: RequestSummary,
  call: CallContext,
  record: AttemptRecord,
  trace: TraceContext,
  clock: Clock,
): OtlpSpan {
  const operation = summary.operation === 'completions' ? 'text_completion' : 'chat';
  const errorType = record.outcome === 'ok' ? undefined : record.outcome;
  const unix = (time: number): string => toNanoseconds(clock.unixMs - (clock.now - time));
  return {
    traceId: trace.traceId,
    spanId: record.spanId ?? '',
    parentSpanId: trace.spanId,
    traceState: trace.state,
    name: `${operation} ${record.model}`.slice(0, MAX_TEXT),
    kind: SPAN_KIND.client,
    startTimeUnixNano: unix(record.startedAt),
    endTimeUnixNano: unix(record.endedAt ?? clock.now),
    attributes: toAttributes({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': record.provider,
      'gen_ai.request.model': record.model.slice(0, MAX_TEXT),
      'gen_ai.request.stream': summary.stream ? true : undefined,
      ...serverOf(record.origin),
      'http.response.status_code': record.status,
      'error.type': errorType,
      'asbru.key.name': record.key,
      'asbru.attempt.cause': record.cause,
      ...(record.outcome === 'ok' && answerOf(call, record, summary.stream)),
    }),
    // Nobody's fault: another attempt was faster, or the client left.
    status: toStatus(errorType === 'cancelled' ? undefined : errorType),
  };
}

function answerOf(
  call: CallContext,
  record: AttemptRecord,
  stream: boolean,
): Record<string, AttributeValue | undefined> {
  const { finishReason, firstTokenMs } = call;
  const firstToken = firstTokenMs === undefined ? undefined : call.startedAt + firstTokenMs - record.startedAt;
  return {
    'gen_ai.response.id': call.upstreamId,
    'gen_ai.response.model': call.model,
    'gen_ai.response.finish_reasons': finishReason === undefined ? undefined : [finishReason],
    'gen_ai.response.time_to_first_chunk': stream && firstToken !== undefined ? firstToken / 1000 : undefined,
    'asbru.provider.queue_seconds': call.queueSeconds,
    ...(call.usage && tokensOf(call.usage)),
  };
}

function tokensOf(usage: CallUsage): Record<string, AttributeValue | undefined> {
  return {
    'gen_ai.usage.input_tokens': usage.prompt_tokens,
    'gen_ai.usage.output_tokens': usage.completion_tokens,
    'gen_ai.usage.cache_read.input_tokens': usage.prompt_tokens_details?.cached_tokens,
    'gen_ai.usage.reasoning.output_tokens': usage.completion_tokens_details?.reasoning_tokens,
  };
}

/** A code of the error table, or the status when a request failed before it was a call. */
function failureOf({ outcome, status, call }: RequestSummary): string | undefined {
  if (outcome === 'ok') return undefined;
  if (call?.error) return call.error.code;
  return outcome === 'client_closed' ? 'client_closed_request' : String(status);
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

function serverOf(origin: string | undefined): Record<string, AttributeValue | undefined> {
  const url = origin === undefined ? null : URL.parse(origin);
  if (!url) return {};
  return {
    'server.address': url.hostname,
    'server.port': url.port === '' ? DEFAULT_PORTS[url.protocol] : Number(url.port),
  };
}
