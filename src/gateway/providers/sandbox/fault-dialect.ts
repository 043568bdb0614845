import type { JsonObject } from './json-value.js';
import type {
  ChatShapeFault,
  FinishReasonFault,
  RateLimitFault,
  StreamErrorFault,
  ToolDeltaFault,
  UsageChunkFault,
} from './sandbox-fault.js';
import type { StreamEvent, UpstreamAnswer } from './upstream-answer.js';

/** Faults that change what an answer says: each dialect has those that it knows how to write. */
export type DialectFault = UsageChunkFault | FinishReasonFault | ToolDeltaFault | ChatShapeFault;

/** What faults need to know of an API to look like it. All other faults are the same for every API. */
export interface FaultDialect {
  /** As it stands in its error pages: `api.cerebras.ai`. */
  readonly host: string;
  /** Which of the faults that change an answer's words it has. A script with another one is refused. */
  readonly kinds: ReadonlySet<DialectFault['kind']>;
  /** What the API sends to keep a silent stream alive, its blank line included. */
  readonly ping: string;
  /** An event that has lost what it should hold (`extra-frame` with `null-choices`). */
  readonly hollowEvent: StreamEvent;
  /** Headers of every answer, flat as node's `writeHead` takes them. */
  headers(contentType: string): string[];
  /** The body of an error with this status, for a `status` fault that gives none. */
  errorBody(status: number): unknown;
  rateLimit(fault: RateLimitFault): UpstreamAnswer;
  /** The event that reports a failure inside a stream. */
  streamError(fault: StreamErrorFault): StreamEvent;
  /** Changes one JSON document of an answer (an event, or the whole body); undefined leaves it alone. */
  editDocument(fault: DialectFault, document: JsonObject): JsonObject | undefined;
  /** Adds or moves events of a stream; the same list when there is nothing to do. */
  editEvents(fault: DialectFault, events: StreamEvent[]): StreamEvent[];
}

const DIALECT_KINDS = new Set<string>(['usage-chunk', 'finish-reason', 'tool-delta', 'chat-shape'] satisfies Array<
  DialectFault['kind']
>);

export function isDialectFault(fault: { kind: string }): fault is DialectFault {
  return DIALECT_KINDS.has(fault.kind);
}
