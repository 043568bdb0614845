import { isObject, type JsonObject } from '../json-value.js';
import { invalid } from './anthropic-answers.js';
import type { ClaudeModel } from './anthropic-models.js';
import { blocksOf } from './conversation-rules.js';
import type { MessagesBody } from './messages-request.types.js';

const MAX_BREAKPOINTS = 4;
const FORCED = new Set<unknown>(['any', 'tool']);

function checkSampling({ temperature, top_p, thinking }: MessagesBody, { sampling }: ClaudeModel): void {
  const isCool = (temperature ?? 1) !== 1;
  if (sampling === 'none') refuseAny(isCool, top_p);
  if (sampling === 'one' && top_p !== undefined) refuseBoth(temperature);
  if (thinking?.type === 'enabled' && isCool) {
    throw invalid('`temperature` may only be set to 1 when thinking is enabled.');
  }
}

function refuseAny(isCool: boolean, topP = 1): void {
  if (isCool) throw invalid('`temperature` is deprecated for this model.');
  if (topP < 0.99) throw invalid('`top_p` is deprecated for this model.');
}

function refuseBoth(temperature: number | undefined): void {
  if (temperature === undefined) return;
  throw invalid('`temperature` and `top_p` cannot both be specified for this model. Please use only one.');
}

function checkThinking(body: MessagesBody, model: ClaudeModel): void {
  const { thinking } = body;
  if (thinking?.type === 'enabled' || thinking?.type === 'adaptive') {
    if (!model.thinking.includes(thinking.type)) throw unsupportedThinking(thinking.type, model);
    checkActiveThinking(body, thinking.budget_tokens ?? 0);
  } else if (thinking && model.alwaysThinks) {
    throw invalid('"thinking.type.disabled" is not supported for this model.');
  }
}

function checkActiveThinking({ max_tokens = Infinity, tool_choice }: MessagesBody, budget: number): void {
  if (budget >= max_tokens) {
    throw invalid(
      '`max_tokens` must be greater than `thinking.budget_tokens`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking#max-tokens-and-context-window-size',
    );
  }
  if (FORCED.has(tool_choice?.type)) {
    throw invalid('Thinking may not be enabled when tool_choice forces tool use.');
  }
}

function unsupportedThinking(type: 'enabled' | 'adaptive', model: ClaudeModel) {
  if (type === 'adaptive') return invalid('adaptive thinking is not supported on this model');
  if (model.thinking.length === 0) return invalid('thinking is not supported on this model');
  return invalid(
    '"thinking.type.enabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.',
  );
}

function checkTools({ tools = [], tool_choice }: MessagesBody): void {
  const names = new Set<string>();
  for (const { name } of tools) {
    if (names.has(name)) throw invalid('tools: Tool names must be unique.');
    names.add(name);
  }
  if (!tool_choice) return;
  if (tools.length === 0) throw invalid('tool_choice may only be specified while providing tools');
  if (tool_choice.type === 'tool' && !names.has(tool_choice.name ?? '')) {
    throw invalid(`Tool '${tool_choice.name}' not found in provided tools`);
  }
}

/** Keywords that the grammar of structured outputs does not have, by type. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  string: ['minLength', 'maxLength'],
  array: ['maxItems', 'uniqueItems'],
  object: ['minProperties', 'maxProperties', 'patternProperties', 'unevaluatedProperties'],
};

/** Keywords whose members are names of schemas, and those that hold values. */
const NAMED = new Set(['properties', '$defs', 'definitions']);
const VALUES = new Set(['enum', 'const', 'default', 'examples']);

function checkSchema(schema: unknown): void {
  if (Array.isArray(schema)) return schema.forEach(checkSchema);
  if (!isObject(schema)) return;
  checkNode(schema);
  for (const [key, value] of Object.entries(schema)) {
    if (VALUES.has(key)) continue;
    checkSchema(NAMED.has(key) && isObject(value) ? Object.values(value) : value);
  }
}

function checkNode(schema: JsonObject): void {
  const { type } = schema;
  if (type === 'object' && schema['additionalProperties'] !== false) {
    throw invalid(
      "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
    );
  }
  const name = typeof type === 'string' ? type : '';
  const keyword = UNSUPPORTED[name]?.find((key) => schema[key] !== undefined);
  if (keyword !== undefined) {
    throw invalid(`output_config.format.schema: For '${name}' type, property '${keyword}' is not supported`);
  }
}

function checkOutput({ output_config }: MessagesBody, model: ClaudeModel): void {
  const { effort, format } = output_config ?? {};
  if (effort && !model.efforts.includes(effort)) {
    throw invalid(
      model.efforts.length === 0
        ? 'This model does not support the effort parameter.'
        : `output_config.effort: Input should be ${model.efforts.map((name) => `'${name}'`).join(', ')}`,
    );
  }
  if (!format) return;
  if (!model.structured) throw invalid('output_config.format is not supported by this model');
  checkSchema(format.schema);
}

function countBreakpoints(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + countBreakpoints(item), 0);
  if (!isObject(value)) return 0;
  const inside = Array.isArray(value['content']) ? countBreakpoints(value['content']) : 0;
  return inside + (isObject(value['cache_control']) ? 1 : 0);
}

/** How many blocks end a part of the prompt that is to be cached. */
function checkBreakpoints({ system, tools, messages, cache_control }: MessagesBody): void {
  const turns = messages.map(({ content }) => [...blocksOf(content)]);
  const found = countBreakpoints([system, tools, turns].flat()) + (cache_control ? 1 : 0);
  if (found > MAX_BREAKPOINTS) {
    throw invalid(`A maximum of ${MAX_BREAKPOINTS} blocks with cache_control may be provided. Found ${found}.`);
  }
}

/** Refuses what this model does not take. @throws AnthropicRefusal 400 */
export function checkForModel(body: MessagesBody, model: ClaudeModel): void {
  if (body.max_tokens !== undefined && body.max_tokens > model.maxOutput) {
    throw invalid(
      `max_tokens: ${body.max_tokens} > ${model.maxOutput}, which is the maximum allowed number of output tokens for ${model.id}`,
    );
  }
  checkSampling(body, model);
  checkThinking(body, model);
  checkTools(body);
  checkOutput(body, model);
  checkBreakpoints(body);
  for (const [index, stop] of (body.stop_sequences ?? []).entries()) {
    if (stop.trim() === '') throw invalid(`stop_sequences.${index}: each stop sequence must contain non-whitespace`);
  }
}
