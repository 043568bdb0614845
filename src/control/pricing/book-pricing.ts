import type { MicroDollars } from '../contract/money.js';
import { costOf, estimateOf } from './cost.js';
import type { OverrideSet } from './overrides/override-set.js';
import type { PriceIndex } from './price-index.js';
import { type FoundPrice, PriceLookup, type PriceSpan } from './price-lookup.js';
import { type Consumption, type Price, type PriceTier, Pricing } from './pricing.port.js';

/** More answers than this are not remembered: names of models come from callers. */
const MOST_REMEMBERED = 20_000;

interface Remembered extends PriceSpan {
  readonly kind: string;
}

type ByModel = Map<string, Remembered>;

/** Prices of the book, of the operator's file, and above both his overrides. Each answer is remembered while it holds. */
export class BookPricing extends Pricing {
  private lookup: PriceLookup;
  private remembered = new Map<string, Map<string, ByModel>>();
  private count = 0;
  private isReady = false;

  constructor(index: PriceIndex, overrides: OverrideSet) {
    super();
    this.lookup = new PriceLookup(index, overrides);
  }

  override get ready(): boolean {
    return this.isReady;
  }

  /** Prices as they are now, for who wants to look at all of them. */
  get current(): PriceLookup {
    return this.lookup;
  }

  /** From now on these overrides apply. */
  replace(overrides: OverrideSet): void {
    this.lookup = new PriceLookup(this.lookup.index, overrides);
    this.isReady = true;
    this.forget();
  }

  override priceOf(
    provider: string,
    kind: string,
    model: string,
    at: number,
    organizationId: string,
  ): Price | undefined {
    const known = this.remembered.get(organizationId)?.get(provider)?.get(model);
    if (known && at >= known.from && at < known.until && known.kind === kind) return known.found?.price;
    return this.look(provider, kind, model, at, organizationId)?.price;
  }

  override cost(price: Price, consumption: Consumption): MicroDollars {
    return costOf(price, consumption);
  }

  override estimate(
    price: Price,
    inputTokens: number,
    outputTokens: number,
    tier?: PriceTier,
    media?: Pick<Consumption, 'images' | 'seconds'>,
  ): MicroDollars {
    return estimateOf(price, inputTokens, outputTokens, tier, media);
  }

  private look(
    provider: string,
    kind: string,
    model: string,
    at: number,
    organizationId: string,
  ): FoundPrice | undefined {
    const span = this.lookup.at(provider, kind, model, at, organizationId);
    if (this.count >= MOST_REMEMBERED) this.forget();
    const providers = entryOf(this.remembered, organizationId, () => new Map<string, ByModel>());
    const models = entryOf(providers, provider, () => new Map<string, Remembered>());
    if (!models.has(model)) this.count += 1;
    models.set(model, { ...span, kind });
    return span.found;
  }

  private forget(): void {
    this.remembered = new Map();
    this.count = 0;
  }
}

function entryOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
