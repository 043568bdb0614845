import type { PriceSheet, WrittenPrice, WrittenPricing, WrittenRates } from '../document/price-document.types.js';
import { half, usd } from './notation.js';

const mistral = (model: string, from: string, rates: WrittenRates, aliases: string[] = []): WrittenPrice => ({
  model,
  aliases,
  valid_from: from,
  verified: false,
  ...rates,
  tiers: { batch: half(rates) },
});

/** Mistral, as several readers of its price list quote it. */
export const MISTRAL_PRICES: PriceSheet = {
  provider: 'mistral',
  source: 'https://mistral.ai/pricing',
  read_on: '2026-11-22',
  prices: [
    mistral('mistral-medium-3-5', '2026-04-28', usd('1.50', '7.50'), ['mistral-medium-3.5', 'mistral-medium-latest']),
    mistral('mistral-medium-2508', '2025-08-12', usd('0.40', '2.00')),
    mistral('mistral-medium-2505', '2025-05-07', usd('0.40', '2.00')),
    {
      ...mistral('mistral-large-2512', '2025-12-02', usd('0.50', '1.50'), ['mistral-large-latest']),
      note: 'Which model `mistral-large-latest` stands for changes: compare it with the vendor.',
    },
    mistral('mistral-large-2411', '2024-11-18', usd('2.00', '6.00')),
    mistral('pixtral-large-2411', '2024-11-18', usd('2.00', '6.00'), ['pixtral-large-latest']),
    mistral('mistral-small-latest', '2025-06-20', usd('0.10', '0.30'), ['mistral-small-2506']),
    mistral('ministral-14b-2512', '2025-12-02', usd('0.20', '0.20'), ['ministral-14b-latest']),
    mistral('ministral-8b-2512', '2025-12-02', usd('0.15', '0.15'), ['ministral-8b-latest']),
    mistral('ministral-3b-2512', '2025-12-02', usd('0.10', '0.10'), ['ministral-3b-latest']),
    mistral('magistral-medium-2509', '2025-09-18', usd('2.00', '5.00'), ['magistral-medium-latest']),
    mistral('magistral-small-2509', '2025-09-18', usd('0.50', '1.50'), ['magistral-small-latest']),
    mistral('codestral-2508', '2025-07-30', usd('0.30', '0.90'), ['codestral-latest']),
    mistral('devstral-2512', '2025-12-09', usd('0.40', '2.00'), ['devstral-medium-latest']),
    mistral('devstral-medium-2507', '2025-07-10', usd('0.40', '2.00')),
    mistral('mistral-embed', '2024-01-01', usd('0.10', '0')),
  ],
};

const PEAK = 'The price of peak hours: off-peak it is half, and the book has one price for the whole day.';

/** DeepSeek. */
export const DEEPSEEK_PRICES: PriceSheet = {
  provider: 'deepseek',
  source: 'https://api-docs.deepseek.com/quick_start/pricing',
  read_on: '2026-11-22',
  prices: [
    {
      model: 'deepseek-flash',
      valid_from: '2026-10-17',
      verified: false,
      note: PEAK,
      ...usd('0.30', '1.20', { cached: '0.006' }),
    },
    {
      model: 'deepseek-v4-pro',
      valid_from: '2026-05-31T15:59:00Z',
      valid_until: '2026-10-27',
      verified: true,
      ...usd('0.435', '0.87', { cached: '0.003625' }),
    },
    {
      model: 'deepseek-v4-pro',
      valid_from: '2026-10-27',
      verified: false,
      note: PEAK,
      ...usd('1.32', '3.96', { cached: '0.044' }),
    },
    {
      model: 'deepseek-v4-flash',
      valid_from: '2026-04-26T12:15:00Z',
      verified: true,
      ...usd('0.14', '0.28', { cached: '0.0028' }),
    },
    {
      model: 'deepseek-chat',
      aliases: ['deepseek-reasoner'],
      valid_from: '2025-09-29T16:00:00Z',
      valid_until: '2026-07-24T15:59:00Z',
      verified: false,
      ...usd('0.28', '0.42', { cached: '0.028' }),
    },
  ],
};

