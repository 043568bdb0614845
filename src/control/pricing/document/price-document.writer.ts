import { formatDollars } from '../../contract/money.js';
import type { LongContextRates, Rates, TierRates } from '../pricing.port.js';
import type {
  PriceDocument,
  PriceSheet,
  WrittenPrice,
  WrittenPricing,
  WrittenRates,
  WrittenTier,
} from './price-document.types.js';
import { momentText, type PriceRecord, type UnpricedModel } from './price-record.js';
import type { Pricings } from './pricing-reader.js';
import { RATE_FIELDS } from './rate-fields.js';

type OpenSheet = PriceSheet & { readonly prices: WrittenPrice[]; readonly unpriced: Record<string, string> };

/** Prices as the document that they can be read from again. */
export function writePriceDocument(records: readonly PriceRecord[], unpriced: readonly UnpricedModel[]): PriceDocument {
  const sheets = new Map<string, OpenSheet>();
  const sheetOf = ({
    provider,
    sourceUrl,
    readOn,
  }: Pick<PriceRecord, 'provider' | 'sourceUrl' | 'readOn'>): OpenSheet => {
    const key = `${provider}\n${readOn}`;
    const sheet = sheets.get(key) ?? { provider, source: sourceUrl, read_on: readOn, prices: [], unpriced: {} };
    sheets.set(key, sheet);
    return sheet;
  };
  for (const record of records) {
    const sheet = sheetOf(record);
    sheet.prices.push(writePrice(record, sheet.source));
  }
  for (const model of unpriced) sheetOf(model).unpriced[model.model] = model.reason;
  return { version: 1, sheets: [...sheets.values()] };
}

function writePrice(record: PriceRecord, sheetSource: string): WrittenPrice {
  return {
    model: record.model,
    ...(record.aliases.length > 0 && { aliases: record.aliases }),
    valid_from: momentText(record.from),
    ...(record.until !== Infinity && { valid_until: momentText(record.until) }),
    verified: record.verified,
    ...(record.sourceUrl !== sheetSource && { source: record.sourceUrl }),
    ...(record.note !== undefined && { note: record.note }),
    ...writePricing(record.pricing),
  };
}

/** Rates in dollars, as price documents and the API write them. */
export function writePricing({ tiers, ...own }: Pricings): WrittenPricing {
  return {
    ...writeTier(own),
    ...(tiers && {
      tiers: Object.fromEntries(Object.entries(tiers).map(([name, tier]) => [name, writeTier(tier)])),
    }),
  };
}

function writeTier({ longContext, ...own }: TierRates): WrittenTier {
  return { ...writeRates(own), ...(longContext && { long_context: longContext.map(writeStep) }) };
}

function writeStep({ above, ...own }: LongContextRates): WrittenRates & { above: number } {
  return { above, ...writeRates(own) };
}

function writeRates(rates: Rates): WrittenRates {
  const fields = RATE_FIELDS.flatMap(({ name, written }) => {
    const micros = rates[name];
    return micros === undefined ? [] : [[written, formatDollars(micros)]];
  });
  return Object.fromEntries(fields);
}
