import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import type { MessagesRequest, ToolChoice, ToolDefinition } from '../../../anthropic/messages.types.js';
import type { ChatTool, ChatToolChoice } from '../../../openai/chat.types.js';
import type { ConversionNotes } from './conversion-notes.js';

/** Members of a tool that have an effect here, or that say when and how it is sent, which makes no difference. */
const KEYS = new Set([
  'name',
  'description',
  'input_schema',
  'strict',
  'type',
  'cache_control',
  'eager_input_streaming',
  'defer_loading',
  'allowed_callers',
]);

export interface ConvertedTools {
  parameters: { tools?: ChatTool[]; tool_choice?: ChatToolChoice; parallel_tool_calls?: boolean };
  /** Of each chat tool, its place in the caller's list. */
  positions: number[];
}

/** The tools of the caller's own as functions; those that Anthropic runs itself are left out. @throws GatewayError 400 */
export function convertTools(request: MessagesRequest, notes: ConversionNotes): ConvertedTools {
  const tools: ChatTool[] = [];
  const positions: number[] = [];
  for (const [i, tool] of (request.tools ?? []).entries()) {
    if (isServerTool(tool)) {
      notes.unsent.add(`tools.${tool.type}`);
      continue;
    }
    tools.push(toFunction(tool, notes));
    positions.push(i);
  }
  const parameters: ConvertedTools['parameters'] = {};
  const choice = request.tool_choice;
  if (choice) assertCallable(choice, tools);
  if (tools.length > 0) {
    parameters.tools = tools;
    if (choice) parameters.tool_choice = toChoice(choice);
    if (choice?.disable_parallel_tool_use === true) parameters.parallel_tool_calls = false;
  }
  return { parameters, positions };
}

/** Tools with a dated type (`web_search_20250305`, `bash_20250124`) have no schema: only Anthropic's models know them. */
export function isServerTool({ type }: ToolDefinition): boolean {
  return type !== undefined && type !== null && type !== 'custom';
}

function toFunction(tool: ToolDefinition, notes: ConversionNotes): ChatTool {
  notes.unsentKeys(tool, KEYS, 'tools.');
  const { name, description, strict } = tool;
  return {
    type: 'function',
    function: {
      name,
      ...(typeof description === 'string' && { description }),
      parameters: withoutDialect(tool.input_schema),
      ...(typeof strict === 'boolean' && { strict }),
    },
  };
}

/** `$schema` only says in which dialect the schema is written, and upstreams refuse it. */
function withoutDialect(schema: unknown): unknown {
  if (!isRecord(schema) || schema.$schema === undefined) return schema;
  const { $schema: _dialect, ...rest } = schema;
  return rest;
}

function toChoice({ type, name }: ToolChoice): ChatToolChoice {
  switch (type) {
    case 'any':
      return 'required';
    case 'tool':
      return { type: 'function', function: { name } };
    default:
      return type;
  }
}

/** A call that is demanded must be possible. */
function assertCallable({ type, name }: ToolChoice, tools: readonly ChatTool[]): void {
  if (type === 'any' && tools.length === 0) {
    throw invalidChoice("it demands a call, but 'tools' has no tool that this model can call.", 'tool_choice.type');
  }
  if (type === 'tool' && !tools.some((tool) => tool.function?.name === name)) {
    throw invalidChoice(`no tool named '${String(name)}' that this model can call is in 'tools'.`, 'tool_choice.name');
  }
}

function invalidChoice(problem: string, param: string): GatewayError {
  return new GatewayError('invalid_value', `Invalid value for '${param}': ${problem}`, { param });
}
