import type { ErrorCode } from '../errors/error-table.js';
import { newSpanId, traceHeaders, type TraceContext } from './trace-context.js';

/** Why an upstream request was made: the first of its call, or one more after a failure or beside a slow one. */
export type AttemptCause = 'first' | 'retry' | 'fallback' | 'hedge';
/** How it ended; `cancelled` when its answer was not wanted any more: the client left, or another attempt won. */
export type AttemptOutcome = 'ok' | 'cancelled' | ErrorCode;

/** One upstream request of a call, for the log, the metrics and the trace. It holds no content and no credential. */
export class AttemptRecord {
  /** Performance-clock milliseconds. */
  readonly startedAt = performance.now();
  endedAt?: number;
  outcome?: AttemptOutcome;
  /** The upstream's HTTP status, when there was one. */
  status?: number;
  /** Its span, when the request is traced. */
  readonly spanId: string | undefined;

  constructor(
    readonly provider: string,
    /** The key's name; never the key. */
    readonly key: string,
    readonly model: string,
    readonly cause: AttemptCause,
    /** Origin of the upstream, for the trace. */
    readonly origin: string | undefined,
    private readonly trace: TraceContext | undefined,
  ) {
    this.spanId = trace?.spanId === undefined ? undefined : newSpanId();
  }

  get ms(): number | undefined {
    return this.endedAt === undefined ? undefined : this.endedAt - this.startedAt;
  }

  /** Headers to send upstream, so that its spans belong to this attempt; empty without a trace. */
  get traceHeaders(): Readonly<Record<string, string>> {
    return traceHeaders(this.trace, this.spanId);
  }

  /** Ends it; only the first end counts. */
  end(outcome: AttemptOutcome, status?: number): void {
    if (this.outcome !== undefined) return;
    this.endedAt = performance.now();
    this.outcome = outcome;
    this.status = status;
  }
}
