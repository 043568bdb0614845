import { randomUUID } from 'node:crypto';
import { groupTokens } from '../answer-frames.js';
import type { PlannedChoice } from '../answer-plan.js';
import { isObject, type JsonObject } from '../json-value.js';
import type { ChatBody } from '../sandbox-types.js';
import type { UpstreamAnswer } from '../upstream-answer.js';
import { plan, type PlannedAnswer } from './chat-plan.js';
import { events, json } from './openai-answer.js';
import { anything, boolean, check, integer, number, oneOf, string } from './openai-fields.js';
import { modelFor } from './openai-models.js';
import { wrongType } from './openai-refusal.js';

const EFFORTS = oneOf('none', 'minimal', 'low', 'medium', 'high', 'xhigh');
const FIELDS = {
  model: string,
  messages: anything,
  stream: boolean,
  stream_options: anything,
  max_completion_tokens: integer(1, 1_000_000),
  max_tokens: integer(1, 1_000_000),
  temperature: number(0, 2),
  top_p: number(0, 1),
  n: integer(1, 8),
  stop: anything,
  seed: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  presence_penalty: number(-2, 2),
  frequency_penalty: number(-2, 2),
  logit_bias: anything,
  logprobs: boolean,
  top_logprobs: integer(0, 20),
  tools: anything,
  tool_choice: anything,
  parallel_tool_calls: boolean,
  response_format: anything,
  reasoning_effort: EFFORTS,
  verbosity: oneOf('low', 'medium', 'high'),
  metadata: anything,
  store: boolean,
  service_tier: string,
  prediction: anything,
  modalities: anything,
  audio: anything,
  web_search_options: anything,
  user: string,
  safety_identifier: string,
  prompt_cache_key: string,
  prompt_cache_retention: string,
};

/** POST /v1/chat/completions */
export function chat(request: unknown): UpstreamAnswer {
  const body = check(request, { required: ['model', 'messages'], fields: FIELDS });
  const { id: model } = modelFor('chat', body['model']);
  if (!hasMessages(body)) throw wrongType('messages', 'a list of messages');
  const answer = plan(body);
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: `${model}-2026-01-01` };
  const options = isObject(body['stream_options']) ? body['stream_options'] : {};
  if (body['stream'] === true) return stream(head, answer, options['include_usage'] === true);
  return json({
    ...head,
    object: 'chat.completion',
    choices: answer.choices.map(whole),
    usage: usageOf(answer),
    service_tier: 'default',
  });
}

function hasMessages(body: JsonObject): body is JsonObject & ChatBody {
  const { messages } = body;
  return Array.isArray(messages) && messages.length > 0 && messages.every(isObject);
}

function whole(choice: PlannedChoice, index: number) {
  const calls = choice.toolCalls.map(({ id, name, arguments: args }) => ({
    id: `call_${id}`,
    type: 'function',
    function: { name, arguments: args },
  }));
  const message = {
    role: 'assistant',
    content: calls.length > 0 ? null : choice.content.join(''),
    ...(calls.length > 0 && { tool_calls: calls }),
    refusal: null,
    annotations: [],
  };
  return { index, message, logprobs: null, finish_reason: choice.finish };
}

function stream(head: object, answer: PlannedAnswer, withUsage: boolean): UpstreamAnswer {
  const chunk = (choices: unknown[], usage: unknown = null) =>
    JSON.stringify({
      ...head,
      object: 'chat.completion.chunk',
      service_tier: 'default',
      choices,
      ...(withUsage && { usage }),
    });
  const frames = answer.choices.flatMap((choice, index) => [
    ...deltasOf(choice).map((delta) => chunk([{ index, delta, logprobs: null, finish_reason: null }])),
    chunk([{ index, delta: {}, logprobs: null, finish_reason: choice.finish }]),
  ]);
  return events([...frames, ...(withUsage ? [chunk([], usageOf(answer))] : [])], '[DONE]');
}

function deltasOf({ content, toolCalls }: PlannedChoice): object[] {
  const calls = toolCalls.flatMap(({ id, name, arguments: args }, index) => [
    { tool_calls: [{ index, id: `call_${id}`, type: 'function', function: { name, arguments: '' } }] },
    ...(args.match(/[^]{1,11}/gu) ?? []).map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
  ]);
  return [
    { role: 'assistant', content: toolCalls.length > 0 ? null : '', refusal: null },
    ...groupTokens(content).map((group) => ({ content: group.join('') })),
    ...calls,
  ];
}

function usageOf({ promptTokens, completionTokens }: PlannedAnswer) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}
