import {
  anything,
  boolean,
  type Check,
  checkMembers,
  type Fields,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  shape,
  string,
  text,
} from '../field-checks.js';
import { isObject } from '../json-value.js';
import { invalid } from './anthropic-answers.js';
import type { MessagesBody } from './messages-request.types.js';

type Variants = Readonly<Record<string, { fields: Fields; required?: string[] }>>;

/** A union by `type`; unlike Cerebras', its errors have the type in their path: `messages.0.content.1.thinking.signature`. */
function union(variants: Variants, fallback?: string): Check {
  const expected = Object.keys(variants)
    .map((name) => `'${name}'`)
    .join(', ');
  const common = fallback === undefined ? ['type'] : [];
  return (value, path, issues) => {
    if (!isObject(value)) return object(value, path, issues);
    const type: unknown = value['type'] ?? fallback;
    if (type === undefined) return void issues.push(`${path}.type: Field required`);
    const name = typeof type === 'string' ? type : JSON.stringify(type);
    const variant = Object.hasOwn(variants, name) ? variants[name] : undefined;
    if (variant) {
      const { fields, required = [] } = variant;
      checkMembers(value, `${path}.${name}`, issues, { type: anything, ...fields }, [...common, ...required]);
    } else {
      issues.push(
        `${path}: Input tag '${name}' found using 'type' does not match any of the expected tags: ${expected}`,
      );
    }
  };
}

const cacheControl = nullable(union({ ephemeral: { fields: { ttl: oneOf('5m', '1h') } } }));
const base64 = text({ pattern: /^[A-Za-z0-9+/]+={0,2}$/ });

const imageSource = union({
  base64: {
    fields: { media_type: oneOf('image/jpeg', 'image/png', 'image/gif', 'image/webp'), data: base64 },
    required: ['media_type', 'data'],
  },
  url: { fields: { url: text({ pattern: /^https?:\/\// }) }, required: ['url'] },
});
const documentSource = union({
  base64: { fields: { media_type: oneOf('application/pdf'), data: base64 }, required: ['media_type', 'data'] },
  text: { fields: { media_type: oneOf('text/plain'), data: string }, required: ['media_type', 'data'] },
  url: { fields: { url: text({ pattern: /^https?:\/\// }) }, required: ['url'] },
});

const TEXT = {
  fields: { text: string, cache_control: cacheControl, citations: nullable(list(object)) },
  required: ['text'],
};
const IMAGE = { fields: { source: imageSource, cache_control: cacheControl }, required: ['source'] };
const DOCUMENT = {
  fields: {
    source: documentSource,
    title: nullable(string),
    context: nullable(string),
    citations: nullable(object),
    cache_control: cacheControl,
  },
  required: ['source'],
};

const toolId = text({ pattern: /^[a-zA-Z0-9_-]+$/ });
const resultBlock = union({ text: TEXT, image: IMAGE, document: DOCUMENT });

const stringOr =
  (check: Check): Check =>
  (value, path, issues) => {
    if (typeof value !== 'string') list(check)(value, path, issues);
  };

const block = union({
  text: TEXT,
  image: IMAGE,
  document: DOCUMENT,
  tool_use: {
    fields: { id: toolId, name: text({ max: 200 }), input: object, cache_control: cacheControl, caller: object },
    required: ['id', 'name', 'input'],
  },
  tool_result: {
    fields: { tool_use_id: toolId, content: stringOr(resultBlock), is_error: boolean, cache_control: cacheControl },
    required: ['tool_use_id'],
  },
  thinking: { fields: { thinking: string, signature: string }, required: ['thinking', 'signature'] },
  redacted_thinking: { fields: { data: string }, required: ['data'] },
});

const inputSchema: Check = (value, path, issues) => {
  if (!isObject(value)) return object(value, path, issues);
  if (value['type'] === undefined) issues.push(`${path}.type: Field required`);
  else oneOf('object')(value['type'], `${path}.type`, issues);
};

const tool = union(
  {
    custom: {
      fields: {
        name: text({ pattern: /^[a-zA-Z0-9_-]{1,128}$/ }),
        description: string,
        input_schema: inputSchema,
        strict: nullable(boolean),
        cache_control: cacheControl,
        eager_input_streaming: nullable(boolean),
        defer_loading: boolean,
        input_examples: list(object),
      },
      required: ['name', 'input_schema'],
    },
  },
  'custom',
);

const parallel = { disable_parallel_tool_use: boolean };

const FIELDS: Fields = {
  model: text({ pattern: /[^]/ }),
  max_tokens: integer(1),
  messages: list(shape({ role: oneOf('user', 'assistant', 'system'), content: stringOr(block) }, ['role', 'content'])),
  system: stringOr(union({ text: TEXT })),
  stream: boolean,
  stop_sequences: list(string),
  temperature: number(0, 1),
  top_p: number(0, 1),
  top_k: integer(0),
  tools: list(tool),
  tool_choice: union({
    auto: { fields: parallel },
    any: { fields: parallel },
    tool: { fields: { name: string, ...parallel }, required: ['name'] },
    none: { fields: {} },
  }),
  thinking: union({
    enabled: {
      fields: { budget_tokens: integer(1024), display: nullable(oneOf('summarized', 'omitted')) },
      required: ['budget_tokens'],
    },
    adaptive: { fields: { display: nullable(oneOf('summarized', 'omitted')) } },
    disabled: { fields: {} },
  }),
  output_config: shape({
    effort: nullable(oneOf('low', 'medium', 'high', 'xhigh', 'max')),
    format: nullable(union({ json_schema: { fields: { schema: object }, required: ['schema'] } })),
  }),
  metadata: shape({ user_id: nullable(text({ max: 512 })) }),
  service_tier: oneOf('auto', 'standard_only'),
  cache_control: cacheControl,
  inference_geo: nullable(string),
  container: nullable(string),
  speed: nullable(oneOf('standard', 'fast')),
};

const COUNT_FIELDS: Fields = Object.fromEntries(
  Object.entries(FIELDS).filter(([name]) => !['max_tokens', 'stream', 'stop_sequences', 'metadata'].includes(name)),
);

/** The checks are those of the Cerebras sandbox; the API has words of its own for a member that it does not know. */
function inAnthropicWords(issue: string): string {
  return issue.replace(/^body\./, '').replace(/: property '.*' is unsupported$/, ': Extra inputs are not permitted');
}

function refuseUnless(body: unknown, fields: Fields, required: string[]): asserts body is MessagesBody {
  const issues: string[] = [];
  if (isObject(body)) checkMembers(body, 'body', issues, fields, required);
  else throw invalid('Input should be a valid dictionary');
  const [first] = issues;
  if (first !== undefined) throw invalid(inAnthropicWords(first));
}

/** Refuses a request with an unknown member, a wrong type or a value out of range. @throws AnthropicRefusal 400 */
export function assertMessagesBody(body: unknown): asserts body is MessagesBody {
  refuseUnless(body, FIELDS, ['model', 'max_tokens', 'messages']);
}

/** The same for POST /v1/messages/count_tokens. */
export function assertCountBody(body: unknown): asserts body is MessagesBody {
  refuseUnless(body, COUNT_FIELDS, ['model', 'messages']);
}