const grok = (above: number, own: WrittenRates, long: WrittenRates): WrittenPricing => ({
  ...own,
  long_context: [{ above, ...long }],
});
const SMALL = grok(128_000, usd('0.20', '0.50', { cached: '0.05' }), usd('0.40', '1.00', { cached: '0.05' }));
const MIDDLE = grok(200_000, usd('1.25', '2.50', { cached: '0.20' }), usd('2.50', '5.00', { cached: '0.40' }));
const LARGE = grok(200_000, usd('2.00', '6.00', { cached: '0.50' }), usd('4.00', '12.00', { cached: '1.00' }));

/** xAI; tools that it runs itself are not in the book. */
export const XAI_PRICES: PriceSheet = {
  provider: 'xai',
  source: 'https://docs.x.ai/developers/models',
  read_on: '2026-11-22',
  prices: [
    { model: 'grok-4.6', valid_from: '2026-08-07', verified: false, ...LARGE },
    { model: 'grok-4.5', valid_from: '2026-07-08', verified: false, ...LARGE },
    { model: 'grok-4.3', valid_from: '2026-05-03', verified: false, ...MIDDLE },
    {
      model: 'grok-4.20-0309-reasoning',
      aliases: ['grok-4.20-0309-non-reasoning'],
      valid_from: '2026-03-09',
      verified: false,
      ...MIDDLE,
    },
    { model: 'grok-build-0.1', valid_from: '2026-05-01', verified: false, ...usd('1.00', '2.00') },
    {
      model: 'grok-4-1-fast-reasoning',
      aliases: ['grok-4-1-fast', 'grok-4-1-fast-non-reasoning'],
      valid_from: '2025-11-19',
      verified: false,
      ...SMALL,
    },
    {
      model: 'grok-4-fast-reasoning',
      aliases: ['grok-4-fast', 'grok-4-fast-non-reasoning'],
      valid_from: '2025-09-19',
      verified: false,
      ...SMALL,
    },
    {
      model: 'grok-4-0709',
      aliases: ['grok-4', 'grok-4-latest'],
      valid_from: '2025-07-09',
      verified: false,
      ...grok(128_000, usd('3.00', '15.00', { cached: '0.75' }), usd('6.00', '30.00', { cached: '0.75' })),
    },
    {
      model: 'grok-code-fast-1',
      aliases: ['grok-code-fast'],
      valid_from: '2025-08-28',
      verified: false,
      ...usd('0.20', '1.50', { cached: '0.02' }),
    },
    { model: 'grok-3', valid_from: '2025-04-09', verified: false, ...usd('3.00', '15.00', { cached: '0.75' }) },
    { model: 'grok-3-mini', valid_from: '2025-04-09', verified: false, ...usd('0.30', '0.50', { cached: '0.075' }) },
  ],
};

const SEARCH = 'The fee of a request is that of the low search context; medium and high cost more.';

/** Perplexity: tokens, and a fee for each request. */
export const PERPLEXITY_PRICES: PriceSheet = {
  provider: 'perplexity',
  source: 'https://docs.perplexity.ai/getting-started/pricing',
  read_on: '2026-11-22',
  prices: [
    {
      model: 'sonar',
      valid_from: '2025-07-05',
      verified: true,
      note: SEARCH,
      ...usd('1.00', '1.00', { request: '0.005' }),
    },
    {
      model: 'sonar-pro',
      valid_from: '2025-07-05',
      verified: true,
      note: SEARCH,
      ...usd('3.00', '15.00', { request: '0.006' }),
    },
    {
      model: 'sonar-reasoning-pro',
      valid_from: '2025-07-05',
      verified: true,
      note: SEARCH,
      ...usd('2.00', '8.00', { request: '0.006' }),
    },
    {
      model: 'sonar-deep-research',
      valid_from: '2025-07-05',
      verified: true,
      note: 'Without citation tokens ($2 a million) and searches ($5 a thousand), which usage does not count as tokens.',
      ...usd('2.00', '8.00', { reasoning: '3.00' }),
    },
  ],
};
