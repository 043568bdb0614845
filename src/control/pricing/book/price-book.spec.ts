import { isProviderType } from '../../../config/file/provider-types.js';
import { formatDollars } from '../../contract/money.js';
import { readPriceDocument } from '../document/price-document.reader.js';
import { writePriceDocument } from '../document/price-document.writer.js';
import type { Rates, TierRates } from '../pricing.port.js';
import { PRICE_BOOK, readPriceBook } from './price-book.js';

const { records, unpriced } = readPriceBook();
const at = Date.UTC(2026, 10, 22);
const rateOf = (provider: string, name: string, moment = at) =>
  records.find(
    (record) =>
      record.provider === provider &&
      (record.model === name || record.aliases.includes(name)) &&
      moment >= record.from &&
      moment < record.until,
  )?.pricing;

/** Every set of rates that a record has. */
function ratesOf(pricing: (typeof records)[number]['pricing']): Rates[] {
  const steps = (tier: TierRates): Rates[] => [tier, ...(tier.longContext ?? [])];
  return [pricing, ...Object.values(pricing.tiers ?? {})].flatMap(steps);
}

describe('The price book', () => {
  it('keeps the rules of a price document: no two prices of a name at a time, dates in order, amounts', () => {
    expect(readPriceDocument(PRICE_BOOK, 'book').problems).toEqual([]);
    expect(records.length).toBeGreaterThan(120);
  });

  it('names for each provider that there is its page, and the day on which it was read', () => {
    for (const { provider, source, read_on: day } of PRICE_BOOK.sheets) {
      expect([provider, isProviderType(provider)]).toEqual([provider, true]);
      expect(source).toMatch(/^https:\/\//);
      expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it('says of each price whether it was compared with its source, and of few that it was not checked at all', () => {
    expect(records.filter(({ verified }) => verified).length).toBeGreaterThan(30);
  });

  it('prices no cache above its input, and no batch above the standard', () => {
    const odd = records.flatMap(({ provider, model, pricing }) =>
      ratesOf(pricing).some((rates) => (rates.cachedInput ?? 0) > rates.input) ||
      (pricing.tiers?.batch && pricing.tiers.batch.input > pricing.input)
        ? [`${provider}/${model}`]
        : [],
    );
    expect(odd).toEqual([]);
  });

  it('has no model priced and unpriced', () => {
    const priced = new Set(
      records.flatMap(({ provider, model, aliases }) => [model, ...aliases].map((name) => `${provider}/${name}`)),
    );
    expect(unpriced.filter(({ provider, model }) => priced.has(`${provider}/${model}`))).toEqual([]);
  });

  it('follows a price over time', () => {
    expect(rateOf('openai', 'gpt-5.6-luna', Date.UTC(2026, 6, 29))?.input).toBe(1_000_000);
    expect(rateOf('openai', 'gpt-5.6-luna', Date.UTC(2026, 6, 30))?.input).toBe(200_000);
    expect(rateOf('gemini', 'gemini-4-argon', Date.UTC(2026, 11, 1))?.output).toBe(20_000_000);
    expect(rateOf('openai', 'gpt-6-luna', Date.UTC(2026, 8, 21))).toBeUndefined();
  });

  it('holds the figures of the vendors in every dimension', () => {
    expect(rateOf('openai', 'gpt-6-luna')).toMatchObject({
      input: 100_000,
      cachedInput: 10_000,
      cacheWrite: 125_000,
      output: 500_000,
      longContext: [{ above: 272_000, input: 200_000, cachedInput: 20_000, cacheWrite: 250_000, output: 750_000 }],
      tiers: {
        batch: { input: 50_000, output: 250_000, longContext: [{ above: 272_000, input: 100_000, output: 375_000 }] },
        flex: { input: 50_000 },
        priority: { input: 200_000, output: 1_000_000 },
      },
    });
    expect(rateOf('anthropic', 'claude-haiku-4-5-20251001')).toMatchObject({
      input: 1_000_000,
      cachedInput: 100_000,
      cacheWrite: 1_250_000,
      cacheWriteLong: 2_000_000,
      output: 5_000_000,
      tiers: { batch: { input: 500_000, output: 2_500_000 } },
    });
    expect(rateOf('perplexity', 'sonar-deep-research')).toMatchObject({ output: 8_000_000, reasoning: 3_000_000 });
    expect(rateOf('perplexity', 'sonar')).toMatchObject({ perRequest: 5_000 });
    expect(rateOf('openai', 'whisper-1')).toMatchObject({ perSecond: 100, input: 0, output: 0 });
    expect(formatDollars(rateOf('deepseek', 'deepseek-v4-flash')?.cachedInput ?? 0)).toBe('0.0028');
  });

  it('can be written down and read again', () => {
    const written = JSON.parse(JSON.stringify(writePriceDocument(records, unpriced)));
    const again = readPriceDocument(written, 'book');
    expect(again.problems).toEqual([]);
    expect(again.records).toEqual(records);
    expect(again.unpriced).toEqual(unpriced);
  });
});
