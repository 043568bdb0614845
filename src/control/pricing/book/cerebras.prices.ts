import type { PriceSheet, WrittenPrice, WrittenRates } from '../document/price-document.types.js';
import { usd } from './notation.js';

const RETIRED = 'Retired upstream; the last price that was published, as others quote it.';

const retired = (model: string, rates: WrittenRates): WrittenPrice => ({
  model,
  valid_from: '2025-01-01',
  verified: false,
  note: RETIRED,
  ...rates,
});

/** Cerebras bills cached tokens as any other input. */
export const CEREBRAS_PRICES: PriceSheet = {
  provider: 'cerebras',
  source: 'https://api.cerebras.ai/public/v1/models',
  read_on: '2026-11-22',
  prices: [
    { model: 'gpt-oss-120b', valid_from: '2026-01-01', verified: true, ...usd('0.35', '0.75') },
    {
      model: 'qwen-3.8-27b',
      valid_from: '2026-09-01',
      verified: true,
      source: 'https://inference-docs.cerebras.ai/models/overview',
      ...usd('0.99', '1.49'),
    },
    {
      model: 'gemma-4-31b',
      valid_from: '2026-04-01',
      verified: false,
      note: 'The price of the time when it was shared; now on dedicated endpoints only.',
      ...usd('0.99', '1.49'),
    },
    { ...retired('zai-glm-4.7', usd('2.25', '2.75')), valid_from: '2026-01-01' },
    retired('zai-glm-4.6', usd('2.25', '2.75')),
    retired('llama-3.3-70b', usd('0.85', '1.20')),
    retired('llama3.1-8b', usd('0.10', '0.10')),
    retired('llama-4-scout-17b-16e-instruct', usd('0.65', '0.85')),
    retired('llama-4-maverick-17b-128e-instruct', usd('0.20', '0.60')),
    retired('qwen-3-32b', usd('0.40', '0.80')),
    retired('qwen-3-235b-a22b-instruct-2507', usd('0.60', '1.20')),
    retired('qwen-3-235b-a22b-thinking-2507', usd('0.60', '1.20')),
    retired('qwen-3-coder-480b', usd('2.00', '2.00')),
  ],
  unpriced: {
    'kimi-k2.7-code': 'For invited customers only: its price is not published.',
    'llama-3.2-90b': 'In no list of the vendor that is known.',
    'llama-3-8b': 'In no list of the vendor that is known.',
  },
};
