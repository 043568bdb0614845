import { PATTERNS } from '../schema/patterns.js';
import { fields, type JsonSchema, oneOf, text, whole } from '../schema/schema-parts.js';
import { BUDGET_MODES, LEVEL_METRICS, PRICE_RATES, type PriceRate } from './governance-values.js';
import { texts } from './key-terms.schema.js';

const MAX_USD = 9_000_000_000;

/** Decimal dollars, as text or number, with at most six decimals. */
function dollars(description: string): JsonSchema {
  return { description, type: ['string', 'number'], pattern: PATTERNS.dollars, minimum: 0, maximum: MAX_USD };
}

const RATE_WORDS: Readonly<Record<PriceRate, string>> = {
  input_usd_per_million: 'Dollars for a million input tokens.',
  cached_input_usd_per_million: "For a million that are read from the provider's cache. Default: as input.",
  cache_write_usd_per_million: 'For a million that are written into it. Default: as input.',
  cache_write_long_usd_per_million: 'For a million of those that are kept for an hour or longer.',
  output_usd_per_million: 'Dollars for a million output tokens.',
  reasoning_usd_per_million: 'For a million reasoning tokens. Default: as output.',
  usd_per_request: 'Dollars for each request, beside its tokens.',
  usd_per_image: 'Dollars for each image.',
  usd_per_second: 'Dollars for each second of audio.',
};

const MODELS = texts('Models that it is about; patterns with *. Default: all.');
const PROVIDERS = texts('Providers that it is about; patterns with *. Default: all.');

const OVERRIDE = fields(
  'An amount that is added for a time.',
  {
    amount_usd: dollars('Dollars that are added.'),
    from: text('When it begins, in ISO 8601.', { pattern: PATTERNS.instant }),
    until: text('When it ends, exclusive.', { pattern: PATTERNS.instant }),
  },
  ['amount_usd', 'from', 'until'],
);

/** What a level may spend. */
export const BUDGETS: JsonSchema = {
  description: 'What it may spend.',
  type: 'array',
  maxItems: 50,
  items: fields(
    'A budget.',
    {
      name: text('Name for people.', { maxLength: 200 }),
      amount_usd: dollars('Dollars, with at most six decimals.'),
      period: text(
        'hour, day, week, month, quarter or year of the calendar; a time such as 30d for the last so much time; prepaid.',
        {
          pattern: PATTERNS.period,
        },
      ),
      time_zone: text('In which the calendar is read, as Europe/Berlin. Default: UTC.', { maxLength: 64 }),
      mode: oneOf("'hard' refuses what does not fit, 'soft' notes it.", BUDGET_MODES, 'hard'),
      thresholds: {
        description: 'Percentages at which use is told. Default: 80 and 100.',
        type: 'array',
        items: { type: 'number', exclusiveMinimum: 0, maximum: 1_000 },
        uniqueItems: true,
        maxItems: 20,
      },
      models: MODELS,
      providers: PROVIDERS,
      overrides: { description: 'Amounts that are added for a time.', type: 'array', items: OVERRIDE, maxItems: 100 },
    },
    ['amount_usd', 'period'],
  ),
};

/** What a level may use in a window. */
export const RATE_LIMITS: JsonSchema = {
  description: 'What it may use in a window of time.',
  type: 'array',
  maxItems: 50,
  items: fields(
    'A rate limit.',
    {
      metric: oneOf('What is counted.', LEVEL_METRICS),
      limit: whole('How much of it.', undefined, { min: 1, max: Number.MAX_SAFE_INTEGER }),
      window: text('In which time, from 1s to 24h; none for concurrency.', { pattern: PATTERNS.window }),
      models: MODELS,
      providers: PROVIDERS,
    },
    ['metric', 'limit'],
  ),
};

/** Prices in the place of those of the price book. */
export const PRICES: JsonSchema = {
  description: 'Prices that take the place of those of the price book.',
  type: 'array',
  maxItems: 1_000,
  items: fields(
    'A price.',
    {
      provider: text('Name of a provider, or its type, or * for all.', { maxLength: 200 }),
      model: text('A model as the provider is asked for it, or a pattern with *.', { maxLength: 200 }),
      valid_from: text('The first day (UTC) or moment of its validity. Default: always.', { pattern: PATTERNS.moment }),
      valid_until: text('The day or moment from which on it is not valid.', { pattern: PATTERNS.moment }),
      note: text('Where it is from.', { maxLength: 500 }),
      ...Object.fromEntries(PRICE_RATES.map((rate) => [rate, dollars(RATE_WORDS[rate])])),
    },
    ['provider', 'model'],
  ),
};
