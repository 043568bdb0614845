import { DEFAULTS } from '../settings-defaults.js';
import { PATTERNS } from './patterns.js';
import { decimal, fields, type JsonSchema, milliseconds, named, oneOf, text, toggle, whole } from './schema-parts.js';

/** The section `models`. */
export const MODELS_SCHEMA: JsonSchema = fields('Names of models.', {
  aliases: named(
    'Other names that callers may use: an exact name or a pattern with *, and the provider/model, the route or the alias that it stands for. An exact name comes before a pattern, and of the patterns the one with the most other characters counts.',
    { pattern: PATTERNS.model, maxLength: 256 },
    text('provider/model, the name of a route, or another alias.', { maxLength: 512 }),
  ),
});

const target: JsonSchema = {
  description: 'provider/model or an alias of one; with a weight: { model, weight }.',
  type: ['string', 'object'],
  minLength: 1,
  maxLength: 512,
  additionalProperties: false,
  required: ['model'],
  properties: {
    model: text('provider/model, or an alias of one.', { maxLength: 512 }),
    weight: decimal(
      "Share of the requests, in relation to the other targets. Only for the strategies 'weighted' and 'adaptive'.",
      DEFAULTS.target.weight,
      { above: 0, max: 1_000_000 },
    ),
  },
};

const hedge = fields('A second attempt beside a first one that is slow to begin; the first token wins.', {
  enabled: toggle('Whether to hedge. It costs tokens.', DEFAULTS.hedge.enabled),
  percentile: decimal(
    'The second attempt begins after this percentile of the first-token times. Percent.',
    DEFAULTS.hedge.percentile,
    { min: 50, max: 99.9 },
  ),
  min_ms: milliseconds('The second attempt never begins earlier than this.', DEFAULTS.hedge.min_ms),
});

const route = fields(
  'A name that callers may use as a model, and the models that answer for it.',
  {
    strategy: oneOf(
      "How the targets are ordered for a request: 'ordered' as written, 'weighted' by chance and weight, 'adaptive' by how they do now.",
      ['ordered', 'weighted', 'adaptive'],
      DEFAULTS.route.strategy,
    ),
    targets: {
      description: 'Models that may answer. After a failure the next one is tried.',
      type: 'array',
      items: target,
      minItems: 1,
      maxItems: 100,
    },
    fallback_on_content_filter: toggle(
      'Whether the next target is tried after one has refused by its content filter.',
      DEFAULTS.route.fallback_on_content_filter,
    ),
    resume: oneOf(
      "What happens when a stream breaks after its first token: 'off' an error event; 'verified' the request runs again on the next candidate, and goes on only if its text begins with exactly what was sent.",
      ['off', 'verified'],
      DEFAULTS.route.resume,
    ),
    hedge,
  },
  ['targets'],
);

/** The section `routes`. */
export const ROUTES_SCHEMA: JsonSchema = named('Routes by name.', { pattern: PATTERNS.route, maxLength: 64 }, route);

const sessionAffinity = fields(
  'Requests of one session go to the same key and model while it does well, which keeps its prompt cache warm.',
  {
    enabled: toggle('Whether sessions stay.', DEFAULTS.session_affinity.enabled),
    headers: {
      description: 'Request headers that name the session; the first that is there counts.',
      type: 'array',
      items: text('Name of a header.', { pattern: PATTERNS.header, maxLength: 128 }),
      uniqueItems: true,
      maxItems: 16,
      default: DEFAULTS.session_affinity.headers,
    },
    prompt_cache_key: toggle(
      "Whether the request's prompt_cache_key names the session when no header does.",
      DEFAULTS.session_affinity.prompt_cache_key,
    ),
  },
);

const quotaQueue = fields('Requests that wait until a key has room, for each provider and model.', {
  max_waiting: whole(
    'Requests that may wait; the next one is refused with 429 and the exact Retry-After. 0: none waits.',
    DEFAULTS.quota_queue.max_waiting,
    { min: 0, max: 100_000 },
  ),
  max_wait_ms: milliseconds('Longest wait. The first-token clock runs meanwhile.', DEFAULTS.quota_queue.max_wait_ms, 0),
});

function influence(description: string, byDefault: number): JsonSchema {
  return decimal(description, byDefault, { min: 0, max: 1_000 });
}

const influences = fields('Shares of the measures in a score. Only their relation counts.', {
  errors: influence('Rate of errors.', DEFAULTS.influence.errors),
  first_token: influence(
    'Time to the first token, in relation to the size of the prompt.',
    DEFAULTS.influence.first_token,
  ),
  throughput: influence('Tokens per second after the first.', DEFAULTS.influence.throughput),
  queue_time: influence('Time in the queue of the upstream.', DEFAULTS.influence.queue_time),
  utilisation: influence('Use of the limits of the key.', DEFAULTS.influence.utilisation),
});

const A = DEFAULTS.adaptive;

const adaptive = fields("How 'adaptive' routes, and keys of equal standing, are chosen from live measures.", {
  choice: oneOf(
    "'power_of_two': the better of two that are drawn by weight; 'weighted': one that is drawn by weight.",
    ['power_of_two', 'weighted'],
    A.choice,
  ),
  recompute_ms: milliseconds('How often weights are computed again.', A.recompute_ms, 100),
  ewma_half_life_ms: milliseconds('Age at which a measure counts half.', A.ewma_half_life_ms, 100),
  minimum_requests: whole('Requests without which the error rate changes no state.', A.minimum_requests, {
    min: 1,
    max: 10_000,
  }),
  exploration_percent: decimal(
    'Share of the requests that go to a candidate drawn without its measures. Percent.',
    A.exploration_percent,
    { min: 0, max: 50 },
  ),
  degraded_error_rate: decimal('Error rate from which a candidate is degraded.', A.degraded_error_rate, {
    above: 0,
    max: 1,
  }),
  failed_error_rate: decimal(
    'Error rate from which a candidate has failed. Not below degraded_error_rate.',
    A.failed_error_rate,
    { above: 0, max: 1 },
  ),
  degraded_latency_ratio: decimal(
    'First-token time in relation to the best candidate, from which a candidate is degraded.',
    A.degraded_latency_ratio,
    { above: 1, max: 1_000 },
  ),
  failed_hold_ms: milliseconds('How long a failed candidate is left alone before it recovers.', A.failed_hold_ms),
  recovery_start_percent: decimal(
    'Share of its weight with which a recovering candidate begins. Percent.',
    A.recovery_start_percent,
    { above: 0, max: 100 },
  ),
  recovery_ramp_ms: milliseconds('Time in which a recovering candidate regains its weight.', A.recovery_ramp_ms),
  influence: influences,
});

/** The section `routing`. */
export const ROUTING_SCHEMA: JsonSchema = fields('How candidates are chosen, for all routes and providers.', {
  session_affinity: sessionAffinity,
  quota_queue: quotaQueue,
  adaptive,
});
