import { isObject, type JsonObject } from '../json-value.js';
import type { ChatBody, ChatMessage, ResponseFormat, Tool } from '../sandbox-types.js';
import { wrongType } from './openai-refusal.js';

/** The chat that the request means, as far as it decides on the words. */
export function chatOf(body: JsonObject): ChatBody {
  const { model, input, instructions, tool_choice: choice, max_output_tokens: limit } = body;
  const system: ChatMessage[] = typeof instructions === 'string' ? [{ role: 'system', content: instructions }] : [];
  const tools = toolsOf(body);
  return {
    model: String(model),
    messages: [...system, ...messagesOf(input)],
    max_completion_tokens: typeof limit === 'number' ? limit : null,
    response_format: formatOf(body),
    ...(tools.length > 0 && { tools }),
    ...(choice === 'required' || choice === 'none' ? { tool_choice: choice } : {}),
  };
}

function toolsOf({ tools }: JsonObject): Tool[] {
  const functions = Array.isArray(tools) ? tools.filter(isObject).filter((tool) => tool['type'] === 'function') : [];
  return functions.map(({ name, parameters }) => ({
    type: 'function',
    function: { name: String(name), parameters: isObject(parameters) ? parameters : null },
  }));
}

function formatOf({ text }: JsonObject): ResponseFormat | null {
  const format = isObject(text) && isObject(text['format']) ? text['format'] : undefined;
  if (format?.['type'] !== 'json_schema') return null;
  const { name, schema } = format;
  return { type: 'json_schema', json_schema: { name: String(name), schema: isObject(schema) ? schema : null } };
}

const ROLES = ['system', 'developer', 'user', 'assistant'] as const;

function messagesOf(input: unknown): ChatMessage[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or a list of items');
  return input.map((item: unknown, index): ChatMessage => {
    if (!isObject(item)) throw wrongType(`input[${index}]`, 'an object');
    if (item['type'] === 'function_call_output') {
      return { role: 'tool', tool_call_id: String(item['call_id']), content: textOf(item['output']) };
    }
    const role = ROLES.find((known) => known === item['role']) ?? 'assistant';
    return { role, content: textOf(item['content']) };
  });
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = Array.isArray(content) ? content.filter(isObject) : [];
  return parts.map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('');
}
