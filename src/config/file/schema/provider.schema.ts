import { PROVIDER_TYPES } from '../provider-types.js';
import { DEFAULTS } from '../settings-defaults.js';
import { PATTERNS } from './patterns.js';
import { PROFILE_SCHEMA } from './profile.schema.js';
import { decimal, fields, type JsonSchema, milliseconds, named, oneOf, text, toggle, whole } from './schema-parts.js';

const MAX_PER_MINUTE = 1_000_000_000_000;

const limits = fields(
  "Limits of this key, counted for each model by itself. A limit that is left out is learned from the upstream's headers.",
  {
    requests_per_minute: whole('Requests per minute.', undefined, { min: 1, max: MAX_PER_MINUTE }),
    tokens_per_minute: whole('Tokens per minute, cached ones included.', undefined, { min: 1, max: MAX_PER_MINUTE }),
    uncached_tokens_per_minute: whole('Tokens per minute that the prompt cache does not hold.', undefined, {
      min: 1,
      max: MAX_PER_MINUTE,
    }),
  },
);

const key = fields(
  'One key of the account.',
  {
    name: text('Name of the key, shown in logs and metrics. Unique within the provider.', {
      pattern: PATTERNS.key,
      maxLength: 64,
    }),
    value: text('The key itself, best taken from the environment: ${CEREBRAS_API_KEY}. It is never shown.', {
      maxLength: 4096,
    }),
    weight: decimal('Share of the requests, in relation to the weights of the other keys.', DEFAULTS.key.weight, {
      above: 0,
      max: 1_000_000,
    }),
    models: {
      description: 'Models that the key may be used for. * stands for any characters.',
      type: 'array',
      items: text('A model id, or a pattern with *.', { pattern: PATTERNS.model, maxLength: 256 }),
      minItems: 1,
      uniqueItems: true,
      default: DEFAULTS.key.models,
    },
    limits,
  },
  ['name', 'value'],
);

const timeouts = fields('Clocks of a request to the upstream. The first that expires ends the attempt.', {
  connect_ms: milliseconds('Longest time to set up a connection, TLS included.', DEFAULTS.timeouts.connect_ms),
  first_byte_ms: milliseconds(
    'Longest time from sending a request to the first byte of its answer.',
    DEFAULTS.timeouts.first_byte_ms,
  ),
  first_token_ms: milliseconds(
    'Longest time from sending a request to the first piece of its answer: comments and role chunks are none. When it is left out and first_byte_ms is greater than the default, it is first_byte_ms.',
    DEFAULTS.timeouts.first_token_ms,
  ),
  idle_ms: milliseconds(
    'Longest time between two data events of a stream. Comments do not count.',
    DEFAULTS.timeouts.idle_ms,
  ),
  total_ms: milliseconds('Longest time for a whole answer.', DEFAULTS.timeouts.total_ms),
  after_finish_ms: milliseconds(
    'How long a stream may stay open after its finish reason; then it is ended as complete.',
    DEFAULTS.timeouts.after_finish_ms,
  ),
});

const retries = fields('Attempts after a failure, all of them before the first token has reached the client.', {
  max: whole('Further attempts after the first.', DEFAULTS.retries.max, { min: 0, max: 10 }),
  budget_percent: decimal(
    "Greatest share of retries in the provider's running requests. Percent.",
    DEFAULTS.retries.budget_percent,
    { min: 0, max: 100 },
  ),
  budget_floor: whole(
    'Retries at one time that the budget always allows, however few requests run.',
    DEFAULTS.retries.budget_floor,
    { min: 0, max: 1_000 },
  ),
  base_ms: milliseconds(
    'Upper bound of the random wait before the first retry; it doubles with each.',
    DEFAULTS.retries.base_ms,
    0,
  ),
  max_wait_ms: milliseconds(
    'Longest wait before a retry. An upstream that asks for more is not waited for.',
    DEFAULTS.retries.max_wait_ms,
    0,
  ),
});

