import { invalid } from '../../common/validation/invalid.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { missing, wrongType, wrongValue } from '../../common/validation/violations.js';
import type { ChatRequest, ChatTool, ChatToolChoice } from '../openai/chat.types.js';
import { functionTools, notAFunction } from './function-tools.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import type { ResponsesRequest } from './responses.types.js';
import { readName, readObject, type JsonObject } from './wire-reader.js';

const MODES = ['none', 'auto', 'required'];

/** The parameters of a chat request that concern tools. */
export type ToolParameters = Pick<ChatRequest, 'tools' | 'tool_choice'> & { parallel_tool_calls?: boolean };

type Functions = ReadonlyMap<string, ChatTool>;

interface Choice {
  offered: Functions;
  choice?: ChatToolChoice;
}

/**
 * The tools and the choice among them. Without any function there is nothing to choose from, and chat
 * upstreams refuse `tool_choice` and `parallel_tool_calls` then (Codex and agents send both with `tools: []`).
 */
export function toolParameters(
  request: ResponsesRequest,
  policy: HostedToolPolicy,
): { parameters: ToolParameters; dropped: string[] } {
  const { tools, dropped } = functionTools(request, policy);
  const { offered, choice } = chosen(request, tools);
  const parameters: ToolParameters = {};
  if (offered.size > 0) {
    parameters.tools = [...offered.values()];
    if (choice !== undefined) parameters.tool_choice = choice;
    const parallel = request.parallel_tool_calls;
    if (parallel !== undefined && parallel !== null) parameters.parallel_tool_calls = parallel;
  } else if (choice !== undefined && choice !== 'auto' && choice !== 'none') {
    throw notOffered("Tool choice 'required' needs at least one function in 'tools'.");
  }
  return { parameters, dropped };
}

function chosen({ tool_choice: choice }: ResponsesRequest, tools: Functions): Choice {
  if (choice === undefined || choice === null) return { offered: tools };
  if (typeof choice === 'string') return { offered: tools, choice: mode(choice, 'tool_choice') };
  const { type } = choice;
  if (type === 'allowed_tools') return allowed(choice, tools);
  if (type !== 'function') throw notAFunction(type, 'tool_choice.type');
  const name = readName(choice, 'name', 'tool_choice');
  known(name, tools);
  return { offered: tools, choice: { type: 'function', function: { name } } };
}

/** Chat upstreams have no such choice, so the model is offered the allowed functions only. */
function allowed(choice: JsonObject, tools: Functions): Choice {
  const list = choice.tools;
  if (!Array.isArray(list)) {
    throw invalid(
      list === undefined ? missing('tool_choice.tools') : wrongType('tool_choice.tools', 'an array of objects', list),
    );
  }
  const names = new Set(list.map((entry, index) => allowedName(entry, `tool_choice.tools[${index}]`, tools)));
  return {
    offered: new Map([...tools].filter(([name]) => names.has(name))),
    choice: mode(choice.mode ?? 'auto', 'tool_choice.mode', ['auto', 'required']),
  };
}

function allowedName(entry: unknown, param: string, tools: Functions): string {
  const tool = readObject(entry, param);
  if (tool.type !== 'function') throw notAFunction(tool.type, `${param}.type`);
  return known(readName(tool, 'name', param), tools);
}

function mode(value: unknown, param: string, modes: readonly string[] = MODES): string {
  if (typeof value === 'string' && modes.includes(value)) return value;
  throw invalid(wrongValue(param, value, modes));
}

function known(name: string, tools: Functions): string {
  if (tools.has(name)) return name;
  throw notOffered(`Tool choice '${name}' not found in the 'tools' parameter.`);
}

function notOffered(message: string): GatewayError {
  return new GatewayError('invalid_value', message, { param: 'tool_choice' });
}
