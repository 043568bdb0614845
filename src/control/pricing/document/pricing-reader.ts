import { below, type Pointer } from '../../../config/file/json-pointer.js';
import { parseDollars } from '../../contract/money.js';
import { HIGHEST_PRICE } from '../cost.js';
import type { LongContextRates, Price, Rates, TierRates } from '../pricing.port.js';
import type { WrittenLongContext, WrittenPricing, WrittenRates, WrittenTier } from './price-document.types.js';
import { RATE_FIELDS } from './rate-fields.js';

/** What is wrong, and where. */
export interface PriceProblem {
  readonly pointer: Pointer;
  readonly message: string;
}

/** What a call of a model may be billed by, without for which model and when. */
export type Pricings = Omit<Price, 'id' | 'provider' | 'model'>;

type Report = (pointer: Pointer, message: string) => void;

/** Turns dollars into integers. What has the schema's form and no meaning is told to `report`. */
export function readPricing(written: WrittenPricing, at: Pointer, report: Report): Pricings {
  const tiers = Object.entries(written.tiers ?? {}).map(([name, tier]) => [
    name,
    readTier(tier, below(below(at, 'tiers'), name), report),
  ]);
  return {
    ...readTier(written, at, report),
    ...(tiers.length > 0 && { tiers: Object.fromEntries(tiers) }),
  };
}

function readTier(written: WrittenTier, at: Pointer, report: Report): TierRates {
  const { long_context: steps } = written;
  return {
    ...readRates(written, at, report),
    ...(steps && { longContext: readSteps(steps, below(at, 'long_context'), report) }),
  };
}

function readSteps(steps: readonly WrittenLongContext[], at: Pointer, report: Report): LongContextRates[] {
  let last = 0;
  return steps.map((step, index) => {
    const place = below(at, index);
    if (step.above <= last) report(below(place, 'above'), 'must be more than in the entry before');
    last = step.above;
    return { ...readRates(step, place, report), above: step.above };
  });
}

function readRates(written: WrittenRates, at: Pointer, report: Report): Rates {
  const rates: Partial<Record<keyof Rates, number>> = {};
  for (const { name, written: field } of RATE_FIELDS) {
    const dollars = written[field];
    if (dollars === undefined) continue;
    const micros = parseDollars(dollars);
    if (micros === undefined || micros > HIGHEST_PRICE) report(below(at, field), AMOUNT);
    else rates[name] = micros;
  }
  const slip = slipOf(written);
  if (slip) report(at, slip);
  return { ...rates, input: rates.input ?? 0, output: rates.output ?? 0 };
}

/** What is without tokens (images, audio) has none of the two prices of tokens; one of them alone is a slip. */
function slipOf(written: WrittenRates): string | undefined {
  const hasInput = written.input_usd_per_million !== undefined;
  const hasOutput = written.output_usd_per_million !== undefined;
  if (hasInput !== hasOutput) return missing(hasInput ? 'output_usd_per_million' : 'input_usd_per_million');
  return hasInput || hasOtherUnit(written) ? undefined : NOTHING;
}

const AMOUNT =
  'must be an amount of dollars from 0 to 9000 with at most six decimals, as in "0.35": for a million tokens, not for one';
const NOTHING = 'has no price: write input_usd_per_million and output_usd_per_million, or usd_per_image and the like';
const missing = (field: string): string => `the field '${field}' is missing: add it, "0" if there is nothing to pay`;

function hasOtherUnit({
  usd_per_request: request,
  usd_per_image: image,
  usd_per_second: second,
}: WrittenRates): boolean {
  return request !== undefined || image !== undefined || second !== undefined;
}
