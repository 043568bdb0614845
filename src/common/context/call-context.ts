import type { GatewayError } from '../errors/gateway-error.js';
import { Demand } from '../sse/demand.js';

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
  /** Answer headers that the provider adds, such as the mapped `x-ratelimit-*`. */
  readonly headers: Record<string, string> = {};
  /** The route that answers: provider name and upstream model id. */
  provider?: string;
  model?: string;
  /** How many upstream requests were made. */
  attempts = 0;
  /** The upstream's own id of the request (Cerebras: `inference-id`). */
  upstreamId?: string;
  /** Milliseconds from arrival to the first piece of the answer. */
  firstTokenMs?: number;
  finishReason?: string;
  /** Why the request failed, also when the answer had begun. */
  error?: GatewayError;
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number };

  constructor(
    /** The gateway's own request id: `x-request-id` of the answer. */
    readonly requestId: string,
    /** Whether the caller asked for 400 instead of filtering (`x-asbru-strict: true`). */
    readonly strict: boolean = false,
  ) {}
}
