import * as fc from 'fast-check';
import { BookPricing } from './book-pricing.js';
import { readPriceBook } from './book/price-book.js';
import { readPriceDocument } from './document/price-document.reader.js';
import type { WrittenPrice } from './document/price-document.types.js';
import { OverrideSet } from './overrides/override-set.js';
import type { PriceOverride } from './overrides/price-override.types.js';
import { PriceIndex } from './price-index.js';
import { PriceLookup } from './price-lookup.js';

const NOW = Date.UTC(2026, 10, 22);
const ORG = 'org_a';

function indexOf(provider: string, prices: WrittenPrice[], source: 'book' | 'file' = 'book') {
  return readPriceDocument(
    { version: 1, sheets: [{ provider, source: 'https://p.example', read_on: '2026-11-22', prices }] },
    source,
  );
}

function written(model: string, input: string, more: Partial<WrittenPrice> = {}): WrittenPrice {
  const rates = { input_usd_per_million: input, output_usd_per_million: '0' };
  return { model, valid_from: '2026-01-01', verified: true, ...rates, ...more };
}

let made = 0;
function override(more: Partial<PriceOverride> & { input: number }): PriceOverride {
  const { input, ...rest } = more;
  made += 1;
  const createdAt = new Date(Date.UTC(2026, 5, 1) + made);
  return {
    id: `pov_${made}`,
    organizationId: null,
    provider: 'openai',
    model: 'gpt-4o',
    pricing: { input, output: 0 },
    from: -Infinity,
    until: Infinity,
    note: null,
    revision: 1,
    createdAt,
    updatedAt: createdAt,
    ...rest,
  };
}

const BOOK = indexOf('openai', [
  written('gpt-4o', '2.5', { aliases: ['gpt-4o-2024-08-06'] }),
  written('gpt-4o-mini', '0.15'),
]);
const pricing = (overrides: PriceOverride[] = []) => new BookPricing(PriceIndex.of(BOOK), new OverrideSet(overrides));
const inputOf = (of: BookPricing, model = 'gpt-4o', provider = 'openai', kind = 'openai', organization = ORG) =>
  of.priceOf(provider, kind, model, NOW, organization)?.input;

