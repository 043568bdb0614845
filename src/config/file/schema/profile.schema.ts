import {
  PROFILE_EFFORTS,
  PROFILE_OPERATIONS,
  REASONING_HISTORIES,
  STATUS_MEANINGS,
  TOKEN_LIMITS,
} from '../profile-values.js';
import { PATTERNS } from './patterns.js';
import { fields, type JsonSchema, named, oneOf, text } from './schema-parts.js';

/** Names of parameters, as they stand in a request's body. */
function parameters(description: string): JsonSchema {
  return {
    description,
    type: 'array',
    items: text('Name of a parameter.', { pattern: PATTERNS.parameter, maxLength: 128 }),
    uniqueItems: true,
    maxItems: 200,
  };
}

function flag(description: string): JsonSchema {
  return { description, type: 'boolean' };
}

/** A mapping that has a field for each of the names. */
function each(description: string, names: readonly string[], field: (name: string) => JsonSchema): JsonSchema {
  return fields(description, Object.fromEntries(names.map((name) => [name, field(name)])));
}

/** The section `profile` of a provider: no field has a default of its own, because what is left out is the type's. */
export const PROFILE_SCHEMA: JsonSchema = fields(
  "In what the upstream differs from its type. What is left out is as for the type; for openai-compatible, as for OpenAI's own API.",
  {
    operations: {
      description: 'What the upstream can do. Others are refused.',
      type: 'array',
      items: oneOf('An operation.', PROFILE_OPERATIONS),
      minItems: 1,
      uniqueItems: true,
    },
    paths: each('Paths of operations, appended to base_url as it is written.', PROFILE_OPERATIONS, (operation) =>
      text(`Path of ${operation}, with its query if it needs one.`, { pattern: PATTERNS.path, maxLength: 512 }),
    ),
    auth: fields('How the key is sent.', {
      header: text('Name of the header that holds the key.', { pattern: PATTERNS.header, maxLength: 128 }),
      scheme: {
        description: 'Word before the key, such as Bearer; empty: the key alone.',
        type: 'string',
        pattern: PATTERNS.scheme,
        maxLength: 64,
      },
    }),
    unknown: oneOf(
      "What becomes of a parameter that no list names: 'pass' sends it, 'filter' leaves it out and names it.",
      ['pass', 'filter'],
    ),
    pass: parameters('Parameters that are sent as they come.'),
    filter: parameters('Parameters that are not sent, and named in x-asbru-filtered-params.'),
    rename: named(
      "Parameters that have another name here: OpenAI's name, and the upstream's.",
      { pattern: PATTERNS.parameter, maxLength: 128 },
      text('Name at the upstream.', { pattern: PATTERNS.parameter, maxLength: 128 }),
    ),
    token_limit: oneOf('Under which name the limit of tokens is sent.', TOKEN_LIMITS),
    developer_role: flag('Whether there is a role developer; else such messages are sent as system messages.'),
    efforts: each(
      'What is sent as reasoning_effort, by what the caller asks for. An effort that is left out is filtered.',
      PROFILE_EFFORTS,
      (effort) => text(`What is sent for ${effort}.`, { maxLength: 64 }),
    ),
    reasoning_history: oneOf(
      "Where the reasoning of earlier turns is sent back: in a field of the message, as 'parts' of its content, or not at all.",
      REASONING_HISTORIES,
    ),
    stream_options: flag('Whether stream_options may be sent. Without it the upstream must say its usage unasked.'),
    think_tags: flag('Whether the content of an answer begins with its reasoning, between <think> and </think>.'),
    usage_path: text('Where usage stands in answers when it is not usage: names joined by dots.', {
      pattern: PATTERNS.dotted,
      maxLength: 256,
    }),
    statuses: named(
      "What HTTP statuses mean that OpenAI uses otherwise: 'invalid' the request, 'busy' as 429, 'unavailable' as 503, 'credit' the account's money.",
      { pattern: PATTERNS.status },
      oneOf('What it means.', STATUS_MEANINGS),
    ),
  },
);
