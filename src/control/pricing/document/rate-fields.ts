import type { Rates } from '../pricing.port.js';

interface RateField {
  readonly name: keyof Rates;
  /** In dollars, in price documents and in the API. */
  readonly written: string;
  /** In integer micro-dollars, in the API's answers. */
  readonly micros: string;
}

/** Every rate, with its names on the wire. */
export const RATE_FIELDS = [
  { name: 'input', written: 'input_usd_per_million', micros: 'input_micros_per_million' },
  { name: 'cachedInput', written: 'cached_input_usd_per_million', micros: 'cached_input_micros_per_million' },
  { name: 'cacheWrite', written: 'cache_write_usd_per_million', micros: 'cache_write_micros_per_million' },
  {
    name: 'cacheWriteLong',
    written: 'cache_write_long_usd_per_million',
    micros: 'cache_write_long_micros_per_million',
  },
  { name: 'output', written: 'output_usd_per_million', micros: 'output_micros_per_million' },
  { name: 'reasoning', written: 'reasoning_usd_per_million', micros: 'reasoning_micros_per_million' },
  { name: 'perRequest', written: 'usd_per_request', micros: 'micros_per_request' },
  { name: 'perImage', written: 'usd_per_image', micros: 'micros_per_image' },
  { name: 'perSecond', written: 'usd_per_second', micros: 'micros_per_second' },
] as const satisfies readonly RateField[];