describe('A price', () => {
  it('is found by the type of a provider that has another name', () => {
    expect(inputOf(pricing(), 'gpt-4o', 'team-openai')).toBe(2_500_000);
    // A provider that is called like another type is none of it.
    expect(inputOf(pricing(), 'gpt-4o', 'openai', 'ollama')).toBeUndefined();
    expect(inputOf(pricing(), 'gpt-4o', 'azure', 'azure-openai')).toBeUndefined();
  });

  it('is found for snapshots that are declared, and guessed for none', () => {
    expect(pricing().priceOf('openai', 'openai', 'gpt-4o-2024-08-06', NOW, ORG)?.id).toBe('openai/gpt-4o@2026-01-01');
    for (const model of ['gpt-4o-2024-12-24', 'gpt-4', 'GPT-4o', 'gpt-4o ', '', '__proto__', 'constructor']) {
      expect(inputOf(pricing(), model)).toBeUndefined();
    }
  });

  it('is that of its time, to the millisecond', () => {
    const index = PriceIndex.of(
      indexOf('openai', [
        written('m', '1', { valid_until: '2026-06-01' }),
        written('m', '2', { valid_from: '2026-06-01', valid_until: '2026-07-01T16:00:00Z' }),
      ]),
    );
    const of = new BookPricing(index, OverrideSet.EMPTY);
    const at = (text: string) => of.priceOf('openai', 'openai', 'm', Date.parse(text), ORG)?.input;
    expect(at('2025-12-31T23:59:59.999Z')).toBeUndefined();
    expect(at('2026-01-01T00:00:00.000Z')).toBe(1_000_000);
    expect(at('2026-05-31T23:59:59.999Z')).toBe(1_000_000);
    expect(at('2026-06-01T00:00:00.000Z')).toBe(2_000_000);
    expect(at('2026-05-31T23:59:59.999Z')).toBe(1_000_000);
    expect(at('2026-07-01T16:00:00.000Z')).toBeUndefined();
  });

  it("is the organisation's override before everybody's before the book's", () => {
    const all = [override({ input: 2 }), override({ input: 1, organizationId: ORG })];
    expect(inputOf(pricing(all))).toBe(1);
    expect(inputOf(pricing(all), 'gpt-4o', 'openai', 'openai', 'org_b')).toBe(2);
    expect(inputOf(pricing(all), 'gpt-4o-mini')).toBe(150_000);
  });

  it('names in its id the override and its revision', () => {
    const price = pricing([override({ input: 1, id: 'pov_x', revision: 3, from: Date.UTC(2026, 10, 1) })]);
    expect(price.priceOf('eu', 'openai', 'gpt-4o', NOW, ORG)?.id).toBe('eu/gpt-4o@2026-11-01#pov_x.3');
  });

  it.each<[string, Array<Partial<PriceOverride> & { input: number }>, number | undefined]>([
    ['the name of a provider before its type', [{ input: 2 }, { input: 1, provider: 'eu', model: '*' }], 1],
    [
      'the type before all',
      [
        { input: 1, model: '*' },
        { input: 2, provider: '*' },
      ],
      1,
    ],
    ['a model before a pattern', [{ input: 2, model: 'gpt-4o*' }, { input: 1 }], 1],
    [
      'a longer pattern before a shorter',
      [
        { input: 2, model: 'gpt-*' },
        { input: 1, model: 'gpt-4*' },
      ],
      1,
    ],
    ['the newer before the older', [{ input: 2 }, { input: 1 }], 1],
    ["not another provider's", [{ input: 1, provider: 'groq' }], 2_500_000],
    ['not one that has ended', [{ input: 1, until: NOW }], 2_500_000],
    ['not one that has not begun', [{ input: 1, from: NOW + 1 }], 2_500_000],
    [
      'a shorter pattern when the longer has ended',
      [
        { input: 1, model: '*' },
        { input: 2, model: 'gpt-4o', until: NOW },
      ],
      1,
    ],
  ])('takes of overrides %s', (_what, overrides, input) => {
    expect(inputOf(pricing(overrides.map(override)), 'gpt-4o', 'eu')).toBe(input);
  });

  it('of a snapshot follows an override of its model, unless it has one of its own', () => {
    expect(inputOf(pricing([override({ input: 1 })]), 'gpt-4o-2024-08-06')).toBe(1);
    const both = [override({ input: 2, model: 'gpt-4o-2024-08-06' }), override({ input: 1 })];
    expect(inputOf(pricing(both), 'gpt-4o-2024-08-06')).toBe(2);
    expect(inputOf(pricing(both), 'gpt-4o')).toBe(1);
  });

  it('of a model that nobody knows is what a wildcard says, and else none', () => {
    const local = [override({ input: 0, provider: 'my-vllm', model: '*' })];
    expect(inputOf(pricing(local), 'whatever', 'my-vllm', 'vllm')).toBe(0);
    expect(inputOf(pricing(), 'whatever', 'my-vllm', 'vllm')).toBeUndefined();
  });

  it('changes at once with the overrides', () => {
    const of = pricing();
    expect(inputOf(of)).toBe(2_500_000);
    of.replace(new OverrideSet([override({ input: 7 })]));
    expect(inputOf(of)).toBe(7);
    of.replace(OverrideSet.EMPTY);
    expect(inputOf(of)).toBe(2_500_000);
  });

  it('is remembered without changing any answer', () => {
    const moment = fc.integer({ min: NOW - 5, max: NOW + 5 });
    const end = fc.oneof(moment, fc.constant(Infinity));
    const some = fc.record({
      input: fc.nat(9),
      organizationId: fc.constantFrom(null, ORG, 'org_b'),
      provider: fc.constantFrom('openai', 'eu', '*', 'groq'),
      model: fc.constantFrom('*', 'gpt-4o', 'gpt-4o-2024-08-06', 'gpt-*', 'other'),
      from: fc.oneof(moment, fc.constant(-Infinity)),
      until: end,
    });
    const question = fc.tuple(
      fc.constantFrom('openai', 'eu'),
      fc.constantFrom('openai', 'groq'),
      fc.constantFrom('gpt-4o', 'gpt-4o-2024-08-06', 'other'),
      moment,
      fc.constantFrom(ORG, 'org_c'),
    );
    fc.assert(
      fc.property(
        fc.array(some, { maxLength: 6 }),
        fc.array(question, { minLength: 1, maxLength: 30 }),
        (list, asked) => {
          const set = new OverrideSet(list.map((one) => override(one)));
          const remembering = new BookPricing(PriceIndex.of(BOOK), set);
          const lookup = new PriceLookup(PriceIndex.of(BOOK), set);
          for (const one of asked) expect(remembering.priceOf(...one)).toEqual(lookup.at(...one).found?.price);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('costs little to look up, also among thousands of overrides', () => {
    const index = PriceIndex.of(readPriceBook());
    const many = Array.from({ length: 5_000 }, (_, i) =>
      override({ input: 1, organizationId: `org_${i}`, model: `m-${i}*` }),
    );
    const of = new BookPricing(index, new OverrideSet(many));
    let best = Infinity;
    for (let round = 0; round < 10; round++) {
      const began = performance.now();
      for (let i = 0; i < 100_000; i++) of.priceOf('cerebras', 'cerebras', 'gpt-oss-120b', NOW + i, 'org_17');
      best = Math.min(best, (performance.now() - began) * 10);
    }
    // Nanoseconds for each lookup; about 60 on an idle machine.
    expect(best).toBeLessThan(1_000);
  });

  it('is remembered for so many names only', () => {
    const of = pricing();
    for (let i = 0; i < 45_000; i++) of.priceOf('openai', 'openai', `made-up-${i}`, NOW, ORG);
    expect(inputOf(of)).toBe(2_500_000);
  });
});

describe("An operator's price file", () => {
  const file = (...prices: WrittenPrice[]) => PriceIndex.layered(BOOK, indexOf('openai', prices, 'file'));
  const at = (index: PriceIndex, model: string) =>
    new PriceLookup(index, OverrideSet.EMPTY).at('openai', 'openai', model, NOW, null).found;

  it("takes the place of the book's model, with its other names", () => {
    const index = file(written('gpt-4o', '9'));
    expect(at(index, 'gpt-4o')?.price.input).toBe(9_000_000);
    expect(at(index, 'gpt-4o-2024-08-06')?.price.input).toBe(9_000_000);
    expect(at(index, 'gpt-4o-mini')).toMatchObject({ source: 'book', price: { input: 150_000 } });
  });

  it('may price one of the other names by itself', () => {
    const index = file(written('gpt-4o-2024-08-06', '8'));
    expect(at(index, 'gpt-4o')?.price.input).toBe(2_500_000);
    expect(at(index, 'gpt-4o-2024-08-06')).toMatchObject({ source: 'file', price: { input: 8_000_000 } });
  });

  it("does not fall back to the book's price in a time for which it has none", () => {
    expect(at(file(written('gpt-4o', '9', { valid_from: '2026-12-01' })), 'gpt-4o')).toBeUndefined();
  });

  it('may be about a provider by its own name', () => {
    const index = PriceIndex.layered(BOOK, indexOf('eu', [written('gpt-4o', '3')], 'file'));
    const lookup = new PriceLookup(index, OverrideSet.EMPTY);
    expect(lookup.at('eu', 'openai', 'gpt-4o', NOW, null).found?.price.input).toBe(3_000_000);
    expect(lookup.at('us', 'openai', 'gpt-4o', NOW, null).found?.price.input).toBe(2_500_000);
    expect(lookup.at('eu', 'openai', 'gpt-4o-mini', NOW, null).found?.price.input).toBe(150_000);
  });
});
