import { isRecord } from '../../common/json/is-record.js';
import type {
  ChatChoice,
  ChatChunk,
  ChatCompletion,
  ChatMessage,
  ChatRequest,
  ChatTool,
  ChatToolChoice,
  ChunkChoice,
} from '../openai/chat.types.js';

/*
 * OpenAI's deprecated function calling (`functions`, `function_call`, role `function`) in terms of tools,
 * and an answer back in its terms: https://platform.openai.com/docs/api-reference/chat/create.
 */

/** Whether the caller speaks the old form and reads the answer in it. */
export function usesFunctions(request: ChatRequest): boolean {
  return Array.isArray(request.functions) && request.functions.length > 0;
}

/** The request with tools; a history in the old form is rewritten also when no functions are declared. */
export function functionsToTools(request: ChatRequest): ChatRequest {
  const uses = usesFunctions(request);
  const messages = rewriteHistory(request.messages);
  if (!uses && messages === request.messages) return request;
  const { functions, function_call, ...rest } = request;
  if (!uses) return { ...rest, messages };
  const tools = (Array.isArray(functions) ? functions : []).filter(isRecord).map(toTool);
  // The old form holds one call in an answer.
  return { ...rest, messages, tools, ...toChoice(function_call), parallel_tool_calls: false };
}

/** A whole answer with `function_call` in place of tool calls. */
export function legacyCompletion(completion: ChatCompletion): ChatCompletion {
  return { ...completion, choices: completion.choices.map(legacyChoice) };
}

/** The same for the pieces of a streamed answer. */
export function legacyChunks(batch: readonly ChatChunk[]): ChatChunk[] {
  return batch.map((chunk) => ({ ...chunk, choices: chunk.choices.map(legacyDelta) }));
}

function toTool(definition: Record<string, unknown>): ChatTool {
  const { name, description, parameters } = definition;
  return {
    type: 'function',
    function: { name: String(name), ...(typeof description === 'string' && { description }), parameters },
  };
}

function toChoice(call: unknown): { tool_choice?: ChatToolChoice } {
  if (typeof call === 'string') return { tool_choice: call };
  return isRecord(call) ? { tool_choice: { type: 'function', function: { name: call.name } } } : {};
}

function rewriteHistory(messages: ChatMessage[]): ChatMessage[] {
  if (!messages.some((message) => message.role === 'function' || message.function_call)) return messages;
  let calls = 0;
  return messages.map((message) => {
    const { function_call, ...rest } = message;
    if (message.role === 'function') {
      return { role: 'tool', tool_call_id: `call_function_${calls}`, content: message.content ?? '' };
    }
    if (!isRecord(function_call)) return message;
    calls++;
    const args = typeof function_call.arguments === 'string' ? function_call.arguments : '';
    const called = { name: String(function_call.name), arguments: args };
    return { ...rest, tool_calls: [{ id: `call_function_${calls}`, type: 'function', function: called }] };
  });
}

function legacyChoice(choice: ChatChoice): ChatChoice {
  const { tool_calls, ...message } = choice.message;
  const call = tool_calls?.[0];
  if (!call) return choice;
  const reason = choice.finish_reason === 'tool_calls' ? 'function_call' : choice.finish_reason;
  return { ...choice, message: { ...message, function_call: { ...call.function } }, finish_reason: reason };
}

function legacyDelta(choice: ChunkChoice): ChunkChoice {
  const reason = choice.finish_reason === 'tool_calls' ? 'function_call' : choice.finish_reason;
  const { tool_calls, ...delta } = choice.delta;
  const call = tool_calls?.find((candidate) => candidate.index === 0);
  return { ...choice, delta: call ? { ...delta, function_call: call.function } : delta, finish_reason: reason };
}
