import { GatewayError } from '../../../common/errors/gateway-error.js';
import { isRecord } from '../../../common/json/is-record.js';
import { textOr } from '../../../common/json/text.js';
import type { AssistantMessage, ChatChoice, ChatCompletion } from '../../openai/chat.types.js';
import { ToolCallIds } from '../../openai/tool-call-ids.js';
import { extraContent, readParts } from './candidate-parts.js';
import { readFinishReason } from './finish-reason.js';
import { readLogprobs } from './logprobs.js';
import { readUsage } from './usage.js';

/** What the reader of an answer has to know beside it. */
export interface AnswerNames {
  /** For messages. */
  readonly provider: string;
  /** The route that answers when the upstream does not say its model. */
  readonly model: string;
  /** What the answer's `model` says whatever the upstream says. */
  readonly answerModel?: string;
}

/** A whole answer of generateContent in OpenAI's contract. @throws GatewayError when it is none, or was blocked */
export function readCompletion(body: unknown, names: AnswerNames): ChatCompletion {
  if (!isRecord(body)) throw noAnswer(names.provider);
  assertNotBlocked(body, names.provider);
  const candidates = Array.isArray(body.candidates) ? body.candidates : [];
  if (candidates.length === 0) throw noAnswer(names.provider);
  const usage = readUsage(body.usageMetadata);
  return {
    id: idOf(body),
    object: 'chat.completion',
    created: createdOf(body),
    model: names.answerModel ?? textOr(body.modelVersion, names.model),
    choices: candidates.map((candidate: unknown, i) => readChoice(candidate, i, names.provider)),
    ...(usage && { usage }),
  };
}

/** Gemini says nothing but why. In words that routing knows: a content filter's refusal may go to another model. */
export function assertNotBlocked(body: Record<string, unknown>, provider: string): void {
  const { promptFeedback } = body;
  const reason = isRecord(promptFeedback) ? promptFeedback.blockReason : undefined;
  if (typeof reason !== 'string') return;
  throw new GatewayError('upstream_invalid_request', `${provider} blocked the prompt: ${reason}.`, {
    param: 'messages',
    wireCode: 'content_filter',
  });
}

/** Google's ids are short; OpenAI's begin with their kind. */
export function idOf({ responseId }: Record<string, unknown>): string {
  return typeof responseId === 'string' ? `chatcmpl-${responseId}` : '';
}

/** Unix seconds; Google says the time only sometimes. */
export function createdOf({ createTime }: Record<string, unknown>): number {
  const time = typeof createTime === 'string' ? Date.parse(createTime) : Number.NaN;
  return Math.floor((Number.isNaN(time) ? Date.now() : time) / 1000);
}

function readChoice(candidate: unknown, position: number, provider: string): ChatChoice {
  const source = isRecord(candidate) ? candidate : {};
  const { content, reasoning, calls, images, signature } = readParts(source.content, new ToolCallIds());
  const message: AssistantMessage = {
    role: 'assistant',
    content: content === '' && calls.length > 0 ? null : content,
    refusal: null,
    ...extraContent(signature),
  };
  if (reasoning !== '') message.reasoning = message.reasoning_content = reasoning;
  if (images.length > 0) message.images = images.map((url) => ({ type: 'image_url', image_url: { url } }));
  if (calls.length > 0) {
    message.tool_calls = calls.map(({ id, name, arguments: text, signature: signed }) => ({
      id,
      type: 'function',
      function: { name, arguments: text },
      ...extraContent(signed),
    }));
  }
  return {
    index: typeof source.index === 'number' ? source.index : position,
    message,
    logprobs: readLogprobs(source.logprobsResult),
    finish_reason: readFinishReason(textOr(source.finishReason, 'STOP'), calls.length > 0, provider),
  };
}

function noAnswer(provider: string): GatewayError {
  return new GatewayError('upstream_invalid_response', `${provider} answered with something that is not an answer.`);
}
