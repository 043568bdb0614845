import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { parseLossless } from '../../../../common/json/raw-json.js';
import type { InputBlock } from '../../../anthropic/messages.types.js';
import type { ChatMessage, ChatToolCall } from '../../../openai/chat.types.js';
import type { RequestDraft } from '../../request-draft.js';
import { signedThoughts } from '../reasoning-details.js';
import { textBlocksOf } from './content-blocks.js';
import { toolUseId } from './tool-use-id.js';

/** What an assistant's message said, in the order in which Claude says it: thoughts, text, calls. */
export function assistantBlocks(message: ChatMessage, path: string, draft: RequestDraft): InputBlock[] {
  const said: InputBlock[] = textBlocksOf(message.content, `${path}.content`, draft);
  if (said.length === 0 && typeof message.refusal === 'string' && message.refusal.trim() !== '') {
    said.push({ type: 'text', text: message.refusal });
  }
  for (const [j, call] of (message.tool_calls ?? []).entries()) {
    said.push(toolUse(call, `${path}.tool_calls[${j}]`));
  }
  if (said.length > 0) return [...thoughts(message, draft), ...said];
  // Thoughts lead to something: alone they are refused.
  if (hasThoughts(message)) draft.filter('messages.reasoning');
  return [];
}

function hasThoughts({ reasoning, reasoning_content: content, reasoning_details: details }: ChatMessage): boolean {
  return Boolean(reasoning) || Boolean(content) || signedThoughts(details).length > 0;
}

/** Anthropic takes back only thoughts that it signed; others, of this or another model, are left out and named. */
function thoughts(message: ChatMessage, draft: RequestDraft): InputBlock[] {
  const signed = signedThoughts(message.reasoning_details);
  if (signed.length > 0) return signed;
  if (hasThoughts(message)) draft.filter('messages.reasoning');
  return [];
}

function toolUse(call: ChatToolCall, path: string): InputBlock {
  if (!isRecord(call.function)) {
    throw new GatewayError('unsupported_value', "Unsupported value: Anthropic has calls of 'function' tools only.", {
      param: `${path}.type`,
    });
  }
  const { name, arguments: text } = call.function;
  return { type: 'tool_use', id: toolUseId(call.id), name, input: inputOf(text, `${path}.function.arguments`) };
}

/** Anthropic wants the object that the text means. Numbers keep their digits. */
function inputOf(text: string, path: string): unknown {
  if (text.trim() === '') return {};
  const input = parsed(text);
  if (isRecord(input)) return input;
  throw new GatewayError('invalid_value', `Invalid value for '${path}': Anthropic takes only a JSON object.`, {
    param: path,
  });
}

function parsed(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
