import { readPriceBook } from '../../src/control/pricing/book/price-book.js';
import { parseDollars } from '../../src/control/contract/money.js';
import { OverrideSet } from '../../src/control/pricing/overrides/override-set.js';
import { PriceIndex } from '../../src/control/pricing/price-index.js';
import { PriceLookup } from '../../src/control/pricing/price-lookup.js';
import {
  ANTHROPIC_CATALOGUE,
  ANTHROPIC_CATALOGUE_AS_OF,
} from '../../src/gateway/models/catalogue/anthropic.catalogue.js';
import type { CatalogueEntry } from '../../src/gateway/models/catalogue/catalogue-entry.js';
import { CEREBRAS_CATALOGUE, CEREBRAS_CATALOGUE_AS_OF } from '../../src/gateway/models/catalogue/cerebras.catalogue.js';
import { GEMINI_CATALOGUE, GEMINI_CATALOGUE_AS_OF } from '../../src/gateway/models/catalogue/gemini.catalogue.js';
import { PERPLEXITY_CATALOGUE } from '../../src/gateway/models/catalogue/perplexity.catalogue.js';

const CATALOGUES: ReadonlyArray<readonly [kind: string, asOf: string, entries: readonly CatalogueEntry[]]> = [
  ['cerebras', CEREBRAS_CATALOGUE_AS_OF, CEREBRAS_CATALOGUE],
  ['anthropic', ANTHROPIC_CATALOGUE_AS_OF, ANTHROPIC_CATALOGUE],
  ['gemini', GEMINI_CATALOGUE_AS_OF, GEMINI_CATALOGUE],
  ['perplexity', '2026-11-22', PERPLEXITY_CATALOGUE],
];

const book = readPriceBook();
const lookup = new PriceLookup(PriceIndex.of(book), OverrideSet.EMPTY);

it('The catalogues show prices that can be compared', () => {
  const shown = CATALOGUES.flatMap(([, , entries]) => entries.filter(({ pricing }) => pricing));
  expect(shown.length).toBeGreaterThan(10);
});

/** Both are facts about the same models, and no customer may see one price and be billed another. */
describe.each(CATALOGUES)('The price book and the model catalogue of %s', (kind, asOf, entries) => {
  const priceOf = (model: string) => lookup.at(kind, kind, model, Date.parse(asOf), null).found?.price;

  it('show the same prices', () => {
    const shown = entries.flatMap(({ id, pricing }) => (pricing ? [{ id, pricing }] : []));
    for (const { id, pricing } of shown) {
      const price = priceOf(id);
      const billed = [id, price?.input, price?.output];
      expect(billed).toEqual([id, parseDollars(pricing.input), parseDollars(pricing.output)]);
    }
  });

  it('leave no model without a price but on purpose', () => {
    const unpriced = new Set(book.unpriced.filter(({ provider }) => provider === kind).map(({ model }) => model));
    expect(entries.map(({ id }) => id).filter((id) => !priceOf(id) && !unpriced.has(id))).toEqual([]);
    expect(entries.map(({ id }) => id).filter((id) => priceOf(id) && unpriced.has(id))).toEqual([]);
  });

  it('are as fresh as each other', () => {
    const sheetDays = book.records.filter(({ provider }) => provider === kind).map(({ readOn }) => readOn);
    expect(sheetDays.every((day) => day >= asOf)).toBe(true);
  });
});
