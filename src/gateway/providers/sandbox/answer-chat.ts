import { enclose, envelope, groupTokens, interleave } from './answer-frames.js';
import { chatLogprobs } from './answer-logprobs.js';
import type { AnswerHead, PlannedChoice } from './answer-plan.js';
import type { PlannedToolCall } from './answer-tools.js';
import { timeInfo, type TokenCounts, usageOf } from './answer-usage.js';
import type { ChatBody } from './sandbox-types.js';

/** A planned chat answer with everything that its JSON needs. */
export interface ChatAnswer {
  head: AnswerHead;
  body: ChatBody;
  choices: readonly PlannedChoice[];
  counts: TokenCounts;
}

/** `usage`, `time_info` and the service tier: the end of a whole answer and of the last frame. */
function tailOf({ head, body, counts }: ChatAnswer): object {
  const tier = body.service_tier;
  return {
    usage: usageOf(head.model, counts),
    time_info: timeInfo(counts),
    ...(tier && { service_tier: tier }),
    // Only `auto` leaves open which tier it was (wire.md 1.4).
    ...(tier === 'auto' && { service_tier_used: 'default' }),
  };
}

function logprobsOf(body: ChatBody, tokens: readonly string[]): object | undefined {
  return body.logprobs ? chatLogprobs(tokens, body.top_logprobs ?? 0) : undefined;
}

function wholeCall(call: PlannedToolCall): object {
  return { function: { name: call.name, arguments: call.arguments }, type: 'function', id: call.id };
}

function wholeChoice(planned: PlannedChoice, index: number, body: ChatBody): string {
  const { content, reasoning, toolCalls, finish } = planned;
  // Keys that hold nothing are absent, never null (wire.md 1.4, captured).
  return JSON.stringify({
    finish_reason: finish,
    index,
    message: {
      ...(content.length > 0 && { content: content.join('') }),
      ...(reasoning.length > 0 && { reasoning: reasoning.join('') }),
      ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(wholeCall) }),
      role: 'assistant',
    },
    logprobs: logprobsOf(body, content),
    reasoning_logprobs: reasoning.length > 0 ? logprobsOf(body, reasoning) : undefined,
  });
}

/** The whole answer in one JSON text. */
export function chatJson(answer: ChatAnswer): string {
  const choices = answer.choices.map((choice, index) => wholeChoice(choice, index, answer.body)).join(',');
  return enclose(envelope(answer.head, 'chat.completion'), choices, tailOf(answer));
}

function delta(value: object, index: number, extra?: object): string {
  return JSON.stringify({ delta: value, index, ...extra });
}

function textDeltas(key: 'reasoning' | 'content', tokens: readonly string[], index: number, body: ChatBody): string[] {
  const logprobs = key === 'content' ? 'logprobs' : 'reasoning_logprobs';
  return groupTokens(tokens).map((group) => {
    const extra = body.logprobs ? { [logprobs]: logprobsOf(body, group) } : undefined;
    return delta({ [key]: group.join('') }, index, extra);
  });
}

/** Where arguments are cut: anywhere, as a model's tokens do. */
function pieces(text: string): string[] {
  return text.match(/[^]{1,11}/gu) ?? [];
}

function callDeltas(call: PlannedToolCall, callIndex: number, index: number): string[] {
  const first = { function: { name: call.name, arguments: '' }, type: 'function', id: call.id, index: callIndex };
  const more = pieces(call.arguments).map((piece) => ({
    function: { arguments: piece },
    type: 'function',
    index: callIndex,
  }));
  return [first, ...more].map((part) => delta({ tool_calls: [part] }, index));
}

function choiceDeltas(planned: PlannedChoice, index: number, body: ChatBody): string[] {
  return [
    delta({ role: 'assistant' }, index),
    ...textDeltas('reasoning', planned.reasoning, index, body),
    ...textDeltas('content', planned.content, index, body),
    ...planned.toolCalls.flatMap((call, callIndex) => callDeltas(call, callIndex, index)),
    `{"delta":{},"finish_reason":"${planned.finish}","index":${index}}`,
  ];
}

/** The frames of a streamed answer, without `[DONE]`: the usage is on the last one (wire.md 1.6). */
export function chatFrames(answer: ChatAnswer): string[] {
  const around = envelope(answer.head, 'chat.completion.chunk');
  const deltas = interleave(answer.choices.map((choice, index) => choiceDeltas(choice, index, answer.body)));
  const last = deltas.length - 1;
  return deltas.map((choice, at) => enclose(around, choice, at === last ? tailOf(answer) : undefined));
}
