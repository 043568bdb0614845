import { type Dated, priceId, type PriceRecord, type PriceSource } from './document/price-record.js';
import type { OverrideSet } from './overrides/override-set.js';
import type { PriceOverride } from './overrides/price-override.types.js';
import type { PriceIndex } from './price-index.js';
import type { Price } from './pricing.port.js';

/** What a model costs in a time, and by whose word. */
export interface FoundPrice {
  readonly price: Price;
  readonly source: PriceSource;
  /** The dated price of the book or file that it is, or that it takes the place of. */
  readonly record: PriceRecord | undefined;
  readonly override: PriceOverride | undefined;
}

/** The answer to a lookup, and the time in which it stays the same. */
export interface PriceSpan extends Dated {
  readonly found: FoundPrice | undefined;
}

/** Book, file and overrides as they are at one moment. Immutable. */
export class PriceLookup {
  constructor(
    readonly index: PriceIndex,
    readonly overrides: OverrideSet,
  ) {}

  at(provider: string, kind: string, model: string, at: number, organizationId: string | null): PriceSpan {
    const records = this.index.find(provider, kind, model);
    const base = (records.find((record) => holds(record, at)) ?? records[0])?.model;
    const overrides = this.overrides.about({ provider, kind, model, base, organizationId });
    // Which model a name stands for may change with its price, and with it which overrides are about it.
    const own = spanOf(records, at);
    const over = spanOf(overrides, at);
    const override = over.holding;
    const record = own.holding;
    return {
      from: Math.max(own.from, over.from),
      until: Math.min(own.until, over.until),
      found: override ? overridden(override, record, provider, model) : record && listed(record),
    };
  }
}

function listed(record: PriceRecord): FoundPrice {
  const { provider, model, pricing, source } = record;
  const price = { ...pricing, id: priceId(provider, model, record.from), provider, model };
  return { price: Object.freeze(price), source, record, override: undefined };
}

/** The price that an override gives to a model. */
export function overridden(
  override: PriceOverride,
  record: PriceRecord | undefined,
  provider: string,
  model: string,
): FoundPrice {
  const from = Number.isFinite(override.from) ? override.from : override.createdAt.getTime();
  const id = `${priceId(provider, model, from)}#${override.id}.${override.revision}`;
  return { price: Object.freeze({ ...override.pricing, id, provider, model }), source: 'override', record, override };
}

/** The first that holds at a moment, and for how long it is the first. */
function spanOf<T extends Dated>(candidates: readonly T[], at: number): Dated & { readonly holding: T | undefined } {
  let from = -Infinity;
  let until = Infinity;
  for (const candidate of candidates) {
    if (at < candidate.from) until = Math.min(until, candidate.from);
    else if (at >= candidate.until) from = Math.max(from, candidate.until);
    else {
      return { holding: candidate, from: Math.max(from, candidate.from), until: Math.min(until, candidate.until) };
    }
  }
  return { holding: undefined, from, until };
}

function holds({ from, until }: Dated, at: number): boolean {
  return at >= from && at < until;
}
