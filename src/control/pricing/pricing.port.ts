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
  readonly output: TokenPrice;
  /** Of reasoning tokens; absent: as output. */
  readonly reasoning?: TokenPrice;
  /** Micro-dollars for each request, image, or second of audio, beside tokens. */
  readonly perRequest?: MicroDollars;
  readonly perImage?: MicroDollars;
  readonly perSecond?: MicroDollars;
}

/** The price of a model at a time. */
export interface Price extends Rates {
  /** `<provider>/<model>@<valid from>`, and `#<override>` for one of the operator's. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  /** Other rates, by `service_tier` or way of asking. */
  readonly tiers?: Readonly<Partial<Record<'batch' | 'priority' | 'flex', Rates>>>;
  /** Rates from so many input tokens on, ascending by `above`. */
  readonly longContext?: ReadonlyArray<Rates & { readonly above: number }>;
}

export interface Consumption extends TokenCounts {
  readonly tier?: 'batch' | 'priority' | 'flex';
  readonly images?: number;
  readonly seconds?: number;
}

/** What models cost. Lookups are in memory; the class is the injection token. */
export abstract class Pricing {
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
}
