import { GatewayError } from '../../../../common/errors/gateway-error.js';
import { isRecord } from '../../../../common/json/is-record.js';
import { parseLossless } from '../../../../common/json/raw-json.js';
import { textOr } from '../../../../common/json/text.js';
import type { AssistantMessage, ChatCompletion, ChatToolCall } from '../../../openai/chat.types.js';
import { ToolCallIds } from '../../../openai/tool-call-ids.js';
import { type ReasoningDetail, reasoningDetail } from '../reasoning-details.js';
import { asOutputBlock } from './output-block.js';
import { finishReasonOf, refusalText, usageOf } from './message-end.js';

export interface AnswerNames {
  /** The route that answers when the upstream does not say its model. */
  readonly model: string;
  /** What the answer's `model` says whatever the upstream says: the caller's own name for it. */
  readonly answerModel?: string;
  /** Unix seconds: Anthropic does not say when an answer was made. */
  readonly created: number;
}

interface Said {
  text: string;
  thoughts: string[];
  details: ReasoningDetail[];
  calls: ChatToolCall[];
}

/** The chat completion that a Messages answer means (wire.md 4.7). @throws GatewayError 502 when it is no such answer */
export function readMessage(text: string, names: AnswerNames): ChatCompletion {
  const message = parseMessage(text);
  const said = readBlocks(message.content);
  const finish = finishReasonOf(message.stop_reason, said.calls.length > 0);
  return {
    id: textOr(message.id, ''),
    object: 'chat.completion',
    created: names.created,
    model: names.answerModel ?? textOr(message.model, names.model),
    choices: [{ index: 0, message: assistant(said, message.stop_details), logprobs: null, finish_reason: finish }],
    usage: usageOf(message.usage),
  };
}

function parseMessage(text: string): Record<string, unknown> & { content: unknown[] } {
  let parsed: unknown;
  try {
    parsed = parseLossless(text);
  } catch {
    parsed = undefined;
  }
  if (isRecord(parsed) && Array.isArray(parsed.content)) return { ...parsed, content: parsed.content };
  throw new GatewayError('upstream_invalid_response', 'The upstream answered with something that is not a message.');
}

function readBlocks(content: readonly unknown[]): Said {
  const said: Said = { text: '', thoughts: [], details: [], calls: [] };
  const ids = new ToolCallIds();
  for (const value of content) {
    const block = asOutputBlock(value);
    if (!block) continue;
    const detail = reasoningDetail(block, said.details.length);
    if (detail) said.details.push(detail);
    if (block.type === 'text') said.text += block.text;
    else if (block.type === 'thinking' && block.thinking !== '') said.thoughts.push(block.thinking);
    else if (block.type === 'tool_use') {
      const args = JSON.stringify(block.input ?? {});
      said.calls.push({ id: ids.unique(block.id), type: 'function', function: { name: block.name, arguments: args } });
    }
  }
  return said;
}

function assistant({ text, thoughts, details, calls }: Said, stopDetails: unknown): AssistantMessage {
  const reasoning = thoughts.join('\n\n');
  return {
    role: 'assistant',
    content: text === '' ? null : text,
    refusal: refusalText(stopDetails),
    ...(reasoning !== '' && { reasoning, reasoning_content: reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
}
