import type { SandboxModel } from './sandbox-models.js';
import { badRequest } from './sandbox-refusal.js';
import type { ChatMessage } from './sandbox-types.js';

const refuse = (message: string): never => {
  throw badRequest(message, 'messages');
};

/** The ids that an assistant message calls; each may stand only once, or its answer would be ambiguous. */
function calledIds(message: ChatMessage, index: number): Set<string> {
  const ids = new Set<string>();
  for (const call of message.tool_calls ?? []) {
    if (ids.has(call.id)) refuse(`messages.${index}.assistant.tool_calls: Duplicate tool call id '${call.id}'`);
    ids.add(call.id);
  }
  return ids;
}

function refuseUnanswered(open: ReadonlySet<string>): void {
  if (open.size === 0) return;
  const ids = [...open].join(', ');
  refuse(
    `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`,
  );
}

/** Version 2 of the API wants every call answered by the tool messages that follow at once (wire.md 1.3). */
function checkToolHistory(messages: readonly ChatMessage[]): void {
  let open = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === 'tool') {
      const id = message.tool_call_id ?? '';
      if (!open.delete(id)) {
        refuse(
          `messages.${index}.tool.tool_call_id: '${id}' does not match a tool call of the preceding assistant message`,
        );
      }
      continue;
    }
    refuseUnanswered(open);
    open = message.role === 'assistant' ? calledIds(message, index) : new Set();
  }
  refuseUnanswered(open);
}

function checkAssistant(message: ChatMessage, index: number): void {
  // The chat templates iterate over it (wire.md 1.3, captured).
  if (message.content === null) refuse("'NoneType' object is not iterable");
  if (message.content === undefined && !message.tool_calls && !message.reasoning) {
    throw badRequest(`messages.${index}.assistant.content: Field required`);
  }
}

function checkRoles(messages: readonly ChatMessage[], model: SandboxModel): void {
  for (const [index, { role }] of messages.entries()) {
    if (role === 'developer' && !model.developerRole) {
      refuse(`messages.${index}.developer: role 'developer' is not supported by model ${model.id}`);
    }
    if (model.oneSystemMessage && role === 'system' && messages[index - 1]?.role === 'system') {
      refuse('Chat template error: System message must be at the beginning.');
    }
  }
}

/** Refuses a conversation that the model's chat template could not render. */
export function checkHistory(messages: readonly ChatMessage[], model: SandboxModel): void {
  checkRoles(messages, model);
  for (const [index, message] of messages.entries()) {
    if (message.role === 'assistant') checkAssistant(message, index);
  }
  checkToolHistory(messages);
}
