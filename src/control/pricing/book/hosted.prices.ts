import type { PriceSheet, WrittenPrice, WrittenPricing, WrittenRates } from '../document/price-document.types.js';
import { half, usd } from './notation.js';

const batched = (rates: WrittenRates): WrittenPricing => ({ ...rates, tiers: { batch: half(rates) } });

const groq = (model: string, from: string, rates: WrittenRates): WrittenPrice => ({
  model,
  valid_from: from,
  verified: false,
  ...batched(rates),
});

/** Groq, as several readers of its price list quote it. */
export const GROQ_PRICES: PriceSheet = {
  provider: 'groq',
  source: 'https://groq.com/pricing',
  read_on: '2026-11-22',
  prices: [
    groq('openai/gpt-oss-120b', '2025-08-05', usd('0.15', '0.60', { cached: '0.075' })),
    groq('openai/gpt-oss-20b', '2025-08-05', usd('0.075', '0.30', { cached: '0.0375' })),
    groq('openai/gpt-oss-safeguard-20b', '2025-10-29', usd('0.075', '0.30', { cached: '0.0375' })),
    groq('llama-3.3-70b-versatile', '2024-12-06', usd('0.59', '0.79')),
    groq('llama-3.1-8b-instant', '2024-07-23', usd('0.05', '0.08')),
    groq('meta-llama/llama-4-scout-17b-16e-instruct', '2025-04-05', usd('0.11', '0.34')),
    groq('meta-llama/llama-4-maverick-17b-128e-instruct', '2025-04-05', usd('0.20', '0.60')),
    groq('meta-llama/llama-guard-4-12b', '2025-05-29', usd('0.20', '0.20')),
    groq('qwen/qwen3-32b', '2025-06-11', usd('0.29', '0.59')),
    groq('moonshotai/kimi-k2-instruct-0905', '2025-09-05', usd('1.00', '3.00', { cached: '0.50' })),
    {
      model: 'whisper-large-v3',
      valid_from: '2024-06-01',
      verified: false,
      note: '$0.111 an hour, rounded up to a millionth of a dollar for a second.',
      usd_per_second: '0.000031',
    },
    {
      model: 'whisper-large-v3-turbo',
      valid_from: '2024-10-09',
      verified: false,
      note: '$0.04 an hour, rounded up to a millionth of a dollar for a second.',
      usd_per_second: '0.000012',
    },
  ],
};

const fireworks = (name: string, rates: WrittenRates, verified = true): WrittenPrice => ({
  model: `accounts/fireworks/models/${name}`,
  valid_from: '2026-05-01',
  verified,
  ...batched(rates),
});

/** Fireworks' headline models; the others are priced by size. */
export const FIREWORKS_PRICES: PriceSheet = {
  provider: 'fireworks',
  source: 'https://docs.fireworks.ai/serverless/pricing',
  read_on: '2026-11-22',
  prices: [
    fireworks('kimi-k2p6', usd('0.95', '4.00', { cached: '0.16' })),
    fireworks('kimi-k2p5', usd('0.60', '3.00', { cached: '0.10' })),
    fireworks('deepseek-v4-pro', usd('1.74', '3.48', { cached: '0.145' }), false),
    fireworks('deepseek-v3p2', usd('0.56', '1.68', { cached: '0.28' })),
    fireworks('deepseek-v3p1', usd('0.56', '1.68', { cached: '0.28' })),
    fireworks('glm-5p1', usd('1.40', '4.40', { cached: '0.26' }), false),
    fireworks('glm-5', usd('1.00', '3.20', { cached: '0.20' })),
    fireworks('glm-4p7', usd('0.60', '2.20', { cached: '0.30' })),
    fireworks('gpt-oss-120b', usd('0.15', '0.60', { cached: '0.015' })),
    fireworks('gpt-oss-20b', usd('0.07', '0.30', { cached: '0.035' })),
    fireworks('llama-v3p3-70b-instruct', usd('0.90', '0.90'), false),
  ],
};

const together = (model: string, rates: WrittenRates): WrittenPrice => ({
  model,
  valid_from: '2025-09-01',
  verified: false,
  ...rates,
});

/** Together; what some models cost in batches is not published for each. */
export const TOGETHER_PRICES: PriceSheet = {
  provider: 'together',
  source: 'https://www.together.ai/pricing',
  read_on: '2026-11-22',
  prices: [
    together('openai/gpt-oss-120b', usd('0.15', '0.60')),
    together('openai/gpt-oss-20b', usd('0.05', '0.20')),
    together('meta-llama/Llama-3.3-70B-Instruct-Turbo', usd('0.88', '0.88')),
    together('deepseek-ai/DeepSeek-V3.1', usd('0.60', '1.70')),
    together('deepseek-ai/DeepSeek-V4-Pro', usd('2.10', '4.40')),
    together('Qwen/Qwen3-235B-A22B-Instruct-2507-tput', usd('0.20', '0.60')),
  ],
};
