import { isRecord } from '../../../common/json/is-record.js';
import type { ChatMessage, ChatToolCall } from '../../openai/chat.types.js';
import type { RequestDraft } from '../request-draft.js';
import { flatText, type ImageCount, writeParts } from './content-parts.js';
import type { ModelTraits } from './model-traits.js';
import { orderToolMessages } from './tool-history.js';

const COMMON_KEYS = ['role', 'content', 'name'];
/** What Cerebras' schema has for each role; any other key is a 400 there (wire.md 1.3). */
const KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  system: new Set(COMMON_KEYS),
  developer: new Set(COMMON_KEYS),
  user: new Set(COMMON_KEYS),
  assistant: new Set([...COMMON_KEYS, 'reasoning', 'tool_calls']),
  tool: new Set([...COMMON_KEYS, 'tool_call_id']),
};

/**
 * The conversation as Cerebras takes it. Messages that need nothing are passed on as they are, not copied.
 * @throws GatewayError 400 for what Cerebras would refuse
 */
export function writeMessages(
  messages: readonly ChatMessage[],
  model: string,
  traits: ModelTraits,
  draft: RequestDraft,
): ChatMessage[] {
  const images = { count: 0, model, traits };
  const written = messages.map((message, i) => {
    const role = message.role === 'developer' && !traits.developerRole ? 'system' : message.role;
    return isPlain(message) && role === message.role
      ? message
      : writeMessage(message, role, `messages[${i}]`, images, draft);
  });
  const ordered = orderToolMessages(written);
  return traits.developerRole ? ordered : mergeSystemMessages(ordered);
}

/** Whether a message can be sent as it came: a string as content and nothing beside it. */
function isPlain(message: ChatMessage): boolean {
  if (typeof message.content !== 'string') return false;
  const keys = KEYS[message.role];
  for (const key in message) if (!keys?.has(key) || message[key] === null) return false;
  return message.role !== 'assistant' || (message.tool_calls === undefined && message.content !== '');
}

function writeMessage(
  message: ChatMessage,
  role: ChatMessage['role'],
  path: string,
  images: ImageCount,
  draft: RequestDraft,
): ChatMessage {
  const out: ChatMessage = { role };
  for (const key in message) {
    if (key !== 'role' && key !== 'content') writeKey(key, message[key], out, draft);
  }
  if (Array.isArray(message.content)) out.content = writeParts(message.content, role, `${path}.content`, images, draft);
  else if (typeof message.content === 'string') out.content = message.content;
  if (role === 'assistant') finishAssistant(message, out);
  return out;
}

/** Read by finishAssistant(). */
const READ_ELSEWHERE = new Set(['reasoning_content', 'refusal']);

function writeKey(key: string, value: unknown, out: ChatMessage, draft: RequestDraft): void {
  if (value === null || value === undefined) return;
  if (KEYS[out.role]?.has(key)) out[key] = value;
  else if (!isEmpty(value) && !READ_ELSEWHERE.has(key)) draft.filter(`messages.${key}`);
}

function finishAssistant(message: ChatMessage, out: ChatMessage): void {
  const thought = message.reasoning ?? message.reasoning_content;
  if (typeof thought === 'string' && thought !== '') out.reasoning = thought;
  else delete out.reasoning;
  if (out.tool_calls && out.tool_calls.length > 0) out.tool_calls = out.tool_calls.map(writeToolCall);
  else delete out.tool_calls;
  finishContent(message, out);
}

/** `content: null` beside tool calls has been a 400 (wire.md 1.3) and `''` says no more; else it must be a string. */
function finishContent(message: ChatMessage, out: ChatMessage): void {
  if (!out.content && typeof message.refusal === 'string') out.content = message.refusal;
  if (out.content && out.content.length > 0) return;
  if (out.tool_calls) delete out.content;
  else out.content = '';
}

/** `arguments` stay the characters that they are. */
function writeToolCall(call: ChatToolCall): ChatToolCall {
  return { id: call.id, type: 'function', function: { name: call.function.name, arguments: call.function.arguments } };
}

/** Some chat templates take only one system message at a time (wire.md 1.3). */
function mergeSystemMessages(messages: ChatMessage[]): ChatMessage[] {
  if (!messages.some((message, i) => message.role === 'system' && messages[i - 1]?.role === 'system')) return messages;
  const merged: ChatMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (message.role === 'system' && last?.role === 'system') {
      merged[merged.length - 1] = { ...last, content: `${flatText(last.content)}\n\n${flatText(message.content)}` };
    } else {
      merged.push(message);
    }
  }
  return merged;
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}
