import {
  anything,
  boolean,
  checkMembers,
  type Check,
  type Fields,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  shape,
  string,
  stringOrList,
  tagged,
  text,
} from './field-checks.js';
import { isObject } from './json-value.js';
import { messages, prediction } from './message-fields.js';
import { invalidShape } from './sandbox-refusal.js';
import type { ChatBody, CompletionBody } from './sandbox-types.js';

const MAX_CHOICES = 128;
const MAX_STOPS = 4;
const MAX_CACHE_KEY = 1024;

/** Containers at the top level are reported without the leading `body.`, their scalars with it (captured). */
const bare =
  (check: Check): Check =>
  (value, path, issues) =>
    check(value, path.slice('body.'.length), issues);

const notEmpty = text({ pattern: /[^]/ });

const logitBias: Check = (value, path, issues) => {
  if (!isObject(value)) return object(value, path, issues);
  const bias = number(-100, 100);
  for (const [token, weight] of Object.entries(value)) {
    if (!/^\d+$/.test(token)) issues.push(`${path}.${token}: Input should be a valid integer`);
    bias(weight, `${path}.${token}`, issues);
  }
};

const functionName = text({ pattern: /^[A-Za-z0-9_-]{1,64}$/ });

const tool = tagged({
  function: {
    fields: {
      function: shape(
        {
          name: functionName,
          description: nullable(string),
          parameters: nullable(object),
          strict: nullable(boolean),
        },
        ['name'],
      ),
    },
    required: ['function'],
  },
});

const namedTool = tagged({
  function: { fields: { function: shape({ name: string }, ['name']) }, required: ['function'] },
});
const toolMode = oneOf('none', 'auto', 'required');

const toolChoice: Check = (value, path, issues) =>
  isObject(value) ? namedTool(value, path, issues) : toolMode(value, path, issues);

const responseFormat = tagged({
  text: { fields: {}, required: [] },
  json_object: { fields: {}, required: [] },
  json_schema: {
    fields: {
      json_schema: shape(
        { name: functionName, description: nullable(string), schema: nullable(object), strict: nullable(boolean) },
        ['name'],
      ),
    },
    required: ['json_schema'],
  },
});

/** -1 stands for the longest sequence (wire.md 1.3). */
const tokenCount = nullable(integer(-1));

const SAMPLING: Fields = {
  model: string,
  temperature: nullable(number(0, 2)),
  top_p: nullable(number(0, 1)),
  frequency_penalty: nullable(number(-2, 2)),
  presence_penalty: nullable(number(-2, 2)),
  logit_bias: nullable(logitBias),
  max_tokens: tokenCount,
  min_tokens: tokenCount,
  n: nullable(integer(1, MAX_CHOICES)),
  seed: nullable(integer()),
  stop: nullable(stringOrList(notEmpty, list(notEmpty, { min: 1, max: MAX_STOPS }))),
  stream: nullable(boolean),
  stream_options: nullable(bare(shape({ include_usage: nullable(boolean) }))),
  user: nullable(string),
  prompt_cache_key: nullable(text({ max: MAX_CACHE_KEY })),
  model_parameters: nullable(object),
  reasoning_format: oneOf('none', 'parsed', 'text_parsed', 'raw', 'hidden'),
};

const CHAT: Fields = {
  ...SAMPLING,
  messages: bare(messages),
  max_completion_tokens: tokenCount,
  min_completion_tokens: tokenCount,
  logprobs: nullable(boolean),
  top_logprobs: nullable(integer(0, 20)),
  tools: nullable(bare(list(tool, { min: 1 }))),
  tool_choice: nullable(bare(toolChoice)),
  parallel_tool_calls: nullable(boolean),
  response_format: nullable(bare(responseFormat)),
  prediction: nullable(bare(prediction)),
  reasoning_effort: nullable(oneOf('none', 'low', 'medium', 'high')),
  disable_reasoning: nullable(boolean),
  clear_thinking: nullable(boolean),
  service_tier: nullable(oneOf('auto', 'default', 'flex', 'priority')),
};

const token = integer(0);
const prompt: Check = (value, path, issues) => {
  const first: unknown = Array.isArray(value) ? value[0] : undefined;
  if (typeof first === 'string') return list(string)(value, path, issues);
  if (typeof first === 'number') return list(token)(value, path, issues);
  if (Array.isArray(first)) return list(list(token, { min: 1 }))(value, path, issues);
  stringOrList(anything, list(string, { min: 1 }))(value, path, issues);
};

const COMPLETION: Fields = {
  ...SAMPLING,
  prompt: bare(prompt),
  best_of: nullable(integer(1, 20)),
  echo: nullable(boolean),
  suffix: nullable(string),
  logprobs: nullable(integer(0, 5)),
  grammar_root: nullable(string),
  return_raw_tokens: nullable(boolean),
};

function refuseUnless(body: unknown, fields: Fields, required: string[]): void {
  const issues: string[] = [];
  if (isObject(body)) checkMembers(body, 'body', issues, fields, required);
  else object(body, 'body', issues);
  if (issues.length > 0) throw invalidShape(issues);
}

/** Refuses a chat request with an unknown property, a wrong type or a value out of range. */
export function assertChatBody(body: unknown): asserts body is ChatBody {
  refuseUnless(body, CHAT, ['model', 'messages']);
}

/** The same for a legacy completion request. */
export function assertCompletionBody(body: unknown): asserts body is CompletionBody {
  refuseUnless(body, COMPLETION, ['model', 'prompt']);
}
