import { createHash } from 'node:crypto';
import type { ChatMessage, ChatToolCall, ContentPart } from '../../openai/chat.types.js';
import type { ChatRules } from '../profiles/provider-profile.types.js';
import type { RequestDraft } from '../request-draft.js';

/** The conversation as the upstream takes it. Messages that need nothing are passed on as they are, not copied. */
export function writeProfiledMessages(
  messages: readonly ChatMessage[],
  rules: ChatRules,
  draft: RequestDraft,
): ChatMessage[] {
  return messages.map((message) => (isPlain(message, rules) ? message : writeMessage(message, rules, draft)));
}

function isPlain(message: ChatMessage, rules: ChatRules): boolean {
  if (message.role === 'developer' && !rules.developerRole) return false;
  if (message.reasoning !== undefined || message.reasoning_content !== undefined) return false;
  if (rules.toolCallIdLength !== undefined && (message.tool_calls || message.tool_call_id !== undefined)) return false;
  return !rules.messageKeys.filter.some((key) => message[key] !== undefined);
}

function writeMessage(message: ChatMessage, rules: ChatRules, draft: RequestDraft): ChatMessage {
  const { reasoning, reasoning_content: alias, ...out } = message;
  if (out.role === 'developer' && !rules.developerRole) out.role = 'system';
  for (const key of rules.messageKeys.filter) {
    if (out[key] !== undefined && out[key] !== null) draft.filter(`messages.${key}`);
    delete out[key];
  }
  const thought = reasoning ?? alias;
  if (typeof thought === 'string' && thought !== '') writeThought(thought, out, rules, draft);
  if (rules.toolCallIdLength !== undefined) writeIds(out, rules.toolCallIdLength, draft);
  return out;
}

function writeThought(thought: string, out: ChatMessage, { reasoningHistory }: ChatRules, draft: RequestDraft): void {
  if (reasoningHistory === 'none') draft.filter('messages.reasoning');
  else if (reasoningHistory !== 'parts') out[reasoningHistory] = thought;
  else out.content = [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }, ...partsOf(out.content)];
}

function partsOf(content: ChatMessage['content']): ContentPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return content ?? [];
}

function writeIds(out: ChatMessage, length: number, draft: RequestDraft): void {
  const { tool_calls: calls, tool_call_id: answered } = out;
  if (calls) out.tool_calls = calls.map((call) => withId(call, fittingId(call.id, length, draft)));
  if (answered !== undefined) out.tool_call_id = fittingId(answered, length, draft);
}

function withId(call: ChatToolCall, id: string): ChatToolCall {
  return { ...call, id };
}

/** Equal for equal ids, so that a result still finds its call. */
function fittingId(id: string, length: number, draft: RequestDraft): string {
  if (id.length === length && /^[A-Za-z0-9]+$/.test(id)) return id;
  draft.transform('messages.tool_calls.id');
  return createHash('sha256').update(id).digest('hex').slice(0, length);
}
