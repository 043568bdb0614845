import type { MicroDollars } from '../contract/money.js';
import type { Consumption, LongContextRates, Price, PriceTier, Rates, TokenPrice } from './pricing.port.js';

/** Prices are per so many tokens. */
const PER_TOKENS = 1_000_000;
/** Highest price of anything, so that it times a million is still exact: $9,000. */
export const HIGHEST_PRICE: MicroDollars = 9_000_000_000;
const MILLISECONDS = 1_000;

/** How many units at which price in millionths of a micro-dollar. */
type Term = readonly [units: number, price: number];

/** What a call costs: exact, rounded up to a whole micro-dollar once, at the end. */
export function costOf(price: Price, consumption: Consumption): MicroDollars {
  const input = count(consumption.inputTokens);
  const cached = Math.min(count(consumption.cachedInputTokens), input);
  const written = Math.min(count(consumption.cacheWriteTokens), input - cached);
  const writtenLong = Math.min(count(consumption.cacheWriteLongTokens), written);
  const output = count(consumption.outputTokens);
  const reasoning = Math.min(count(consumption.reasoningTokens), output);
  const rates = ratesFor(price, input, consumption.tier);
  const cacheWrite = rates.cacheWrite ?? rates.input;
  return roundUp([
    [input - cached - written, rates.input],
    [cached, rates.cachedInput ?? rates.input],
    [written - writtenLong, cacheWrite],
    [writtenLong, rates.cacheWriteLong ?? cacheWrite],
    [output - reasoning, rates.output],
    [reasoning, rates.reasoning ?? rates.output],
    ...besideTokens(rates, consumption),
  ]);
}

/** The most that a call can cost whose input and output have at most so many tokens. */
export function estimateOf(
  price: Price,
  inputTokens: number,
  outputTokens: number,
  tier?: PriceTier,
  media: Pick<Consumption, 'images' | 'seconds'> = {},
): MicroDollars {
  const input = count(inputTokens);
  const rates = ratesUpTo(price, input, tier).reduce(dearer);
  const { cachedInput = 0, cacheWrite = 0, cacheWriteLong = 0, reasoning = 0 } = rates;
  return roundUp([
    [input, Math.max(rates.input, cachedInput, cacheWrite, cacheWriteLong)],
    [count(outputTokens), Math.max(rates.output, reasoning)],
    ...besideTokens(rates, media),
  ]);
}

/** The rates of a tier, or of a long input: those of the whole call. */
function ratesFor(price: Price, input: number, tier: PriceTier | undefined): Rates {
  const standard = longRates(price.longContext, input);
  const own = tier && price.tiers?.[tier];
  if (!own) return standard ?? price;
  if (own.longContext) return longRates(own.longContext, input) ?? own;
  // The vendor says nothing of long inputs in this tier: it is not taken to be cheaper than the standard.
  return standard ? dearer(own, standard) : own;
}

function longRates(steps: readonly LongContextRates[] | undefined, input: number): Rates | undefined {
  return steps?.findLast(({ above }) => input > above);
}

/** All rates that a call may be billed by whose input has at most so many tokens. */
function ratesUpTo(price: Price, input: number, tier: PriceTier | undefined): Rates[] {
  const reached = (steps: readonly LongContextRates[] = []): Rates[] => steps.filter(({ above }) => input > above);
  const standard = [price, ...reached(price.longContext)];
  const own = tier && price.tiers?.[tier];
  if (!own) return standard;
  const tiered = own.longContext ? [own, ...reached(own.longContext)] : [own, ...reached(price.longContext)];
  // A call of the other tiers may be done, and billed, as a standard one.
  return tier === 'batch' ? tiered : [...tiered, ...standard];
}

/** The higher of two rates in each respect. */
function dearer(one: Rates, other: Rates): Rates {
  const write = max(one.cacheWrite ?? one.input, other.cacheWrite ?? other.input);
  return {
    input: max(one.input, other.input),
    cachedInput: max(one.cachedInput ?? one.input, other.cachedInput ?? other.input),
    cacheWrite: write,
    cacheWriteLong: max(one.cacheWriteLong ?? write, other.cacheWriteLong ?? write),
    output: max(one.output, other.output),
    reasoning: max(one.reasoning ?? one.output, other.reasoning ?? other.output),
    perRequest: max(one.perRequest, other.perRequest),
    perImage: max(one.perImage, other.perImage),
    perSecond: max(one.perSecond, other.perSecond),
  };
}

const max = (one: TokenPrice = 0, other: TokenPrice = 0): TokenPrice => Math.max(one, other);

function besideTokens(rates: Rates, { images, seconds }: Pick<Consumption, 'images' | 'seconds'>): Term[] {
  const { perRequest = 0, perImage = 0, perSecond = 0 } = rates;
  return [
    [1, perRequest * PER_TOKENS],
    [count(images), perImage * PER_TOKENS],
    [milliseconds(seconds), perSecond * (PER_TOKENS / MILLISECONDS)],
  ];
}

/** A part of a millisecond counts as a whole one; that 12.345 times 1000 is a little more than 12345 does not. */
function milliseconds(seconds: number | undefined): number {
  const micros = Math.round((seconds ?? 0) * MILLISECONDS * MILLISECONDS);
  return count(micros / MILLISECONDS);
}

/** A whole number that is not negative: what an upstream counts must not make a cost vanish or the sum no number. */
function count(value: number | undefined): number {
  return value !== undefined && value > 0 && value <= Number.MAX_SAFE_INTEGER ? Math.ceil(value) : 0;
}

function roundUp(terms: readonly Term[]): MicroDollars {
  let sum = 0;
  for (const [units, price] of terms) {
    const product = units * price;
    sum += product;
    // Up to here each step was exact: a true value above the limit does not become one below it.
    if (product > Number.MAX_SAFE_INTEGER || sum > Number.MAX_SAFE_INTEGER) return roundUpLarge(terms);
  }
  const rest = sum % PER_TOKENS;
  return (sum - rest) / PER_TOKENS + (rest > 0 ? 1 : 0);
}

function roundUpLarge(terms: readonly Term[]): MicroDollars {
  let sum = 0n;
  for (const [units, price] of terms) sum += BigInt(units) * BigInt(price);
  const micros = (sum + BigInt(PER_TOKENS - 1)) / BigInt(PER_TOKENS);
  return micros > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(micros);
}
