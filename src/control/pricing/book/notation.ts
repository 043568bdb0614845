import { formatDollars, parseDollars } from '../../contract/money.js';
import type { Dollars, WrittenRates } from '../document/price-document.types.js';

interface Others {
  /** Of input that is read from the vendor's cache, written into it, and written into it for an hour. */
  readonly cached?: Dollars;
  readonly write?: Dollars;
  readonly writeLong?: Dollars;
  readonly reasoning?: Dollars;
  readonly request?: Dollars;
}

/** Dollars for a million tokens of input and of output. */
export function usd(input: Dollars, output: Dollars, others: Others = {}): WrittenRates {
  const { cached, write, writeLong, reasoning, request } = others;
  return {
    input_usd_per_million: input,
    ...(cached !== undefined && { cached_input_usd_per_million: cached }),
    ...(write !== undefined && { cache_write_usd_per_million: write }),
    ...(writeLong !== undefined && { cache_write_long_usd_per_million: writeLong }),
    output_usd_per_million: output,
    ...(reasoning !== undefined && { reasoning_usd_per_million: reasoning }),
    ...(request !== undefined && { usd_per_request: request }),
  };
}

/** All rates times a fraction, rounded up to what a price can hold: `times(rates, 1, 2)` is half of them. */
export function times(rates: WrittenRates, numerator: number, denominator: number): WrittenRates {
  return Object.fromEntries(
    Object.entries(rates).map(([field, dollars]: [string, Dollars]) => {
      const micros = parseDollars(dollars);
      if (micros === undefined) throw new Error(`${field}: ${dollars} is no amount of dollars`);
      return [field, formatDollars(Math.ceil((micros * numerator) / denominator))];
    }),
  );
}

/** What vendors take for work that is done within a day. */
export const half = (rates: WrittenRates): WrittenRates => times(rates, 1, 2);
