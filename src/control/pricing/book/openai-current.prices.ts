import type { Dollars, WrittenPrice, WrittenPricing, WrittenRates } from '../document/price-document.types.js';
import { half, times, usd } from './notation.js';

const LONG = 272_000;

/** Input of more than 272,000 tokens makes all input twice as dear and all output half as dear again. */
const long = (rates: WrittenRates): WrittenRates => {
  const { output_usd_per_million: output = '0', ...input } = rates;
  return { ...times(input, 2, 1), ...times({ output_usd_per_million: output }, 3, 2) };
};
const stepped = (rates: WrittenRates) => ({ ...rates, long_context: [{ above: LONG, ...long(rates) }] });

/** Batch and flex are half of the standard price, priority (fast mode) is so many times it. */
const gpt = (rates: WrittenRates, priority: readonly [number, number]): WrittenPricing => ({
  ...stepped(rates),
  tiers: {
    batch: stepped(half(rates)),
    flex: stepped(half(rates)),
    priority: stepped(times(rates, ...priority)),
  },
});

/** From GPT-6 on, writing into the cache costs a quarter more than other input. */
const gpt6 = (input: Dollars, output: Dollars, cached: Dollars, write: Dollars): WrittenPricing =>
  gpt(usd(input, output, { cached, write }), [2, 1]);
const gpt5 = (input: Dollars, output: Dollars, cached: Dollars): WrittenPricing =>
  gpt(usd(input, output, { cached }), [2, 1]);

/** What OpenAI's model pages and announcements of 2026 name. */
export const OPENAI_CURRENT: readonly WrittenPrice[] = [
  {
    model: 'gpt-6.1-terra',
    valid_from: '2026-10-26',
    verified: false,
    note: 'Writes into the cache for 12 hours are taken for those for 30 minutes.',
    ...gpt6('1.00', '5.00', '0.05', '1.25'),
  },
  {
    model: 'gpt-6.1-sol',
    aliases: ['gpt-6.1-sol-2026-09-29'],
    valid_from: '2026-09-29',
    verified: false,
    ...gpt6('2.00', '10.00', '0.10', '2.50'),
  },
  {
    model: 'gpt-6-sol',
    valid_from: '2026-09-22',
    verified: false,
    ...gpt6('2.00', '10.00', '0.20', '2.50'),
  },
  {
    model: 'gpt-6-luna',
    valid_from: '2026-09-22',
    verified: true,
    source: 'https://developers.openai.com/api/docs/models/gpt-6-luna',
    ...gpt6('0.10', '0.50', '0.01', '0.125'),
  },
  {
    model: 'gpt-6-astra',
    valid_from: '2026-09-03',
    verified: false,
    ...gpt6('10.00', '50.00', '1.00', '12.50'),
  },
  {
    model: 'gpt-5.6-sol',
    valid_from: '2026-07-09',
    valid_until: '2026-08-21',
    verified: false,
    ...gpt5('5.00', '30.00', '0.50'),
  },
  { model: 'gpt-5.6-sol', valid_from: '2026-08-21', verified: false, ...gpt5('4.00', '20.00', '0.40') },
  {
    model: 'gpt-5.6-terra',
    valid_from: '2026-07-09',
    valid_until: '2026-07-30',
    verified: false,
    ...gpt5('2.50', '15.00', '0.25'),
  },
  { model: 'gpt-5.6-terra', valid_from: '2026-07-30', verified: false, ...gpt5('2.00', '12.00', '0.20') },
  {
    model: 'gpt-5.6-luna',
    valid_from: '2026-07-09',
    valid_until: '2026-07-30',
    verified: false,
    ...gpt5('1.00', '6.00', '0.10'),
  },
  { model: 'gpt-5.6-luna', valid_from: '2026-07-30', verified: false, ...gpt5('0.20', '1.20', '0.02') },
  {
    model: 'gpt-5.5',
    valid_from: '2026-05-04',
    verified: false,
    ...gpt(usd('5.00', '30.00', { cached: '0.50' }), [5, 2]),
  },
  { model: 'gpt-5.5-pro', valid_from: '2026-05-04', verified: false, ...usd('30.00', '180.00') },
  { model: 'gpt-5.4', valid_from: '2026-03-05', verified: false, ...gpt5('2.50', '15.00', '0.25') },
  { model: 'gpt-5.4-mini', valid_from: '2026-03-17', verified: false, ...gpt5('0.75', '4.50', '0.075') },
  { model: 'gpt-5.4-nano', valid_from: '2026-03-17', verified: false, ...gpt5('0.20', '1.25', '0.02') },
  { model: 'gpt-5.4-pro', valid_from: '2026-03-05', verified: false, ...usd('30.00', '180.00') },
];
