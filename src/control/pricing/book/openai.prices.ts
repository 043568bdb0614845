import type {
  Dollars,
  PriceSheet,
  WrittenPrice,
  WrittenPricing,
  WrittenRates,
} from '../document/price-document.types.js';
import { OPENAI_CURRENT } from './openai-current.prices.js';
import { half, usd } from './notation.js';

const batch = (rates: WrittenRates): WrittenPricing => ({ ...rates, tiers: { batch: half(rates) } });
const flex = (rates: WrittenRates): WrittenPricing => ({ ...rates, tiers: { batch: half(rates), flex: half(rates) } });
/** With the rates of priority: input, cached input and output. */
const priority = (pricing: WrittenPricing, input: Dollars, cached: Dollars, output: Dollars): WrittenPricing => ({
  ...pricing,
  tiers: { ...pricing.tiers, priority: usd(input, output, { cached }) },
});
const codex = (model: string, from: string, rates: WrittenRates): WrittenPrice => ({
  model,
  valid_from: from,
  verified: false,
  ...batch(rates),
});

/** GPT-5.2 and what is older. */
const OLDER: readonly WrittenPrice[] = [
  {
    model: 'gpt-5.2',
    aliases: ['gpt-5.2-2025-12-11', 'gpt-5.2-chat-latest'],
    valid_from: '2025-12-11',
    verified: false,
    ...priority(flex(usd('1.75', '14.00', { cached: '0.175' })), '3.50', '0.35', '28.00'),
  },
  codex('gpt-5.3-codex', '2026-02-05', usd('1.75', '14.00', { cached: '0.175' })),
  codex('gpt-5.2-codex', '2026-01-14', usd('1.75', '14.00', { cached: '0.175' })),
  { model: 'gpt-5.2-pro', valid_from: '2025-12-11', verified: false, ...batch(usd('21.00', '168.00')) },
  {
    model: 'gpt-5.1',
    aliases: ['gpt-5.1-2025-11-13', 'gpt-5.1-chat-latest'],
    valid_from: '2025-11-13',
    verified: false,
    ...priority(flex(usd('1.25', '10.00', { cached: '0.125' })), '2.50', '0.25', '20.00'),
  },
  codex('gpt-5.1-codex-max', '2025-11-19', usd('1.25', '10.00', { cached: '0.125' })),
  codex('gpt-5.1-codex', '2025-11-13', usd('1.25', '10.00', { cached: '0.125' })),
  codex('gpt-5.1-codex-mini', '2025-11-13', usd('0.25', '2.00', { cached: '0.025' })),
  codex('gpt-5-codex', '2025-09-23', usd('1.25', '10.00', { cached: '0.125' })),
  {
    model: 'gpt-5',
    aliases: ['gpt-5-2025-08-07', 'gpt-5-chat-latest'],
    valid_from: '2025-08-07',
    verified: false,
    ...priority(flex(usd('1.25', '10.00', { cached: '0.125' })), '2.50', '0.25', '20.00'),
  },
  {
    model: 'gpt-5-mini',
    aliases: ['gpt-5-mini-2025-08-07'],
    valid_from: '2025-08-07',
    verified: true,
    ...priority(flex(usd('0.25', '2.00', { cached: '0.025' })), '0.45', '0.045', '3.60'),
  },
  {
    model: 'gpt-5-nano',
    aliases: ['gpt-5-nano-2025-08-07'],
    valid_from: '2025-08-07',
    verified: false,
    ...flex(usd('0.05', '0.40', { cached: '0.005' })),
  },
  {
    model: 'gpt-5-pro',
    aliases: ['gpt-5-pro-2025-10-06'],
    valid_from: '2025-10-06',
    verified: false,
    ...batch(usd('15.00', '120.00')),
  },
  {
    model: 'gpt-4.1',
    aliases: ['gpt-4.1-2025-04-14'],
    valid_from: '2025-04-14',
    verified: false,
    ...priority(batch(usd('2.00', '8.00', { cached: '0.50' })), '3.50', '0.875', '14.00'),
  },
  {
    model: 'gpt-4.1-mini',
    aliases: ['gpt-4.1-mini-2025-04-14'],
    valid_from: '2025-04-14',
    verified: false,
    ...priority(batch(usd('0.40', '1.60', { cached: '0.10' })), '0.70', '0.175', '2.80'),
  },
  {
    model: 'gpt-4.1-nano',
    aliases: ['gpt-4.1-nano-2025-04-14'],
    valid_from: '2025-04-14',
    verified: false,
    ...priority(batch(usd('0.10', '0.40', { cached: '0.025' })), '0.20', '0.05', '0.80'),
  },
  {
    model: 'gpt-4o',
    aliases: ['gpt-4o-2024-08-06', 'gpt-4o-2024-11-20'],
    valid_from: '2024-10-02',
    verified: false,
    ...priority(batch(usd('2.50', '10.00', { cached: '1.25' })), '4.25', '2.125', '17.00'),
  },
  { model: 'gpt-4o-2024-05-13', valid_from: '2024-05-13', verified: false, ...batch(usd('5.00', '15.00')) },
  { model: 'chatgpt-4o-latest', valid_from: '2024-08-14', verified: false, ...usd('5.00', '15.00') },
  {
    model: 'gpt-4o-mini',
    aliases: ['gpt-4o-mini-2024-07-18'],
    valid_from: '2024-07-18',
    verified: false,
    ...priority(batch(usd('0.15', '0.60', { cached: '0.075' })), '0.25', '0.125', '1.00'),
  },
  {
    model: 'o1',
    aliases: ['o1-2024-12-17'],
    valid_from: '2024-12-17',
    verified: false,
    ...batch(usd('15.00', '60.00', { cached: '7.50' })),
  },
  { model: 'o1-pro', valid_from: '2025-03-19', verified: false, ...batch(usd('150.00', '600.00')) },
  {
    model: 'o3',
    aliases: ['o3-2025-04-16'],
    valid_from: '2025-04-16',
    valid_until: '2025-06-10',
    verified: false,
    ...flex(usd('10.00', '40.00', { cached: '2.50' })),
  },
  {
    model: 'o3',
    aliases: ['o3-2025-04-16'],
    valid_from: '2025-06-10',
    verified: false,
    ...flex(usd('2.00', '8.00', { cached: '0.50' })),
  },
  { model: 'o3-pro', valid_from: '2025-06-10', verified: false, ...batch(usd('20.00', '80.00')) },
  {
    model: 'o3-mini',
    aliases: ['o3-mini-2025-01-31'],
    valid_from: '2025-01-31',
    verified: false,
    ...batch(usd('1.10', '4.40', { cached: '0.55' })),
  },
  {
    model: 'o4-mini',
    aliases: ['o4-mini-2025-04-16'],
    valid_from: '2025-04-16',
    verified: false,
    ...flex(usd('1.10', '4.40', { cached: '0.275' })),
  },
  {
    model: 'codex-mini-latest',
    valid_from: '2025-05-16',
    verified: true,
    ...usd('1.50', '6.00', { cached: '0.375' }),
  },
  {
    model: 'gpt-4-turbo',
    aliases: ['gpt-4-turbo-2024-04-09'],
    valid_from: '2024-04-09',
    verified: false,
    ...batch(usd('10.00', '30.00')),
  },
  { model: 'gpt-4', aliases: ['gpt-4-0613'], valid_from: '2023-06-13', verified: true, ...usd('30.00', '60.00') },
  {
    model: 'gpt-3.5-turbo',
    aliases: ['gpt-3.5-turbo-0125'],
    valid_from: '2024-02-16',
    verified: false,
    ...batch(usd('0.50', '1.50')),
  },
];

