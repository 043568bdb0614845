import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { ChatRequest, ChatTool, ChatToolChoice } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import { toStrictSchema } from './strict-schema.js';

/** `tools`, `tool_choice` and `parallel_tool_calls` as Cerebras takes them (wire.md 1.9 and 1.11). */
export function writeTools(request: ChatRequest, draft: RequestDraft): void {
  const tools = functionsOf(request.tools ?? [], draft);
  if (tools.length === 0) return withoutTools(request, draft);
  const choice = writeChoice(request.tool_choice, tools, draft);
  const { body } = draft;
  body.tools = alikeInStrict(choice.tools, draft);
  if (choice.value !== undefined) body.tool_choice = choice.value;
  if (typeof request.parallel_tool_calls === 'boolean') body.parallel_tool_calls = request.parallel_tool_calls;
}

/** What goes with tools has no meaning alone; an empty list says so on purpose. */
function withoutTools(request: ChatRequest, draft: RequestDraft): void {
  const { tools, tool_choice: choice } = request;
  const forced = typeof choice === 'object' || choice === 'required';
  if (choice && forced && !tools) {
    throw new GatewayError(
      'invalid_value',
      "Invalid value for 'tool_choice': it is only allowed when 'tools' are specified.",
      {
        param: 'tool_choice',
      },
    );
  }
  if (tools?.length === 0) return;
  if (choice) draft.filter('tool_choice');
  if (typeof request.parallel_tool_calls === 'boolean') draft.filter('parallel_tool_calls');
}

/** Only functions: Cerebras has no custom or hosted tools. Keys that it does not know are left out. */
function functionsOf(tools: readonly ChatTool[], draft: RequestDraft): ChatTool[] {
  const functions: ChatTool[] = [];
  for (const [i, tool] of tools.entries()) {
    if (tool.type !== 'function' || !tool.function) {
      draft.filter(`tools[${i}]`);
      continue;
    }
    const { name, description, parameters, strict, ...rest } = tool.function;
    const { type: _type, function: _function, ...beside } = tool;
    for (const key of [...Object.keys(rest), ...Object.keys(beside)]) draft.filter(`tools.${key}`);
    functions.push({
      type: 'function',
      function: {
        name,
        ...(description != null && { description }),
        ...(parameters != null && { parameters }),
        ...(strict != null && { strict }),
      },
    });
  }
  return functions;
}

interface WrittenChoice {
  tools: ChatTool[];
  value?: ChatToolChoice;
}

function writeChoice(choice: ChatToolChoice | null | undefined, tools: ChatTool[], draft: RequestDraft): WrittenChoice {
  if (choice === null || choice === undefined) return { tools };
  if (typeof choice === 'string') return { tools, value: choice };
  if (choice.type === 'allowed_tools') return allowedTools(choice, tools, draft);
  const name = isRecord(choice.function) ? choice.function.name : undefined;
  if (!tools.some((tool) => tool.function?.name === name)) {
    throw new GatewayError(
      'invalid_value',
      `Invalid value for 'tool_choice': no tool named '${String(name)}' is in 'tools'.`,
      {
        param: 'tool_choice',
      },
    );
  }
  return { tools, value: { type: 'function', function: { name } } };
}

/** `allowed_tools` exists to keep OpenAI's prompt cache; here the other tools are simply not sent. */
function allowedTools(choice: Record<string, unknown>, tools: ChatTool[], draft: RequestDraft): WrittenChoice {
  const allowed = isRecord(choice.allowed_tools) ? choice.allowed_tools : choice;
  const names = new Set<unknown>();
  for (const tool of Array.isArray(allowed.tools) ? allowed.tools : []) {
    if (isRecord(tool)) names.add(isRecord(tool.function) ? tool.function.name : tool.name);
  }
  const chosen = tools.filter((tool) => names.has(tool.function?.name));
  if (chosen.length === 0) {
    throw new GatewayError(
      'invalid_value',
      "Invalid value for 'tool_choice': none of the allowed tools is in 'tools'.",
      {
        param: 'tool_choice.allowed_tools.tools',
      },
    );
  }
  draft.transform('tool_choice');
  return { tools: chosen, value: allowed.mode === 'required' ? 'required' : 'auto' };
}

/**
 * Cerebras wants one value of `strict` for all tools. When one of them is not strict, or has a schema that
 * strict mode cannot hold, none is: a promise less, but no refusal.
 */
function alikeInStrict(tools: ChatTool[], draft: RequestDraft): ChatTool[] {
  const strict = tools.filter((tool) => tool.function?.strict === true);
  if (strict.length === 0) return tools;
  const schemas = tools.map((tool) => toStrictSchema(tool.function?.parameters));
  if (strict.length < tools.length || schemas.some(({ schema }) => schema === undefined)) {
    draft.transform('tools.strict');
    return tools.map((tool) => withFunction(tool, { strict: false }));
  }
  if (schemas.every(({ changed }) => !changed)) return tools;
  draft.transform('tools.parameters');
  return tools.map((tool, i) => withFunction(tool, { parameters: schemas[i]?.schema }));
}

function withFunction(tool: ChatTool, change: Partial<NonNullable<ChatTool['function']>>): ChatTool {
  return tool.function ? { ...tool, function: { ...tool.function, ...change } } : tool;
}
