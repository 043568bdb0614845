import * as fc from 'fast-check';
import { costOf, estimateOf, HIGHEST_PRICE } from './cost.js';
import type { Consumption, LongContextRates, Price, PriceTier, Rates } from './pricing.port.js';

const price = (rates: Partial<Price>): Price => ({
  id: 'x/y@2026-01-01',
  provider: 'x',
  model: 'y',
  input: 0,
  output: 0,
  ...rates,
});
const used = (some: Partial<Consumption>): Consumption => ({
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  ...some,
});

describe('The cost of a call', () => {
  it('is the sum of its tokens, rounded up once', () => {
    const gptOss = price({ input: 350_000, output: 750_000 });
    // 1000 tokens at $0.35 and 500 at $0.75 a million: 350 and 375 micro-dollars.
    expect(costOf(gptOss, used({ inputTokens: 1_000, outputTokens: 500 }))).toBe(725);
    // 0.35 and 0.75 are 1.1: two, and not one and one.
    expect(costOf(gptOss, used({ inputTokens: 1, outputTokens: 1 }))).toBe(2);
    expect(costOf(gptOss, used({}))).toBe(0);
  });

  it('bills tokens from the cache and into it once, as part of the input', () => {
    const claude = price({
      input: 4_000_000,
      cachedInput: 200_000,
      cacheWrite: 5_000_000,
      cacheWriteLong: 8_000_000,
      output: 20_000_000,
    });
    const call = used({ inputTokens: 1_000, cachedInputTokens: 600, cacheWriteTokens: 300, cacheWriteLongTokens: 100 });
    expect(costOf(claude, call)).toBe(100 * 4 + 600 * 0.2 + 200 * 5 + 100 * 8);
    // An upstream that counts more of them than there is input.
    expect(costOf(claude, used({ inputTokens: 10, cachedInputTokens: 50, cacheWriteTokens: 50 }))).toBe(2);
  });

  it('bills reasoning once, as part of the output', () => {
    const sonar = price({ input: 2_000_000, output: 8_000_000, reasoning: 3_000_000 });
    expect(costOf(sonar, used({ outputTokens: 100, reasoningTokens: 60 }))).toBe(40 * 8 + 60 * 3);
  });

  it('takes the rates of a long input for the whole call, from one token above on', () => {
    const gemini = price({
      input: 1_250_000,
      output: 10_000_000,
      longContext: [{ above: 200_000, input: 2_500_000, output: 15_000_000 }],
    });
    expect(costOf(gemini, used({ inputTokens: 200_000, outputTokens: 1 }))).toBe(250_010);
    expect(costOf(gemini, used({ inputTokens: 200_001, outputTokens: 1 }))).toBe(500_018);
  });

  it('takes the rates of the tier, and never takes an unknown one of a long input for cheaper', () => {
    const gpt = price({
      input: 2_000_000,
      output: 8_000_000,
      longContext: [{ above: 100, input: 4_000_000, output: 12_000_000 }],
      tiers: { batch: { input: 1_000_000, output: 4_000_000 }, priority: { input: 9_000_000, output: 9_000_000 } },
    });
    const call = used({ inputTokens: 100, outputTokens: 100 });
    expect(costOf(gpt, { ...call, tier: 'batch' })).toBe(500);
    expect(costOf(gpt, { ...call, tier: 'flex' })).toBe(1_000);
    expect(costOf(gpt, { ...call, inputTokens: 101, tier: 'batch' })).toBe(404 + 1_200);
    expect(costOf(gpt, { ...call, inputTokens: 101, tier: 'priority' })).toBe(909 + 1_200);
  });

  it('adds what is beside tokens', () => {
    const whisper = price({ perSecond: 100, perImage: 40_000, perRequest: 5_000 });
    expect(costOf(whisper, used({ seconds: 12.345 }))).toBe(5_000 + 1_235);
    expect(costOf(whisper, used({ images: 3 }))).toBe(125_000);
  });

  it('is exact beyond what a double holds, and never more than one can hold', () => {
    const dear = price({ input: HIGHEST_PRICE, output: 1 });
    expect(costOf(dear, used({ inputTokens: 1_000_000_007, outputTokens: 1 }))).toBe(9_000_000_063_001);
    expect(costOf(dear, used({ inputTokens: Number.MAX_SAFE_INTEGER }))).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each([-5, Number.NaN, Infinity, -Infinity])('takes %p tokens of an upstream for none', (nonsense) => {
    const any = price({ input: 1_000_000, output: 1_000_000, perSecond: 1, perImage: 1 });
    const call = { inputTokens: nonsense, outputTokens: 7, reasoningTokens: nonsense, cachedInputTokens: nonsense };
    expect(costOf(any, used({ ...call, images: nonsense, seconds: nonsense }))).toBe(7);
  });
});

const amount = fc.oneof(fc.integer({ min: 0, max: 100_000_000 }), fc.integer({ min: 0, max: HIGHEST_PRICE }));
const tokens = fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 0, max: 2_000_000 }), fc.maxSafeNat());
const rates: fc.Arbitrary<Rates> = fc.record(
  {
    input: amount,
    output: amount,
    cachedInput: amount,
    cacheWrite: amount,
    cacheWriteLong: amount,
    reasoning: amount,
    perRequest: amount,
    perImage: amount,
    perSecond: amount,
  },
  { requiredKeys: ['input', 'output'] },
);
const steps: fc.Arbitrary<LongContextRates[]> = fc
  .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 3_000 }), rates), { selector: ([above]) => above, maxLength: 3 })
  .map((all) => all.map(([above, own]) => ({ ...own, above })).toSorted((a, b) => a.above - b.above));
