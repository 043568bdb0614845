import { RATE_FIELDS } from './rate-fields.js';

/** Decimal dollars; that they have at most six decimals is checked where they are read, with a better message. */
const DOLLARS = { type: ['string', 'number'] };
const DAY = { type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2}$` };
const MOMENT = { type: 'string', pattern: String.raw`^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$` };
const SOURCE = { type: 'string', pattern: '^https?://[^ ]+$', maxLength: 500 };
const NAME = { type: 'string', minLength: 1, maxLength: 200 };

const RATES = Object.fromEntries(RATE_FIELDS.map(({ written }) => [written, DOLLARS]));
const LONG_CONTEXT = { $ref: '#/$defs/long_context' };
const TIER = { $ref: '#/$defs/tier' };

/** What the fields below refer to; belongs into each schema that has them. */
export const PRICING_DEFS = {
  long_context: {
    type: 'array',
    minItems: 1,
    maxItems: 8,
    items: {
      type: 'object',
      additionalProperties: false,
      required: ['above'],
      properties: { above: { type: 'integer', minimum: 1 }, ...RATES },
    },
  },
  tier: { type: 'object', additionalProperties: false, properties: { ...RATES, long_context: LONG_CONTEXT } },
};

/** The fields of what a call of a model is billed by. */
export const PRICING_FIELDS = {
  ...RATES,
  long_context: LONG_CONTEXT,
  tiers: { type: 'object', additionalProperties: false, properties: { batch: TIER, priority: TIER, flex: TIER } },
};

const PRICE = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'valid_from', 'verified'],
  properties: {
    model: NAME,
    aliases: { type: 'array', items: NAME, uniqueItems: true },
    valid_from: MOMENT,
    valid_until: MOMENT,
    verified: { type: 'boolean' },
    source: SOURCE,
    note: { type: 'string', maxLength: 500 },
    ...PRICING_FIELDS,
  },
};

const SHEET = {
  type: 'object',
  additionalProperties: false,
  required: ['provider', 'source', 'read_on', 'prices'],
  properties: {
    provider: NAME,
    source: SOURCE,
    read_on: DAY,
    prices: { type: 'array', items: PRICE },
    unpriced: { type: 'object', additionalProperties: { type: 'string', minLength: 1, maxLength: 500 } },
  },
};

/** JSON Schema of a price document. */
export const PRICE_DOCUMENT_SCHEMA = {
  title: 'Price book of Asbru',
  type: 'object',
  additionalProperties: false,
  required: ['version', 'sheets'],
  properties: { version: { const: 1 }, sheets: { type: 'array', items: SHEET } },
  $defs: PRICING_DEFS,
};
