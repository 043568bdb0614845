import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type {
  AssistantMessage,
  ChatChoice,
  ChatCompletion,
  ChatLogprobs,
  ChatToolCall,
} from '../../openai/chat.types.js';
import type { AnswerRules } from '../profiles/provider-profile.types.js';
import { normaliseFinishReason } from '../../openai/finish-reason.js';
import { ToolCallIds } from '../../openai/tool-call-ids.js';
import { readContent, type ReadContent } from './content-reader.js';
import { assertNotFailed } from './failed-finish.js';
import { ThinkSplitter } from './think-splitter.js';
import { usageOf, type UsageRules } from './usage-reader.js';

export interface NormaliserOptions {
  /** The route that answers when the upstream does not say its model. */
  model: string;
  /** What the answer's `model` says whatever the upstream says: the caller's own name for it. */
  answerModel?: string;
  /**
   * The caller asked for JSON: GLM may then repeat valid content as tool calls (wire.md 1.4),
   * and the content is what was asked for.
   */
  jsonFormat: boolean;
  /** How this upstream's answers differ from OpenAI's. */
  answers?: Pick<AnswerRules, 'thinkTags'> & UsageRules;
}

/**
 * A whole chat answer in OpenAI's contract (wire.md 2.3): what OpenAI always has is there, absent keys become
 * null, `reasoning_content` stands beside `reasoning`, and what else the upstream sent is kept.
 * @throws GatewayError 502 when it is no chat answer
 */
export function normaliseCompletion(body: unknown, options: NormaliserOptions): ChatCompletion {
  if (!isRecord(body) || !Array.isArray(body.choices) || body.choices.length === 0) {
    throw new GatewayError(
      'upstream_invalid_response',
      'The upstream answered with something that is not a completion.',
    );
  }
  const choices = body.choices.map((choice: unknown, position) => normaliseChoice(choice, position, options));
  return {
    ...body,
    id: textOr(body.id, ''),
    object: 'chat.completion',
    created: numberOr(body.created, 0),
    model: options.answerModel ?? textOr(body.model, options.model),
    choices,
    usage: usageOf(body, options.answers),
  };
}

function normaliseChoice(choice: unknown, position: number, { jsonFormat, answers }: NormaliserOptions): ChatChoice {
  const source = isRecord(choice) ? choice : {};
  assertNotFailed(source.finish_reason);
  const message = normaliseMessage(source.message, answers?.thinkTags ?? false);
  if (jsonFormat && message.content && message.tool_calls) {
    delete message.tool_calls;
    if (source.finish_reason === 'tool_calls') source.finish_reason = 'stop';
  }
  return {
    index: numberOr(source.index, position),
    message,
    logprobs: normaliseLogprobs(source.logprobs),
    finish_reason: normaliseFinishReason(source.finish_reason, message.tool_calls !== undefined),
  };
}

function normaliseMessage(value: unknown, thinkTags: boolean): AssistantMessage {
  const {
    content,
    refusal,
    reasoning,
    reasoning_content,
    tool_calls,
    role: _role,
    ...rest
  } = isRecord(value) ? value : {};
  const read = readWhole(content, thinkTags);
  const message: AssistantMessage = {
    role: 'assistant',
    content: read.text ?? null,
    refusal: typeof refusal === 'string' ? refusal : null,
    ...rest,
  };
  const stated = typeof reasoning === 'string' ? reasoning : reasoning_content;
  const thought = stated ?? read.thought;
  if (typeof thought === 'string') message.reasoning = message.reasoning_content = thought;
  if (Array.isArray(tool_calls) && tool_calls.length > 0) message.tool_calls = normaliseToolCalls(tool_calls);
  return message;
}

function readWhole(content: unknown, thinkTags: boolean): ReadContent {
  const read = readContent(content);
  if (!thinkTags || read.text === undefined) return read;
  const splitter = new ThinkSplitter();
  const [begin, end] = [splitter.push(read.text), splitter.end()];
  const thought = begin.thought + end.thought;
  return { text: begin.text + end.text, thought: thought === '' ? read.thought : thought };
}

function normaliseToolCalls(calls: unknown[]): ChatToolCall[] {
  const ids = new ToolCallIds();
  return calls.filter(isRecord).map((call) => {
    const called = isRecord(call.function) ? call.function : {};
    return {
      id: ids.unique(call.id),
      type: 'function',
      // Never parsed: the caller gets the model's own characters.
      function: { name: textOr(called.name, ''), arguments: textOr(called.arguments, '') },
    };
  });
}

/** OpenAI's logprobs have exactly the keys `content` and `refusal`; openai-node asserts it. */
export function normaliseLogprobs(value: unknown): ChatLogprobs | null {
  if (!isRecord(value)) return null;
  return { content: listOrNull(value.content), refusal: listOrNull(value.refusal) };
}

function listOrNull(value: unknown): ChatLogprobs['content'] {
  return isTokenList(value) ? value : null;
}

function isTokenList(value: unknown): value is NonNullable<ChatLogprobs['content']> {
  return Array.isArray(value);
}

export function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}

/** Cerebras' `time_info.queue_time`, in seconds. */
export function queueTimeOf(timeInfo: unknown): number | undefined {
  return isRecord(timeInfo) && typeof timeInfo.queue_time === 'number' ? timeInfo.queue_time : undefined;
}
