import type { MicroDollars } from '../contract/money.js';
import type { TokenCounts } from '../usage/usage-ledger.port.js';

/** Micro-dollars for a million tokens, which is micro-dollars per million: $0.35 for a million tokens is 350,000. Integers. */
export type TokenPrice = number;

export interface Rates {
  readonly input: TokenPrice;
  /** Of tokens read from the provider's cache; absent: as input. */
  readonly cachedInput?: TokenPrice;
  /** Of tokens written into it; absent: as input. */
  readonly cacheWrite?: TokenPrice;
  /** Of those that are written for an hour or longer; absent: as other writes. */
  readonly cacheWriteLong?: TokenPrice;
  readonly output: TokenPrice;
  /** Of reasoning tokens; absent: as output. */
  readonly reasoning?: TokenPrice;
  /** Micro-dollars for each request, image, or second of audio, beside tokens. */
  readonly perRequest?: MicroDollars;
  readonly perImage?: MicroDollars;
  readonly perSecond?: MicroDollars;
}

/** Which way of asking a call is billed by. */
export type PriceTier = 'batch' | 'priority' | 'flex';

/** Rates that hold for a whole call whose input is longer than `above` tokens. */
export interface LongContextRates extends Rates {
  readonly above: number;
}

/** The rates of one way of asking. */
export interface TierRates extends Rates {
  /** Ascending by `above`; absent: the standard ones, where these are dearer. */
  readonly longContext?: readonly LongContextRates[];
}

/** The price of a model at a time. */
export interface Price extends Rates {
  /** `<provider>/<model>@<valid from>`, and `#<override>` for one of the operator's. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /** Other rates, by `service_tier` or way of asking. */
  readonly tiers?: Readonly<Partial<Record<PriceTier, TierRates>>>;
  /** Rates from so many input tokens on, ascending by `above`. */
  readonly longContext?: readonly LongContextRates[];
}

export interface Consumption extends TokenCounts {
  /** Of the cache-writing tokens those that are kept for an hour or longer. */
  readonly cacheWriteLongTokens?: number;
  readonly tier?: PriceTier;
  readonly images?: number;
  /** Of audio; may have a fraction. */
  readonly seconds?: number;
}

/** What models cost. Lookups are in memory; the class is the injection token. */
export abstract class Pricing {
  /** Whether the operator's own prices are known: false until they were read once. */
  abstract readonly ready: boolean;
  /** @param kind the type of the provider, for a provider that has another name than its type
   *  @param at milliseconds since the epoch
   *  @param organizationId whose overrides apply before those for all */
  abstract priceOf(
    provider: string,
    kind: string,
    model: string,
    at: number,
    organizationId: string,
  ): Price | undefined;
  /** Exact, rounded up to a whole micro-dollar once, at the end. Never negative. */
  abstract cost(price: Price, consumption: Consumption): MicroDollars;
  /**
   * The most that a call can cost whose input and output have at most so many tokens: nothing is read from a cache, and
   * of the rates that may apply the dearest does.
   */
  abstract estimate(
    price: Price,
    inputTokens: number,
    outputTokens: number,
    tier?: PriceTier,
    media?: Pick<Consumption, 'images' | 'seconds'>,
  ): MicroDollars;
}