const breaker = fields('Circuit breaker of each key and model: when it is open, the upstream is left alone.', {
  consecutive_failures: whole('Failures in a row that open it.', DEFAULTS.breaker.consecutive_failures, {
    min: 1,
    max: 1_000,
  }),
  failure_ratio: decimal('Share of failures in the window that opens it.', DEFAULTS.breaker.failure_ratio, {
    above: 0,
    max: 1,
  }),
  minimum_requests: whole(
    'Requests in the window below which the share does not count.',
    DEFAULTS.breaker.minimum_requests,
    { min: 1, max: 100_000 },
  ),
  window_ms: milliseconds('Length of the window.', DEFAULTS.breaker.window_ms, 100),
  slow_ms: {
    description: 'A first token later than this counts as a failure; null: slowness never does. Milliseconds.',
    type: ['integer', 'null'],
    minimum: 1,
    maximum: 86_400_000,
    default: DEFAULTS.breaker.slow_ms,
  },
  open_ms: milliseconds('Time between two probes while it is open.', DEFAULTS.breaker.open_ms, 100),
});

const malformedChunk = oneOf(
  "What becomes of a stream with an event that is not JSON: 'fail' ends it with an error, 'skip' leaves the event out and counts it.",
  ['fail', 'skip'],
  DEFAULTS.malformed_chunk,
);

/** In an override every value that is left out comes from the provider, so no default stands there. */
function withoutDefaults(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema).filter(([name]) => name !== 'default');
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'properties' ? eachWithoutDefaults(value) : value]),
  );
}

function eachWithoutDefaults(properties: unknown): unknown {
  return Object.fromEntries(
    Object.entries(Object(properties)).map(([name, value]) => [name, withoutDefaults(Object(value))]),
  );
}

const override = fields('What is different for these models. What is left out is as for the provider.', {
  timeouts: withoutDefaults(timeouts),
  breaker: withoutDefaults(breaker),
  malformed_chunk: withoutDefaults(malformedChunk),
});

const provider = fields(
  'One account at an upstream.',
  {
    type: oneOf('Which API the upstream speaks.', Object.keys(PROVIDER_TYPES)),
    base_url: text(
      "Address of the API, as one gives it to OpenAI's SDKs; a final /v1 may be left out. Without it, the type's own address. For openai-compatible it is used as it is written; a mere origin gets /v1.",
      { pattern: PATTERNS.url, maxLength: 2048, examples: [PROVIDER_TYPES.cerebras.baseUrl] },
    ),
    allow_private_addresses: toggle(
      'Whether a public name in base_url may lead to private or loopback addresses, and a link-local address in it is meant.',
      DEFAULTS.allow_private_addresses,
    ),
    ca_file: text(
      'Absolute path of a PEM file. Only the authorities in it are trusted with the certificate of base_url.',
      { maxLength: 4096, examples: ['/etc/asbru/upstream-ca.pem'] },
    ),
    passthrough_keys: toggle(
      "Whether the key that a caller sends (Authorization: Bearer, x-api-key, x-goog-api-key, api-key) is used for this provider in place of the gateway's own. Then keys may be left out.",
      DEFAULTS.passthrough_keys,
    ),
    keys: {
      description: 'Keys of the account. Types that run on own machines, and openai-compatible, work without.',
      type: 'array',
      items: key,
      minItems: 1,
      maxItems: 1_000,
    },
    headers: named(
      'Headers that are sent with each request, such as HTTP-Referer. Their values are never shown.',
      { pattern: PATTERNS.header, maxLength: 128 },
      text('Value of the header, best taken from the environment if it is secret.', { maxLength: 4096 }),
    ),
    api_version: text(
      'Version of the API of azure-openai: a date for the paths with deployments. Without it, the paths under /openai/v1.',
      { pattern: PATTERNS.version, maxLength: 64 },
    ),
    deployments: named(
      'Names of deployments of azure-openai, by model. A model that is not here is the name of a deployment.',
      { pattern: PATTERNS.model, maxLength: 256 },
      text('Name of the deployment.', { maxLength: 256 }),
    ),
    profile: PROFILE_SCHEMA,
    timeouts,
    retries,
    breaker,
    malformed_chunk: malformedChunk,
    retired_key_probe_ms: milliseconds(
      'How often a key that the upstream refuses (401, 402, 403) is tried again.',
      DEFAULTS.retired_key_probe_ms,
      1_000,
    ),
    models: named(
      'Overrides by model id, or by pattern with *. Of those that fit, only the most specific counts: the exact id, else the pattern with the most other characters.',
      { pattern: PATTERNS.model, maxLength: 256 },
      override,
    ),
  },
  ['type'],
);

/** The section `providers`. */
export const PROVIDERS_SCHEMA: JsonSchema = {
  ...named(
    'Upstreams by name. The name is the prefix of their model routes, as in cerebras/gpt-oss-120b.',
    { pattern: PATTERNS.provider, maxLength: 64 },
    provider,
  ),
  minProperties: 1,
};
