import type { PriceSheet, WrittenPricing, WrittenRates } from '../document/price-document.types.js';
import { half, usd } from './notation.js';

/** Thinking counts as output. Batch and flex are half of the standard price. */
const gemini = (rates: WrittenRates): WrittenPricing => ({
  ...rates,
  tiers: { batch: half(rates), flex: half(rates) },
});
/** Input of more than 200,000 tokens has rates of its own. */
const stepped = (own: WrittenRates, long: WrittenRates): WrittenPricing => {
  const cheaper = { ...half(own), long_context: [{ above: 200_000, ...half(long) }] };
  return { ...own, long_context: [{ above: 200_000, ...long }], tiers: { batch: cheaper, flex: cheaper } };
};

const PROMOTION = usd('0.75', '3.75', { cached: '0.075' });
const FLASH = usd('1.50', '7.50', { cached: '0.15' });
const AUDIO = 'Audio input is dearer: override the price if you send it.';

/** Gemini's developer API. What is paid for keeping a cache by the hour, and for grounding, is not in the book. */
export const GEMINI_PRICES: PriceSheet = {
  provider: 'gemini',
  source: 'https://ai.google.dev/gemini-api/docs/pricing',
  read_on: '2026-11-22',
  prices: [
    {
      model: 'gemini-4-argon',
      valid_from: '2026-10-13',
      valid_until: '2026-12-01',
      verified: false,
      ...gemini(usd('2.00', '10.00', { cached: '0.10' })),
    },
    {
      model: 'gemini-4-argon',
      valid_from: '2026-12-01',
      verified: false,
      note: 'Announced with the model.',
      ...gemini(usd('4.00', '20.00', { cached: '0.20' })),
    },
    {
      model: 'gemini-3.8-flash',
      valid_from: '2026-09-02',
      valid_until: '2027-01-01',
      verified: true,
      ...gemini(PROMOTION),
    },
    { model: 'gemini-3.8-flash', valid_from: '2027-01-01', verified: true, note: 'Announced.', ...gemini(FLASH) },
    {
      model: 'gemini-3.7-flash',
      valid_from: '2026-08-01',
      valid_until: '2027-01-01',
      verified: false,
      ...gemini(PROMOTION),
    },
    { model: 'gemini-3.7-flash', valid_from: '2027-01-01', verified: false, note: 'Announced.', ...gemini(FLASH) },
    {
      model: 'gemini-3.6-flash',
      valid_from: '2026-07-21',
      valid_until: '2026-09-02',
      verified: false,
      note: 'On which day the promotion after it began is not known.',
      ...gemini(FLASH),
    },
    {
      model: 'gemini-3.6-flash',
      valid_from: '2026-09-02',
      valid_until: '2027-01-01',
      verified: false,
      ...gemini(PROMOTION),
    },
    { model: 'gemini-3.6-flash', valid_from: '2027-01-01', verified: false, note: 'Announced.', ...gemini(FLASH) },
    {
      model: 'gemini-3.5-flash',
      valid_from: '2026-05-19',
      verified: false,
      ...gemini(usd('1.50', '9.00', { cached: '0.15' })),
    },
    {
      model: 'gemini-3.5-flash-lite',
      valid_from: '2026-07-21',
      verified: false,
      ...gemini(usd('0.30', '2.50', { cached: '0.03' })),
    },
    {
      model: 'gemini-3.1-pro-preview',
      valid_from: '2026-02-19',
      verified: false,
      ...stepped(usd('2.00', '12.00', { cached: '0.20' }), usd('4.00', '18.00', { cached: '0.40' })),
    },
    {
      model: 'gemini-3.1-flash-lite',
      aliases: ['gemini-3.1-flash-lite-preview'],
      valid_from: '2026-03-03',
      verified: false,
      note: AUDIO,
      ...gemini(usd('0.25', '1.50', { cached: '0.025' })),
    },
    {
      model: 'gemini-3-flash-preview',
      valid_from: '2025-12-17',
      verified: false,
      note: AUDIO,
      ...gemini(usd('0.50', '3.00', { cached: '0.05' })),
    },
    {
      model: 'gemini-3-pro-preview',
      valid_from: '2025-11-18',
      verified: false,
      ...stepped(usd('2.00', '12.00', { cached: '0.20' }), usd('4.00', '18.00', { cached: '0.40' })),
    },
    {
      model: 'gemini-2.5-pro',
      valid_from: '2025-06-17',
      verified: false,
      ...stepped(usd('1.25', '10.00', { cached: '0.125' }), usd('2.50', '15.00', { cached: '0.25' })),
    },
    {
      model: 'gemini-2.5-flash',
      valid_from: '2025-06-17',
      verified: false,
      note: AUDIO,
      ...gemini(usd('0.30', '2.50', { cached: '0.03' })),
    },
    {
      model: 'gemini-2.5-flash-lite',
      valid_from: '2025-07-22',
      verified: false,
      note: AUDIO,
      ...gemini(usd('0.10', '0.40', { cached: '0.01' })),
    },
    {
      model: 'gemini-2.0-flash',
      aliases: ['gemini-2.0-flash-001'],
      valid_from: '2025-02-05',
      verified: false,
      note: AUDIO,
      ...gemini(usd('0.10', '0.40', { cached: '0.025' })),
    },
    {
      model: 'gemini-2.0-flash-lite',
      aliases: ['gemini-2.0-flash-lite-001'],
      valid_from: '2025-02-25',
      verified: false,
      ...gemini(usd('0.075', '0.30')),
    },
    { model: 'gemini-embedding-001', valid_from: '2025-07-14', verified: false, ...gemini(usd('0.15', '0')) },
  ],
};
