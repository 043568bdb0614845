import type { PriceTier } from '../pricing.port.js';

/** An amount of dollars with at most six decimals, as a text, because a float cannot hold every price. */
export type Dollars = string | number;

/** Rates as people write them. What is absent means what it means in `Rates`. */
export interface WrittenRates {
  readonly input_usd_per_million?: Dollars;
  readonly cached_input_usd_per_million?: Dollars;
  readonly cache_write_usd_per_million?: Dollars;
  readonly cache_write_long_usd_per_million?: Dollars;
  readonly output_usd_per_million?: Dollars;
  readonly reasoning_usd_per_million?: Dollars;
  readonly usd_per_request?: Dollars;
  readonly usd_per_image?: Dollars;
  readonly usd_per_second?: Dollars;
}

export interface WrittenLongContext extends WrittenRates {
  readonly above: number;
}

export interface WrittenTier extends WrittenRates {
  readonly long_context?: readonly WrittenLongContext[];
}

/** Everything that a call of a model may be billed by. */
export interface WrittenPricing extends WrittenTier {
  readonly tiers?: Readonly<Partial<Record<PriceTier, WrittenTier>>>;
}

/** What a model costs in a time. */
export interface WrittenPrice extends WrittenPricing {
  readonly model: string;
  /** Other names that the provider has for the model at this price, such as its dated snapshots. */
  readonly aliases?: readonly string[];
  /** The first day (UTC), or moment, on which it holds. */
  readonly valid_from: string;
  /** The day or moment from which on it does not hold any more; absent: it still does. */
  readonly valid_until?: string;
  /** Whether the figures were compared with the vendor's own text. */
  readonly verified: boolean;
  /** Where these figures come from, when it is not the sheet's source. */
  readonly source?: string;
  readonly note?: string;
}

/** The price list of one provider. */
export interface PriceSheet {
  /** Type of the provider, or in a file of the operator's also a provider's own name. */
  readonly provider: string;
  /** The vendor's page. */
  readonly source: string;
  /** The day on which it was read. */
  readonly read_on: string;
  readonly prices: readonly WrittenPrice[];
  /** Models that are known, and have no price on purpose, with the reason. */
  readonly unpriced?: Readonly<Record<string, string>>;
}

/** A price book: what is in the repository, what is exported, and what an operator's file holds. */
export interface PriceDocument {
  readonly version: 1;
  readonly sheets: readonly PriceSheet[];
}
