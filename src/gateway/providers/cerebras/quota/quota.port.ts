/** What a request is expected to use before it runs. */
export interface QuotaEstimate {
  readonly promptTokens: number;
  /** `max_completion_tokens`, which the provider reserves whole; the default reservation when the caller set none. */
  readonly completionTokens: number;
}

/** What a request did use, from the answer's `usage`. */
export interface QuotaUsage {
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** Requests and tokens that others will take first. */
export interface QuotaDemand {
  readonly requests: number;
  readonly tokens: number;
}

/** There is no room now. */
export interface NoRoom {
  /** Milliseconds until there is; Infinity when the request is larger than the limit itself. */
  readonly waitMs: number;
  /** The limit that is short, as in `tokens-minute`. */
  readonly limit: string;
}

export type QuotaHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Room that is held for one request. The first of settle(), refused() and release() ends it. */
export interface QuotaReservation {
  readonly key: string;
  readonly model: string;
  /** Corrects the mirror by the headers of this request's answer; call it when its head is there. */
  observe(headers: QuotaHeaders): void;
  /** The answer is over: gives back what it did not use. Without usage (it broke), all tokens count as used. */
  settle(usage?: QuotaUsage): void;
  /** The upstream refused it (4xx, 5xx): no tokens were used. */
  refused(headers: QuotaHeaders): void;
  /** It was never sent. */
  release(): void;
}

/** The mirror of the limits of one key on one model. */
export abstract class KeyQuota {
  abstract tryReserve(estimate: QuotaEstimate): QuotaReservation | NoRoom;
  /** Milliseconds until there is room, behind what others will take first; 0 when there is room now. */
  abstract waitMs(estimate: QuotaEstimate, ahead?: QuotaDemand): number;
  /** The used share of the tightest limit, from 0 to 1. */
  abstract utilisation(): number;
}

/** Why a request did not get room. */
export interface QuotaRefusal extends NoRoom {
  readonly why: 'too large' | 'too long' | 'queue full';
}

/** A request that may wait for room. Exactly one of its callbacks is called, perhaps at once. */
export interface QuotaAdmission {
  readonly model: string;
  /** The keys that may serve it, best first. */
  readonly keys: readonly string[];
  /** Whose turn it takes: the caller's key. */
  readonly caller: string;
  readonly estimate: QuotaEstimate;
  /** How long it may wait: what the first-token deadline leaves. */
  readonly maxWaitMs: number;
  granted(reservation: QuotaReservation): void;
  refused(refusal: QuotaRefusal): void;
}

/** The limits of a provider that are known before a request is sent; the class is the injection token. */
export abstract class ProviderQuota {
  abstract of(key: string, model: string): KeyQuota;
  /** Tokens of a prompt of that size, as the last answers of the model showed. */
  abstract promptTokens(model: string, promptBytes: number): number;

  /** What the provider will reserve for a request; `maxTokens` is the caller's own limit, if he set one. */
  abstract estimate(model: string, promptBytes: number, maxTokens: number | undefined): QuotaEstimate;

  /** What an answer to a prompt of that size, without images, had as `usage.prompt_tokens`. */
  abstract learn(model: string, promptBytes: number, promptTokens: number): void;
  /** Gets room now, waits for it in a fair queue, or refuses with the exact wait. The answer leaves the queue. */
  abstract admit(admission: QuotaAdmission): () => void;
  /** Requests that wait now. */
  abstract get waiting(): number;
}

/** Tells the two answers of tryReserve() apart. */
export function isNoRoom(answer: object): answer is NoRoom {
  return 'waitMs' in answer;
}
