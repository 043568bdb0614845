import type { CallerCredentials } from '../http/caller-credentials.js';
import type { GatewayError } from '../errors/gateway-error.js';
import type { BodySource } from '../json/body-source.js';
import { Demand } from '../sse/demand.js';
import { ANONYMOUS, type Caller } from './caller.js';
import type { Draining } from './draining.js';
import { type AttemptCause, AttemptRecord } from './attempt-record.js';
import type { TraceContext } from './trace-context.js';

/** Token counts as the upstream gave them; cached tokens are part of the prompt's, reasoning of the completion's. */
export interface CallUsage {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
  prompt_tokens_details?: { cached_tokens?: number; cache_write_tokens?: unknown; cache_write_1h_tokens?: unknown };
  completion_tokens_details?: { reasoning_tokens?: number };
}

/** A policy that matched a request. */
export interface PolicyMatch {
  readonly id: string;
  readonly name: string;
  readonly effect: string;
  /** It is only tried out: nothing came of it. */
  readonly dryRun: boolean;
}

/** How a dialect says that a stream is alive. */
export interface KeepAlive {
  /** Whole frames. */
  readonly frame: string;
  /** Longest silence, in milliseconds, also where the gateway's own setting is longer. */
  readonly maxMs: number;
}

/**
 * What the gateway knows of one inference request while it runs, and what its log line will say.
 * One object per request, handed down explicitly: no AsyncLocalStorage on the hot path.
 */
export class CallContext {
  /** Performance-clock milliseconds at which the request arrived. */
  readonly startedAt = performance.now();
  /** Back-pressure of the answer: the reader pauses, the provider stops reading its upstream. */
  readonly demand = new Demand();
  /** Paths of the caller's parameters that were not sent upstream, in the order met. */
  readonly filtered = new Set<string>();
  /** Paths of the caller's parameters whose meaning was adapted to the model. */
  readonly transformed = new Set<string>();
  /** The bytes of a large body, until there is an answer to it. */
  source: BodySource | undefined;
  /** Whether the caller wants the answer in pieces. */
  streamed = false;
  /** Answer headers that the provider adds, such as the mapped `x-ratelimit-*`. */
  readonly headers: Record<string, string> = {};
  /** The route that answers: provider name and upstream model id. */
  provider?: string;
  model?: string;
  /** What the answer's `model` says instead of the upstream's own id: the caller's name for it, when it is an alias. */
  answerModel?: string;
  /** Name of the provider's key that answered. */
  key?: string;
  /** How many upstream requests were made. */
  attempts = 0;
  /** The upstream's own id of the request (Cerebras: `inference-id`). */
  upstreamId?: string;
  /** Milliseconds from arrival to the first piece of the answer. */
  firstTokenMs?: number;
  finishReason?: string;
  /** Why the request failed, also when the answer had begun. */
  error?: GatewayError;
  usage?: CallUsage;
  /** Seconds that the request waited inside the provider, when it says so (Cerebras: `time_info.queue_time`). */
  queueSeconds?: number;
  /** Pieces of the upstream's stream that could not be read and were skipped. */
  malformedChunks = 0;
  /** The upstream requests, in the order in which they were begun. */
  readonly trail: AttemptRecord[] = [];
  /** Who calls. */
  caller: Caller = ANONYMOUS;
  /** What is asked, as telemetry names it: `chat`, `embeddings` … */
  operation = 'other';
  /** The request's own headers, lower-case names, for rules about them. */
  requestHeaders: Readonly<Record<string, unknown>> = {};
  /** The caller's own id of the request, when it is well-formed. */
  clientRequestId?: string;
  /** How often the call was sent on its way along a plan: once, and again to resume a cut answer. */
  runs = 0;
  /** The policies that matched, also those that are only tried out. */
  readonly policies: PolicyMatch[] = [];
  /** Answer headers of the gateway's own limits; they stand before the upstream's of the same name. */
  readonly limitHeaders: Record<string, string> = {};
  /** Requests of one session go to one target while it is well, so that its prompt cache serves them. */
  session?: string;
  /** Routes that the caller wants asked when those of his model cannot answer. */
  fallbacks: readonly string[] = [];
  /** What fills a silence of the streamed answer, in a dialect that has an event for it; else a comment does. */
  keepAlive?: KeepAlive;
  /** How many gateways of this kind the request has passed. */
  hops = 0;
  /** Tells when the process ends and the answer has to end too. */
  draining?: Draining;
  /** The key that the caller sent; a provider gets it only where configuration says so. */
  credentials?: CallerCredentials;
  /** The trace that the request belongs to. */
  trace?: TraceContext;

  constructor(
    /** The gateway's own request id: `x-request-id` of the answer. */
    readonly requestId: string,
    /** Whether the caller asked for 400 instead of filtering (`x-asbru-strict: true`). */
    readonly strict: boolean = false,
  ) {}

  /** Notes an upstream request that begins now; its maker calls `end` on what is returned. */
  startAttempt(
    provider: string,
    key: string,
    model: string,
    cause: AttemptCause = 'first',
    origin?: string,
  ): AttemptRecord {
    const record = new AttemptRecord(provider, key, model, cause, origin, this.trace);
    this.trail.push(record);
    return record;
  }

  /** Ends what nobody ended, when the request is done: the answer's own attempt, or one that nobody waits for. */
  endAttempts(aborted: boolean): void {
    for (const record of this.trail) record.end(aborted ? 'cancelled' : (this.error?.code ?? 'ok'));
  }
}
