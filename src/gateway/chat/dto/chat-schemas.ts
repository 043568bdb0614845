import type { ApiPropertyOptions } from '@nestjs/swagger';

/** OpenAPI schemas of the members whose TypeScript types are unions, which decorators cannot read. */

const CONTENT_PART = {
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['text', 'image_url', 'refusal', 'file'], description: 'What the part holds.' },
    text: { type: 'string', description: 'The text of a `text` part.' },
    image_url: {
      type: 'object',
      required: ['url'],
      description: 'The image of an `image_url` part; user messages only.',
      properties: {
        url: { type: 'string', description: 'A base64 data URI of a PNG or JPEG image.' },
        detail: { type: 'string', enum: ['auto', 'low', 'high'], description: 'Accepted; Cerebras does not use it.' },
      },
    },
  },
  additionalProperties: true,
} as const;

const TOOL_CALL = {
  type: 'object',
  required: ['id', 'type', 'function'],
  properties: {
    id: { type: 'string', description: 'Id of the call, which the tool message repeats.' },
    type: { type: 'string', enum: ['function'] },
    function: {
      type: 'object',
      required: ['name', 'arguments'],
      properties: {
        name: { type: 'string' },
        arguments: { type: 'string', description: 'JSON text, passed on character for character.' },
      },
    },
  },
} as const;

const MESSAGE = {
  type: 'object',
  required: ['role'],
  properties: {
    role: {
      type: 'string',
      enum: ['system', 'developer', 'user', 'assistant', 'tool', 'function'],
      description: 'Who speaks.',
    },
    content: {
      description: 'What is said: a text, or parts. An assistant message with tool calls may have none.',
      anyOf: [{ type: 'string' }, { type: 'array', minItems: 1, items: { ...CONTENT_PART } }, { type: 'null' }],
    },
    name: { type: 'string', description: 'Tells speakers of one role apart.' },
    tool_calls: { type: 'array', items: { ...TOOL_CALL }, description: 'Assistant: the calls that the model made.' },
    tool_call_id: { type: 'string', description: 'Tool: the call that this message answers.' },
    reasoning: {
      type: 'string',
      description: 'Assistant: the reasoning of that turn (Cerebras); `reasoning_content` is an alias.',
    },
  },
  additionalProperties: true,
} as const;

const FUNCTION = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'Name of the function.' },
    description: { type: 'string', description: 'What it does, for the model to choose by.' },
    parameters: { type: 'object', additionalProperties: true, description: 'JSON Schema of the arguments.' },
    strict: { type: 'boolean', description: 'Whether the arguments obey the schema exactly.' },
  },
} as const;

// Decorator options are mutable types, and these objects are shared: every use gets a copy.
const options = (schema: object): ApiPropertyOptions => structuredClone(schema);

export const MESSAGES_SCHEMA = options({
  type: 'array',
  minItems: 1,
  items: MESSAGE,
  example: [{ role: 'user', content: 'Hello' }],
});

export const STOP_SCHEMA = options({
  anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, maxItems: 4 }, { type: 'null' }],
});

export const TOOLS_SCHEMA = options({
  type: 'array',
  items: {
    type: 'object',
    required: ['type', 'function'],
    properties: { type: { type: 'string', enum: ['function'] }, function: FUNCTION },
  },
});

export const TOOL_CHOICE_SCHEMA = options({
  anyOf: [
    { type: 'string', enum: ['none', 'auto', 'required'] },
    {
      type: 'object',
      required: ['type', 'function'],
      properties: {
        type: { type: 'string', enum: ['function'] },
        function: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      },
    },
    {
      type: 'object',
      required: ['type', 'allowed_tools'],
      properties: {
        type: { type: 'string', enum: ['allowed_tools'] },
        allowed_tools: {
          type: 'object',
          properties: {
            mode: { type: 'string', enum: ['auto', 'required'] },
            tools: { type: 'array', items: { type: 'object', additionalProperties: true } },
          },
        },
      },
    },
  ],
});

export const RESPONSE_FORMAT_SCHEMA = options({
  anyOf: [
    { type: 'object', required: ['type'], properties: { type: { type: 'string', enum: ['text', 'json_object'] } } },
    {
      type: 'object',
      required: ['type', 'json_schema'],
      properties: {
        type: { type: 'string', enum: ['json_schema'] },
        json_schema: {
          type: 'object',
          required: ['name'],
          properties: {
            name: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
            description: { type: 'string' },
            schema: { type: 'object', additionalProperties: true },
            strict: { type: 'boolean' },
          },
        },
      },
    },
  ],
});
