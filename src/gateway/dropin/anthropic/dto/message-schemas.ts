import type { ApiPropertyOptions } from '@nestjs/swagger';

/** OpenAPI schemas of members that are checked by hand. */

const OBJECT = { type: 'object', additionalProperties: true } as const;
const TEXT_OR_BLOCKS = [{ type: 'string' }, { type: 'array', items: OBJECT }];

export const MESSAGES_SCHEMA: ApiPropertyOptions = {
  description:
    'The conversation so far, oldest first: `role` (`user`, `assistant`, `system`) and `content`, a text or blocks ' +
    '(`text`, `image`, `document`, `search_result`, `tool_use`, `tool_result`, `thinking`).',
  type: 'array',
  items: {
    type: 'object',
    required: ['role', 'content'],
    properties: {
      role: { type: 'string', enum: ['user', 'assistant', 'system'] },
      content: { oneOf: TEXT_OR_BLOCKS },
    },
  },
};

export const SYSTEM_SCHEMA: ApiPropertyOptions = {
  description: 'What the model is told first: a text, or text blocks.',
  oneOf: TEXT_OR_BLOCKS,
};

export const TOOLS_SCHEMA: ApiPropertyOptions = {
  description:
    "Tools that the model may call: `name`, `description`, `input_schema`, `strict`. Tools that Anthropic's servers run are left out where the model is not Anthropic's.",
  type: 'array',
  items: OBJECT,
};

export const TOOL_CHOICE_SCHEMA: ApiPropertyOptions = {
  description: 'Which tool is called: `auto`, `any`, `none`, or `tool` with a `name`.',
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['auto', 'any', 'tool', 'none'] },
    name: { type: 'string' },
    disable_parallel_tool_use: { type: 'boolean' },
  },
};

export const THINKING_SCHEMA: ApiPropertyOptions = {
  description: 'Whether and how long the model thinks. A budget becomes an effort where the model has efforts.',
  type: 'object',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['enabled', 'adaptive', 'between_tools', 'disabled'] },
    budget_tokens: { type: 'integer', minimum: 1024 },
    display: { type: 'string', enum: ['summarized', 'omitted'] },
  },
};

export const OUTPUT_CONFIG_SCHEMA: ApiPropertyOptions = {
  description: 'Effort, and a JSON Schema that the answer obeys.',
  type: 'object',
  properties: {
    effort: { type: 'string', enum: ['low', 'medium', 'high', 'xhigh', 'max'] },
    format: {
      type: 'object',
      required: ['type', 'schema'],
      properties: { type: { type: 'string', enum: ['json_schema'] }, schema: OBJECT },
    },
  },
};

export const METADATA_SCHEMA: ApiPropertyOptions = {
  description: 'Who the answer is for. A `user_id` of more than 64 characters is not sent to the provider.',
  type: 'object',
  properties: { user_id: { type: 'string' } },
};
