import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request stands in a distributed trace: https://www.w3.org/TR/trace-context/. */
export interface TraceContext {
  readonly traceId: string;
  /** The caller's span; undefined when the trace begins here. */
  readonly parentId: string | undefined;
  readonly sampled: boolean;
  /** The caller's `tracestate`, unchanged. */
  readonly state: string | undefined;
  /** The caller's `traceparent`, unchanged. */
  readonly received: string | undefined;
  /** The span that this gateway records for the request; undefined when it only passes the context on. */
  readonly spanId: string | undefined;
}

/**
 * Version, trace, parent, flags. Version ff and ids of zeros are not valid, and only a later version than 00 may have
 * more behind a dash.
 */
const TRACEPARENT =
  /^(?!ff|00.{54})[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-[!-~]*)?$/;
/** The defined part has 55 characters; what a later version may add is not forwarded without a bound. */
const MAX_TRACEPARENT = 128;
/** What every participant has to carry: 32 members and 512 characters. */
const MAX_STATE_MEMBERS = 32;
const MAX_STATE = 512;
/** `key=value`, a key also as `tenant@system`; a value is printable ASCII without comma, equals sign and trailing blank. */
const STATE_MEMBER = /^[a-z0-9][a-z0-9_*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]$/;
const SAMPLED = 1;
const NONE: Readonly<Record<string, string>> = Object.freeze({});

/** The caller's context; undefined when there is none or when it is not valid, which ends its trace here. */
export function readTraceContext(headers: IncomingHttpHeaders): TraceContext | undefined {
  const { traceparent } = headers;
  if (typeof traceparent !== 'string' || traceparent.length > MAX_TRACEPARENT) return undefined;
  const [, traceId, parentId, flags] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || parentId === undefined || flags === undefined) return undefined;
  return {
    traceId,
    parentId,
    sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED,
    state: readState(headers.tracestate),
    received: traceparent,
    spanId: undefined,
  };
}

/** The same trace with a span of this gateway in it, or a new trace. */
export function recordedContext(caller: TraceContext | undefined): TraceContext {
  const state = caller?.state;
  const base = caller ?? { traceId: randomUUID().replaceAll('-', ''), parentId: undefined, received: undefined };
  return { ...base, state, sampled: true, spanId: newSpanId() };
}

/** Eight random bytes in hex. A UUID's variant bits are among them, so it is never all zeros, which is not allowed. */
export function newSpanId(): string {
  const uuid = randomUUID();
  return uuid.slice(19, 23) + uuid.slice(24);
}

/** What an upstream is told: the span of the attempt as its parent, or the caller's own words when nothing is recorded. */
export function traceHeaders(trace: TraceContext | undefined, spanId?: string): Readonly<Record<string, string>> {
  const parent = trace && (spanId ? `00-${trace.traceId}-${spanId}-01` : trace.received);
  if (!parent) return NONE;
  return trace.state === undefined ? { traceparent: parent } : { traceparent: parent, tracestate: trace.state };
}

/** A list that is not valid is dropped whole; the trace itself goes on. */
function readState(header: string | string[] | undefined): string | undefined {
  const state = Array.isArray(header) ? header.join(',') : header;
  if (state === undefined || state.length > MAX_STATE) return undefined;
  const members = state.split(',').map((member) => member.trim());
  const given = members.filter((member) => member !== '');
  if (given.length === 0 || members.length > MAX_STATE_MEMBERS) return undefined;
  return given.every((member) => STATE_MEMBER.test(member)) ? state : undefined;
}
