import type { IncomingHttpHeaders } from 'node:http';
import { isRecord } from '../../../common/json/is-record.js';
import type { InputMessage, MessagesRequest } from '../../anthropic/messages.types.js';
import type { NativeRequest } from '../../providers/provider.port.js';
import { GATEWAY_SIGNATURE } from './from-chat/signature.js';

/** Headers of the caller that mean something to Anthropic's API. */
const PASSED = ['anthropic-version', 'anthropic-beta'];

/** The caller's own body for a provider that speaks Messages: what the gateway itself reads is left out, nothing else. */
export function relayRequest(request: MessagesRequest, headers: IncomingHttpHeaders): NativeRequest {
  const { fallbacks: _fallbacks, ...body } = request;
  const messages = withoutOwnThoughts(request.messages);
  return { dialect: 'messages', model: request.model, body: { ...body, messages }, headers: passedHeaders(headers) };
}

function passedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of PASSED) {
    const value = headers[name];
    if (typeof value === 'string' && value !== '') passed[name] = value;
  }
  return passed;
}

/** Thoughts that another model had, in an earlier answer of this conversation: Anthropic takes only what it has signed. */
function withoutOwnThoughts(messages: InputMessage[]): InputMessage[] {
  if (!messages.some(hasOwnThought)) return messages;
  return messages.flatMap((message) => {
    if (!hasOwnThought(message) || typeof message.content === 'string') return [message];
    const content = message.content.filter((block) => !isOwnThought(block));
    return content.length === 0 ? [] : [{ ...message, content }];
  });
}

function hasOwnThought({ role, content }: InputMessage): boolean {
  return role === 'assistant' && Array.isArray(content) && content.some(isOwnThought);
}

function isOwnThought(block: unknown): boolean {
  return isRecord(block) && block.type === 'thinking' && block.signature === GATEWAY_SIGNATURE;
}
