import type { DeclaredPrice } from '../../config/file/governance/governance-settings.types.js';
import { isRecord } from '../../common/json/is-record.js';
import { writePricing } from './document/price-document.writer.js';
import { momentText } from './document/price-record.js';
import { RATE_FIELDS } from './document/rate-fields.js';
import { readWrittenPricing } from './document/written-pricing.js';

/** A price of the file, as the columns of an override. */
export interface DeclaredPriceColumns {
  readonly provider: string;
  readonly model: string;
  /** JSON. */
  readonly rates: string;
  readonly validFrom: Date | null;
  readonly validUntil: Date | null;
  readonly note: string | null;
}

/** What nodes are told when overrides have changed. */
export const PRICES_TOPIC = 'prices';

/** @throws GatewayError (400) for rates that do not fit each other */
export function declaredPriceColumns(price: DeclaredPrice): DeclaredPriceColumns {
  const written = RATE_FIELDS.flatMap(({ written: name }) => (price[name] === undefined ? [] : [[name, price[name]]]));
  return {
    provider: price.provider,
    model: price.model,
    rates: JSON.stringify(readWrittenPricing(Object.fromEntries(written))),
    validFrom: price.valid_from === undefined ? null : new Date(price.valid_from),
    validUntil: price.valid_until === undefined ? null : new Date(price.valid_until),
    note: price.note ?? null,
  };
}

/** The columns in the words of the file. */
export function declaredPriceFields(columns: {
  readonly [K in keyof DeclaredPriceColumns]: DeclaredPriceColumns[K] | undefined;
}): Record<string, string | null> {
  const fields: Record<string, string | null> = {
    provider: columns.provider ?? null,
    model: columns.model ?? null,
    valid_from: columns.validFrom ? momentText(columns.validFrom.getTime()) : null,
    valid_until: columns.validUntil ? momentText(columns.validUntil.getTime()) : null,
    note: columns.note ?? null,
  };
  const pricing: unknown = writePricing(JSON.parse(columns.rates ?? '{}'));
  // What the schema of the file can say: the API's tiers and steps are not among it.
  for (const { written: name } of RATE_FIELDS) {
    const rate = isRecord(pricing) ? pricing[name] : undefined;
    if (typeof rate === 'string') fields[name] = rate;
  }
  return fields;
}

/** Whether two prices for the same model hold at the same time, so that nobody could tell which is meant. */
export function overlapInTime(
  one: Pick<DeclaredPriceColumns, 'validFrom' | 'validUntil'>,
  other: { readonly validFrom?: Date | null; readonly validUntil?: Date | null },
): boolean {
  return begin(one.validFrom) < end(other.validUntil) && begin(other.validFrom) < end(one.validUntil);
}

function begin(at: Date | null | undefined): number {
  return at?.getTime() ?? -Infinity;
}

function end(at: Date | null | undefined): number {
  return at?.getTime() ?? Infinity;
}
