import type { AttemptFacts } from '../../common/context/attempt-meter.js';
import type { CallContext } from '../../common/context/call-context.js';
import { Demand } from '../../common/sse/demand.js';
import type { UpstreamClient, UpstreamClocks } from '../../common/http/upstream-client.js';
import type { QuotaReservation } from './cerebras/quota/quota.port.js';
import type { Usage } from '../openai/chat.types.js';

/** What logs and metrics call a key that callers sent themselves. No configured key can have this name. */
export const CALLER_KEY = '_caller';

const NOTHING_SEEN = (): undefined => undefined;

/** One credential of a provider, with connections of its own. */
export interface ProviderKey {
  /** What logs, metrics and configuration call it; the credential itself is in no message. */
  readonly name: string;
  readonly client: UpstreamClient;
  /** Headers of each request: the credential, and who asks. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers of each answer to a caller. */
  readonly answerHeaders?: Readonly<Record<string, string>>;
}

/**
 * One try to get an answer: a provider's key, the clocks of the model, and what came of it. What is noted here becomes
 * part of the call only when this attempt gives the answer, so that a failed one leaves no trace in the answer's headers.
 */
export class Attempt {
  /** Performance-clock milliseconds at which it was sent. */
  readonly startedAt = performance.now();
  readonly filtered = new Set<string>();
  readonly transformed = new Set<string>();
  /** Of this attempt's own stream: two may run while it is open which one answers. */
  readonly demand = new Demand();
  /** Answer headers that the upstream's head gave rise to. */
  readonly headers: Record<string, string>;
  upstreamId?: string;
  /** The upstream's HTTP status, once there is one. */
  status?: number;
  firstTokenMs?: number;
  finishReason?: string;
  usage?: Usage;
  /** What a stream that is still open has said of its usage. */
  seenUsage: () => Usage | undefined = NOTHING_SEEN;
  /** Characters of text, reasoning and tool arguments that came, for an answer that ends without its usage. */
  outputLength = 0;
  /** Seconds that the request waited inside the provider, when it says so (Cerebras: `time_info.queue_time`). */
  queueTime?: number;
  /** Room in the key's quota that is held for it. */
  reservation?: QuotaReservation;

  constructor(
    readonly call: CallContext,
    /** The provider's name. */
    readonly provider: string,
    readonly key: ProviderKey,
    readonly clocks: UpstreamClocks,
    /** The provider's id of the model. */
    readonly model: string,
    /** Headers that tie the upstream's trace to this attempt; empty without a trace. */
    readonly traceHeaders: Readonly<Record<string, string>> = {},
    /** Upper bounds of request parameters that a policy sets, by their names in chat. */
    readonly caps: Readonly<Record<string, number>> = {},
  ) {
    this.headers = { ...key.answerHeaders };
  }

  get strict(): boolean {
    return this.call.strict;
  }

  /**
   * Takes the usage of a stream that is open from what reads it. A closure of the stream's own would hold the stream and
   * its whole request: V8 then moved 10 kB of each stream into the old half of the heap, and collections took ten times
   * as long.
   */
  readUsageOf(reader: { readonly usage: Usage | undefined }): void {
    this.seenUsage = () => reader.usage;
  }

  /** This attempt gives the answer: the call takes over what was noted. */
  commit(): void {
    const { call, demand } = this;
    call.source = undefined;
    call.demand.control(
      () => demand.pause(),
      () => demand.resume(),
    );
    call.provider = this.provider;
    Object.assign(call.headers, this.headers);
    for (const path of this.filtered) call.filtered.add(path);
    for (const path of this.transformed) call.transformed.add(path);
    call.model = this.model;
    call.key = this.key.name;
    call.upstreamId = this.upstreamId;
    if (this.firstTokenMs !== undefined) call.firstTokenMs = performance.now() - call.startedAt;
  }

  /** For its bill. */
  get facts(): AttemptFacts {
    const { usage, status, upstreamId, firstTokenMs, outputLength } = this;
    return {
      status,
      usage: usage ?? this.seenUsage(),
      isUsageFinal: usage !== undefined,
      outputLength,
      upstreamId,
      firstTokenMs,
    };
  }

  /** It is over, well or not: gives back the part of its quota that was not used. Without usage all of it counts. */
  settle(): void {
    const { usage } = this;
    this.reservation?.settle(
      usage && {
        promptTokens: usage.prompt_tokens,
        cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
        completionTokens: usage.completion_tokens,
      },
    );
  }

  /** The answer is whole: its counts are those of the call. */
  finish(): void {
    this.call.usage = this.usage;
    this.call.finishReason = this.finishReason;
    this.call.queueSeconds = this.queueTime;
    this.settle();
  }
}
