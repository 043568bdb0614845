import type { Dollars, PriceSheet, WrittenPricing, WrittenRates } from '../document/price-document.types.js';
import { half, times, usd } from './notation.js';

/** Writing into the cache costs a quarter more than other input for five minutes, and twice as much for an hour. */
const rates = (input: Dollars, output: Dollars, cached: Dollars): WrittenRates => {
  const base = { input_usd_per_million: input };
  const { input_usd_per_million: write } = times(base, 5, 4);
  const { input_usd_per_million: writeLong } = times(base, 2, 1);
  return usd(input, output, {
    cached,
    ...(write !== undefined && { write }),
    ...(writeLong !== undefined && { writeLong }),
  });
};
const claude = (input: Dollars, output: Dollars, cached: Dollars): WrittenPricing => {
  const own = rates(input, output, cached);
  return { ...own, tiers: { batch: half(own) } };
};
/** With rates of its own for input of more than so many tokens. */
const stepped = (above: number, own: WrittenRates, long: WrittenRates): WrittenPricing => ({
  ...own,
  long_context: [{ above, ...long }],
  tiers: { batch: { ...half(own), long_context: [{ above, ...half(long) }] } },
});

const RETIRED = 'Retired upstream; the last price that was published.';
const BETA = 'More than 200,000 tokens: the price of the beta of the long context.';

/** Anthropic. Prices in a region (10 % more) and of fast mode are not in the book: override them. */
export const ANTHROPIC_PRICES: PriceSheet = {
  provider: 'anthropic',
  source: 'https://platform.claude.com/docs/en/about-claude/pricing',
  read_on: '2026-11-22',
  prices: [
    {
      model: 'claude-fable-5-2',
      valid_from: '2026-11-01',
      verified: false,
      note: 'Input and output of the models overview; the cache as others quote it.',
      ...claude('8.00', '40.00', '0.20'),
    },
    { model: 'claude-fable-5-1', valid_from: '2026-09-01', verified: true, ...claude('10.00', '50.00', '0.25') },
    { model: 'claude-fable-5', valid_from: '2026-06-10', verified: true, ...claude('10.00', '50.00', '1.00') },
    {
      model: 'claude-opus-5-5',
      valid_from: '2026-09-22',
      verified: false,
      note: 'Input and output of the models overview; the cache as others quote it.',
      ...claude('4.00', '20.00', '0.20'),
    },
    { model: 'claude-opus-5', valid_from: '2026-07-24', verified: true, ...claude('5.00', '25.00', '0.50') },
    {
      model: 'claude-sonnet-5-5',
      valid_from: '2026-09-28',
      valid_until: '2026-10-07',
      verified: false,
      ...claude('2.00', '10.00', '0.20'),
    },
    {
      model: 'claude-sonnet-5-5',
      valid_from: '2026-10-07',
      verified: false,
      note: 'Input and output of the models overview; the cache as others quote it.',
      ...claude('2.00', '10.00', '0.10'),
    },
    { model: 'claude-sonnet-5', valid_from: '2026-07-01', verified: false, ...claude('2.00', '10.00', '0.20') },
    {
      model: 'claude-haiku-5-5',
      valid_from: '2026-10-07',
      verified: false,
      ...stepped(100_000, rates('0.10', '0.50', '0.01'), rates('0.50', '2.50', '0.05')),
    },
    {
      model: 'claude-haiku-4-5',
      aliases: ['claude-haiku-4-5-20251001'],
      valid_from: '2025-10-15',
      verified: true,
      ...claude('1.00', '5.00', '0.10'),
    },
    {
      model: 'claude-opus-4-5',
      aliases: ['claude-opus-4-5-20251101'],
      valid_from: '2025-11-24',
      verified: true,
      ...claude('5.00', '25.00', '0.50'),
    },
    { model: 'claude-opus-4-6', valid_from: '2026-02-05', verified: true, ...claude('5.00', '25.00', '0.50') },
    { model: 'claude-opus-4-7', valid_from: '2026-04-01', verified: true, ...claude('5.00', '25.00', '0.50') },
    { model: 'claude-opus-4-8', valid_from: '2026-05-01', verified: true, ...claude('5.00', '25.00', '0.50') },
    { model: 'claude-sonnet-4-6', valid_from: '2026-02-17', verified: true, ...claude('3.00', '15.00', '0.30') },
    {
      model: 'claude-sonnet-4-5',
      aliases: ['claude-sonnet-4-5-20250929'],
      valid_from: '2025-09-29',
      verified: true,
      note: BETA,
      ...stepped(200_000, rates('3.00', '15.00', '0.30'), rates('6.00', '22.50', '0.60')),
    },
    {
      model: 'claude-opus-4-1',
      aliases: ['claude-opus-4-1-20250805'],
      valid_from: '2025-08-05',
      verified: true,
      ...claude('15.00', '75.00', '1.50'),
    },
    {
      model: 'claude-opus-4-0',
      aliases: ['claude-opus-4-20250514'],
      valid_from: '2025-05-22',
      verified: true,
      ...claude('15.00', '75.00', '1.50'),
    },
    {
      model: 'claude-sonnet-4-0',
      aliases: ['claude-sonnet-4-20250514'],
      valid_from: '2025-05-22',
      verified: true,
      note: BETA,
      ...stepped(200_000, rates('3.00', '15.00', '0.30'), rates('6.00', '22.50', '0.60')),
    },
    {
      model: 'claude-3-7-sonnet-latest',
      aliases: ['claude-3-7-sonnet-20250219'],
      valid_from: '2025-02-24',
      verified: true,
      ...claude('3.00', '15.00', '0.30'),
    },
    {
      model: 'claude-3-5-sonnet-latest',
      aliases: ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet-20240620'],
      valid_from: '2024-06-20',
      verified: false,
      note: RETIRED,
      ...claude('3.00', '15.00', '0.30'),
    },
    {
      model: 'claude-3-5-haiku-latest',
      aliases: ['claude-3-5-haiku-20241022'],
      valid_from: '2024-12-03',
      verified: true,
      ...claude('0.80', '4.00', '0.08'),
    },
    {
      model: 'claude-3-opus-latest',
      aliases: ['claude-3-opus-20240229'],
      valid_from: '2024-02-29',
      verified: true,
      ...claude('15.00', '75.00', '1.50'),
    },
    {
      model: 'claude-3-haiku-20240307',
      valid_from: '2024-03-07',
      verified: true,
      // Not the usual multiples.
      ...usd('0.25', '1.25', { cached: '0.03', write: '0.30', writeLong: '0.50' }),
    },
  ],
};
