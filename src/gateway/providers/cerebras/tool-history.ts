import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { ChatMessage } from '../../openai/chat.types.js';

/**
 * Puts the results of tool calls right behind the assistant message that called, in the order of the calls:
 * Cerebras refuses any other order, and a call without a result (wire.md 1.3).
 * @throws GatewayError 400 that names the id without a partner
 */
export function orderToolMessages(messages: ChatMessage[]): ChatMessage[] {
  if (!messages.some((message) => message.role === 'tool' || message.tool_calls)) return messages;
  const ordered: ChatMessage[] = [];
  const placed = new Set<ChatMessage>();
  for (const [i, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (!placed.has(message)) throw orphan(message, i);
      continue;
    }
    ordered.push(message);
    for (const call of message.tool_calls ?? []) {
      const result = findResult(messages, i + 1, call.id, placed);
      if (!result) throw unanswered(call.id, i);
      placed.add(result);
      ordered.push(result);
    }
  }
  return ordered;
}

/** The first unused result of the call. Ids repeat across turns with some clients, so the nearest counts. */
function findResult(messages: readonly ChatMessage[], from: number, id: string, placed: ReadonlySet<ChatMessage>) {
  for (let i = from; i < messages.length; i++) {
    const message = messages[i];
    if (message?.role === 'tool' && message.tool_call_id === id && !placed.has(message)) return message;
  }
  return undefined;
}

function unanswered(id: string, index: number): GatewayError {
  return new GatewayError(
    'invalid_value',
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_id did not have a response message: ${id}`,
    { param: `messages[${index}].tool_calls` },
  );
}

function orphan(message: ChatMessage, index: number): GatewayError {
  return new GatewayError(
    'invalid_value',
    `Messages with role 'tool' must be a response to a preceding message with 'tool_calls': no call has the tool_call_id '${message.tool_call_id}'.`,
    { param: `messages[${index}].tool_call_id` },
  );
}