const tier = fc.constantFrom<PriceTier | undefined>(undefined, 'batch', 'priority', 'flex');
const anyTierRates = fc
  .tuple(rates, fc.option(steps, { nil: undefined }))
  .map(([own, longContext]) => Object.assign({}, own, longContext && { longContext }));
const anyPrice: fc.Arbitrary<Price> = fc
  .tuple(
    rates,
    steps,
    fc.record({ batch: anyTierRates, priority: anyTierRates, flex: anyTierRates }, { requiredKeys: [] }),
  )
  .map(([own, longContext, tiers]) => price({ ...own, longContext, tiers }));
const consumption: fc.Arbitrary<Consumption> = fc
  .record({
    inputTokens: tokens,
    cachedInputTokens: tokens,
    cacheWriteTokens: tokens,
    cacheWriteLongTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens,
    images: fc.nat(50),
    milliseconds: fc.nat(10_000_000),
  })
  .map(({ milliseconds, ...rest }) => Object.assign(rest, { seconds: milliseconds / 1_000 }));

/** The same in fractions, with nothing but big integers: numerator over a thousand million. */
function oracle(of: Rates, use: Consumption): bigint {
  const n = (value: number | undefined): bigint => BigInt(value ?? 0);
  const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
  const cached = least(n(use.cachedInputTokens), n(use.inputTokens));
  const written = least(n(use.cacheWriteTokens), n(use.inputTokens) - cached);
  const long = least(n(use.cacheWriteLongTokens), written);
  const reasoning = least(n(use.reasoningTokens), n(use.outputTokens));
  const parts: Array<readonly [units: bigint, price: number | undefined]> = [
    [(n(use.inputTokens) - cached - written) * 1_000n, of.input],
    [cached * 1_000n, of.cachedInput ?? of.input],
    [(written - long) * 1_000n, of.cacheWrite ?? of.input],
    [long * 1_000n, of.cacheWriteLong ?? of.cacheWrite ?? of.input],
    [(n(use.outputTokens) - reasoning) * 1_000n, of.output],
    [reasoning * 1_000n, of.reasoning ?? of.output],
    [1_000_000_000n, of.perRequest],
    [n(use.images) * 1_000_000_000n, of.perImage],
    [n(Math.round((use.seconds ?? 0) * 1_000)) * 1_000_000n, of.perSecond],
  ];
  const sum = parts.reduce((total, [units, rate]) => total + units * n(rate), 0n);
  const micros = (sum + 999_999_999n) / 1_000_000_000n;
  return least(micros, BigInt(Number.MAX_SAFE_INTEGER));
}

describe('The arithmetic of money', () => {
  it('is that of fractions', () => {
    fc.assert(
      fc.property(rates, consumption, (of, use) => {
        const cost = costOf(price(of), use);
        expect(Number.isSafeInteger(cost)).toBe(true);
        expect(BigInt(cost)).toBe(oracle(of, use));
      }),
      { numRuns: 3_000 },
    );
  });

  it('makes nothing cheaper by using more of it', () => {
    fc.assert(
      fc.property(rates, consumption, fc.nat(1_000_000), (of, use, more) => {
        const flat = price(of);
        const longer = { ...use, outputTokens: Math.min(use.outputTokens + more, Number.MAX_SAFE_INTEGER) };
        expect(costOf(flat, longer)).toBeGreaterThanOrEqual(costOf(flat, use));
      }),
    );
  });

  it('estimates no less than any call within the bounds can cost', () => {
    fc.assert(
      fc.property(anyPrice, consumption, tier, fc.nat(5_000), fc.boolean(), (of, use, asked, room, downgraded) => {
        const bound = (value: number): number => Math.min(value + room, Number.MAX_SAFE_INTEGER);
        const estimate = estimateOf(of, bound(use.inputTokens), bound(use.outputTokens), asked, use);
        // A priority or flex call may be done as a standard one.
        const billed = downgraded && asked !== 'batch' ? undefined : asked;
        expect(estimate).toBeGreaterThanOrEqual(costOf(of, { ...use, tier: billed }));
      }),
      { numRuns: 3_000 },
    );
  });

  it('estimates exactly where there is only one rate', () => {
    expect(estimateOf(price({ input: 350_000, output: 750_000 }), 1_000, 500)).toBe(725);
    expect(estimateOf(price({ input: 350_000, cachedInput: 1, output: 750_000, reasoning: 800_000 }), 1_000, 500)).toBe(
      750,
    );
  });
});
