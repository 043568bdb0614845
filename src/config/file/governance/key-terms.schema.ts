import { KEY_SCOPES } from '../../../common/access/access.js';
import { PATTERNS } from '../schema/patterns.js';
import { type JsonSchema, oneOf, text, toggle, whole } from '../schema/schema-parts.js';
import { ON_LIMITER_DOWN, ON_UNPRICED } from './governance-values.js';

/** A list of texts. */
export function texts(description: string, rules: JsonSchema = {}): JsonSchema {
  return {
    description,
    type: 'array',
    items: { type: 'string', minLength: 1, maxLength: 200, ...rules },
    maxItems: 1_000,
  };
}

/** What a virtual key may do, beside whose it is; as in the API. */
export const KEY_FIELDS: Readonly<Record<string, JsonSchema>> = {
  disabled: toggle('Whether it is refused for now.', false),
  expires_at: text('When it ends, in ISO 8601. Default: never.', { pattern: PATTERNS.instant }),
  scopes: texts('What it may be used for. Default: inference and models.', { enum: KEY_SCOPES }),
  allowed_providers: texts('Providers that it may ask; patterns with *. Default: none.'),
  allowed_models: texts('Models that it may ask; patterns with *. Default: none.'),
  denied_models: texts('Models that are refused although they are allowed above; patterns with *.'),
  allowed_upstream_keys: texts(
    'Keys of providers that may be used for it, as provider/key; patterns with *. Default: all.',
  ),
  networks: texts('Networks in CIDR notation that it may be used from. Default: any.'),
  required_headers: {
    description: 'Headers that a request has to have, and patterns with * of their values.',
    type: 'object',
    propertyNames: { pattern: PATTERNS.header, maxLength: 128 },
    additionalProperties: { type: 'string', minLength: 1, maxLength: 1_024 },
  },
  tags: texts('Words that its usage can be asked by, and policies can look at.'),
  store_content: toggle('Whether prompts and answers may be stored.', true),
  on_limiter_down: oneOf(
    "What becomes of its calls while the shared counters cannot be reached. Default: 'closed' with a hard budget, else 'degraded'.",
    ON_LIMITER_DOWN,
  ),
  max_output_tokens: whole(
    "The bound, in tokens, of answers for which the caller names none; it is sent upstream. Default: none but the model's.",
    undefined,
    { min: 1, max: 10_000_000 },
  ),
  on_unpriced: oneOf('What to do with a model that has no price.', ON_UNPRICED, 'refuse'),
};