const OTHERS: readonly WrittenPrice[] = [
  { model: 'text-embedding-3-small', valid_from: '2024-01-25', verified: false, ...batch(usd('0.02', '0')) },
  { model: 'text-embedding-3-large', valid_from: '2024-01-25', verified: false, ...batch(usd('0.13', '0')) },
  { model: 'text-embedding-ada-002', valid_from: '2023-06-13', verified: false, ...batch(usd('0.10', '0')) },
  {
    model: 'omni-moderation-latest',
    aliases: ['omni-moderation-2024-09-26', 'text-moderation-latest'],
    valid_from: '2024-09-26',
    verified: false,
    note: 'Free of charge.',
    ...usd('0', '0'),
  },
  // $0.006 a minute.
  { model: 'whisper-1', valid_from: '2023-03-01', verified: false, usd_per_second: '0.0001' },
];

/** OpenAI. Prices of processing in a region (10 % more) are not in the book: override them. */
export const OPENAI_PRICES: PriceSheet = {
  provider: 'openai',
  source: 'https://developers.openai.com/api/docs/pricing',
  read_on: '2026-11-22',
  prices: [...OPENAI_CURRENT, ...OLDER, ...OTHERS],
  unpriced: {
    'gpt-image-1': 'Text and image tokens have different prices, and usage counts them together.',
    'gpt-image-1-mini': 'Text and image tokens have different prices, and usage counts them together.',
    'dall-e-3': 'Priced by size and quality of the image.',
    'dall-e-2': 'Priced by size of the image.',
    'tts-1': 'Priced by characters.',
    'tts-1-hd': 'Priced by characters.',
    'gpt-4o-mini-tts': 'Text and audio tokens have different prices.',
    'gpt-4o-transcribe': 'Text and audio tokens have different prices.',
    'gpt-4o-mini-transcribe': 'Text and audio tokens have different prices.',
    'gpt-audio': 'Text and audio tokens have different prices.',
    'gpt-audio-mini': 'Text and audio tokens have different prices.',
  },
};
