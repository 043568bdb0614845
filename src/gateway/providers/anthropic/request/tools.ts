import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { ToolChoice, ToolDefinition } from '../../../anthropic/messages.types.js';
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import type { ClaudeTraits } from '../claude-traits.js';
import { toClaudeSchema } from './claude-schema.js';

/** `tools`, `tool_choice` and `parallel_tool_calls`. @throws GatewayError 400 that names the caller's own field */
export function writeTools(request: ChatRequest, traits: ClaudeTraits, draft: RequestDraft): void {
  const tools = (request.tools ?? []).flatMap((tool, i) => toolOf(tool, `tools[${i}]`, traits, draft));
  if (tools.length === 0) return withoutTools(request, draft);
  const { allowed, choice } = choiceOf(request.tool_choice, tools, draft);
  draft.body.tools = allowed;
  const single = request.parallel_tool_calls === false && choice?.type !== 'none';
  if (single) draft.body.tool_choice = { ...(choice ?? { type: 'auto' }), disable_parallel_tool_use: true };
  else if (choice) draft.body.tool_choice = choice;
}

/** What goes with tools has no meaning alone; an empty list says so on purpose. */
function withoutTools(request: ChatRequest, draft: RequestDraft): void {
  const { tools, tool_choice: choice = null, parallel_tool_calls: parallel } = request;
  const demands = choice !== null && choice !== 'auto' && choice !== 'none';
  if (demands && !tools) throw invalidChoice('it is only allowed when tools are specified.');
  if (tools?.length === 0) return;
  if (demands) draft.filter('tool_choice');
  if (parallel === false) draft.filter('parallel_tool_calls');
}

const TOOL_KEYS = new Set(['type', 'function', 'cache_control']);
const FUNCTION_KEYS = new Set(['name', 'description', 'parameters', 'strict']);

/** Only functions: nobody else could run another vendor's hosted tools. */
function toolOf(tool: ChatTool, path: string, traits: ClaudeTraits, draft: RequestDraft): ToolDefinition[] {
  if (tool.type !== 'function' || !tool.function) {
    draft.filter(path);
    return [];
  }
  const { name, description, strict } = tool.function;
  noteKeys(tool, TOOL_KEYS, draft);
  noteKeys(tool.function, FUNCTION_KEYS, draft);
  const definition: ToolDefinition = { name };
  if (description) definition.description = description;
  definition.input_schema = schemaOf(tool.function.parameters, path, draft);
  if (strict === true) makeStrict(definition, path, traits, draft);
  if (isRecord(tool.cache_control)) definition.cache_control = tool.cache_control;
  return [definition];
}

function noteKeys(value: object, known: ReadonlySet<string>, draft: RequestDraft): void {
  for (const [key, member] of Object.entries(value))
    if (!known.has(key) && member != null) draft.filter(`tools.${key}`);
}

/** The schema as it came; Anthropic insists on the `type` of its root. */
function schemaOf(parameters: unknown, path: string, draft: RequestDraft): unknown {
  if (parameters === null || parameters === undefined) return { type: 'object', properties: {} };
  if (!isRecord(parameters) || parameters.type === 'object') return parameters;
  if (parameters.type === undefined) draft.transform(`${path}.function.parameters`);
  return parameters.type === undefined ? { type: 'object', ...parameters } : parameters;
}

function makeStrict(tool: ToolDefinition, path: string, { structured }: ClaudeTraits, draft: RequestDraft): void {
  const { schema, changed } = structured ? toClaudeSchema(tool.input_schema) : { schema: undefined, changed: false };
  if (schema === undefined) return draft.transform(`${path}.function.strict`);
  if (changed) draft.transform(`${path}.function.parameters`);
  tool.input_schema = schema;
  tool.strict = true;
}

interface WrittenChoice {
  allowed: ToolDefinition[];
  choice?: ToolChoice;
}

const MODES: Readonly<Record<string, ToolChoice['type']>> = { auto: 'auto', required: 'any', any: 'any', none: 'none' };

function choiceOf(
  choice: ChatToolChoice | null | undefined,
  tools: ToolDefinition[],
  draft: RequestDraft,
): WrittenChoice {
  if (choice === null || choice === undefined) return { allowed: tools };
  if (typeof choice === 'string') {
    const type = Object.hasOwn(MODES, choice) ? MODES[choice] : undefined;
    if (type === undefined) throw invalidChoice(`'${choice}' is no mode of it.`);
    return { allowed: tools, choice: { type } };
  }
  if (choice.type === 'allowed_tools') return allowedTools(choice, tools, draft);
  const name = isRecord(choice.function) ? choice.function.name : undefined;
  if (typeof name !== 'string' || !tools.some((tool) => tool.name === name)) {
    throw invalidChoice(`no tool named '${String(name)}' is in 'tools'.`);
  }
  return { allowed: tools, choice: { type: 'tool', name } };
}

/** `allowed_tools` exists to keep OpenAI's prompt cache; here the other tools are simply not sent. */
function allowedTools(choice: Record<string, unknown>, tools: ToolDefinition[], draft: RequestDraft): WrittenChoice {
  const listed = isRecord(choice.allowed_tools) ? choice.allowed_tools : choice;
  const names = new Set<unknown>();
  for (const tool of Array.isArray(listed.tools) ? listed.tools : []) {
    if (isRecord(tool)) names.add(isRecord(tool.function) ? tool.function.name : tool.name);
  }
  const allowed = tools.filter((tool) => names.has(tool.name));
  if (allowed.length === 0) throw invalidChoice("none of the allowed tools is in 'tools'.", '.allowed_tools.tools');
  draft.transform('tool_choice');
  return { allowed, choice: { type: listed.mode === 'required' ? 'any' : 'auto' } };
}

function invalidChoice(problem: string, below = ''): GatewayError {
  return new GatewayError('invalid_value', `Invalid value for 'tool_choice': ${problem}`, {
    param: `tool_choice${below}`,
  });
}
