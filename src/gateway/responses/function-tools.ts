import { GatewayError } from '../../common/errors/gateway-error.js';
import type { ChatTool } from '../openai/chat.types.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import type { EchoedTool } from './response-object.types.js';
import type { ResponsesRequest, ResponsesTool } from './responses.types.js';
import { readName, readObject, unsupported } from './wire-reader.js';

export interface FunctionTools {
  /** The functions by name, in the caller's order. */
  tools: Map<string, ChatTool>;
  /** Paths of the tools that the policy left out. */
  dropped: string[];
}

/** The caller's functions in chat form; a tool of another type is refused or dropped, as the policy says. */
export function functionTools(request: ResponsesRequest, policy: HostedToolPolicy): FunctionTools {
  const tools = new Map<string, ChatTool>();
  const dropped: string[] = [];
  (request.tools ?? []).forEach((tool, index) => {
    const param = `tools[${index}]`;
    if (readName(readObject(tool, param), 'type', param) !== 'function') {
      if (policy === 'refuse') throw notAFunction(tool.type, `${param}.type`);
      dropped.push(param);
      return;
    }
    const name = readName(tool, 'name', param);
    if (tools.has(name)) {
      throw new GatewayError('invalid_value', `Two tools have the name '${name}'.`, { param: `${param}.name` });
    }
    tools.set(name, chatTool(tool, name));
  });
  return { tools, dropped };
}

/** The refusal of a tool that a chat upstream cannot run. */
export function notAFunction(type: unknown, param: string): GatewayError {
  return unsupported(param, `Tools of type '${String(type)}' are not available here: only 'function' tools are.`);
}

/** The caller's functions as the answer repeats them: those that were really offered to the model. */
export function echoTools(request: ResponsesRequest): EchoedTool[] {
  const echoed: EchoedTool[] = [];
  for (const tool of request.tools ?? []) {
    if (tool.type !== 'function' || tool.name === undefined) continue;
    echoed.push({
      type: 'function',
      name: tool.name,
      description: tool.description ?? null,
      parameters: tool.parameters ?? null,
      // OpenAI's default of an absent `strict`; an explicit null is sent as false.
      strict: tool.strict === undefined ? true : (tool.strict ?? false),
    });
  }
  return echoed;
}

/** The schema object is handed on as it is: its key order is the order of the model's output. */
function chatTool(tool: ResponsesTool, name: string): ChatTool {
  const definition: NonNullable<ChatTool['function']> = { name };
  if (tool.description !== undefined && tool.description !== null) definition.description = tool.description;
  definition.parameters = tool.parameters ?? { type: 'object', properties: {} };
  // Left out when the caller leaves it out: `true` would make upstreams refuse schemas that are not strict.
  if (tool.strict !== undefined) definition.strict = tool.strict ?? false;
  return { type: 'function', function: definition };
}
