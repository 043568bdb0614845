import { randomUUID } from 'node:crypto';
import { SchemaValue } from './answer-schema.js';
import { type ScriptedAnswer, scriptedCalls } from './answer-script.js';
import { chatText, extendText, reasoningText, textFromResults, topicOf } from './answer-text.js';
import { planToolCalls, type PlannedToolCall } from './answer-tools.js';
import { hintsOf } from './prompt-hints.js';
import type { ValidRequest } from './request-validation.js';
import type { ReasoningFormat, SandboxModel } from './sandbox-models.js';
import type { ChatBody, ChatMessage } from './sandbox-types.js';
import { hashText, SeededRandom } from './seeded-random.js';
import { tokenize } from './token-estimate.js';

export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** One choice of a chat answer, before it is written as JSON or as frames. */
export interface PlannedChoice {
  reasoning: string[];
  content: string[];
  toolCalls: PlannedToolCall[];
  finish: FinishReason;
  tokens: number;
  reasoningTokens: number;
}

/** What every answer of the sandbox carries. */
export interface AnswerHead {
  id: string;
  created: number;
  model: SandboxModel;
}

/** Identifies a new answer; the id is also the `inference-id` header. */
export function answerHead(model: SandboxModel): AnswerHead {
  return { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model };
}

/** Cuts a text before the first of the stop sequences: their own text is not returned. */
export function cutAtStop(text: string, stop: string | readonly string[] | null | undefined): string {
  if (stop === null || stop === undefined) return text;
  let end = text.length;
  for (const sequence of typeof stop === 'string' ? [stop] : stop) {
    const at = text.indexOf(sequence);
    if (at !== -1) end = Math.min(end, at);
  }
  return text.slice(0, end);
}

function textOf(message: ChatMessage | undefined): string {
  const content = message?.content;
  if (typeof content === 'string') return content;
  let text = '';
  for (const part of content ?? []) if (part.type === 'text') text += part.text;
  return text;
}

function lastUserText(messages: readonly ChatMessage[]): string {
  return textOf(messages.findLast((message) => message.role === 'user') ?? messages.at(-1));
}

/** The tool messages at the end of the conversation: what the answer has to use. */
function toolResults(messages: readonly ChatMessage[]): string[] {
  const last = messages.findLastIndex((message) => message.role !== 'tool');
  return messages.slice(last + 1).map(textOf);
}

function jsonAnswer(body: ChatBody, prompt: string): string | undefined {
  const format = body.response_format;
  if (!format || format.type === 'text') return undefined;
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  if (schema) return JSON.stringify(new SchemaValue(schema, hintsOf(prompt), 'all').make());
  return JSON.stringify({ answer: chatText(prompt, new SeededRandom(hashText(prompt))), topic: topicOf(prompt) });
}

function contentText(body: ChatBody, prompt: string, random: SeededRandom): string {
  const json = jsonAnswer(body, prompt);
  if (json !== undefined) return json;
  const results = toolResults(body.messages);
  const text = results.length > 0 ? textFromResults(results, prompt) : chatText(prompt, random);
  const least = body.min_completion_tokens ?? body.min_tokens ?? 0;
  return least > 0 ? extendText(text, least, topicOf(prompt), random) : text;
}

/** How hard the model thinks about this request; `none` when it does not. */
function effortOf(body: ChatBody, model: SandboxModel): string {
  return body.disable_reasoning ? 'none' : (body.reasoning_effort ?? model.defaultEffort);
}

/** Where the thoughts go: every model's own default is `parsed`. */
export function reasoningFormatOf(body: ChatBody): Exclude<ReasoningFormat, 'none'> {
  const format = body.reasoning_format;
  return format === undefined || format === 'none' ? 'parsed' : format;
}

/** Cuts the arguments of calls where the token limit ends them; returns how many tokens they are. */
function limitCalls(calls: PlannedToolCall[], budget: number): number {
  let used = 0;
  for (const call of calls) {
    const tokens = tokenize(call.arguments);
    const left = Math.max(0, budget - used - 1);
    if (tokens.length > left) call.arguments = tokens.slice(0, left).join('');
    used += 1 + Math.min(tokens.length, left);
  }
  return used;
}

function choice(
  parts: { reasoning: string[]; content: string[]; calls: PlannedToolCall[] },
  limit: number,
): PlannedChoice {
  const reasoning = parts.reasoning.slice(0, limit);
  const left = limit - reasoning.length;
  const content = parts.content.slice(0, left);
  const wanted = parts.calls.reduce((sum, call) => sum + 1 + tokenize(call.arguments).length, 0);
  const calls = left > 0 ? parts.calls : [];
  const callTokens = limitCalls(calls, left);
  const cut = parts.reasoning.length + parts.content.length + wanted > limit;
  return {
    reasoning,
    content,
    toolCalls: calls,
    finish: cut ? 'length' : calls.length > 0 ? 'tool_calls' : 'stop',
    tokens: reasoning.length + content.length + callTokens,
    reasoningTokens: reasoning.length,
  };
}

/** `raw` writes the thoughts into the content, `hidden` drops them; both have been counted before. */
function formatReasoning(planned: PlannedChoice, format: ReasoningFormat): PlannedChoice {
  if (planned.reasoning.length === 0 || format === 'parsed' || format === 'text_parsed') return planned;
  const thoughts = format === 'raw' ? ['<think>', ...planned.reasoning, '</think>', '\n'] : [];
  return { ...planned, reasoning: [], content: [...thoughts, ...planned.content] };
}

function scriptedChoice(scripted: ScriptedAnswer, body: ChatBody, limit: number): PlannedChoice {
  const reasoning = tokenize(scripted.reasoning ?? '');
  const content = tokenize(cutAtStop(scripted.text ?? '', body.stop));
  const planned = choice({ reasoning, content, calls: scriptedCalls(scripted) }, limit);
  return formatReasoning(planned, reasoningFormatOf(body));
}

/** Decides what the model answers: what it is told to, else the same words for the same request (and seed). */
export function planChat(
  { body, model, maxTokens }: ValidRequest<ChatBody>,
  scripted?: ScriptedAnswer,
): PlannedChoice[] {
  if (scripted)
    return Array.from({ length: body.n ?? 1 }, () => scriptedChoice(scripted, body, maxTokens ?? model.maxOutput));
  const prompt = lastUserText(body.messages);
  const effort = effortOf(body, model);
  const reasoning = effort === 'none' ? [] : tokenize(reasoningText(prompt, effort));
  const limit = maxTokens ?? model.maxOutput;
  const seed = hashText(prompt) ^ (body.seed ?? 0);
  return Array.from({ length: body.n ?? 1 }, (_, index) => {
    const calls = planToolCalls(body, prompt);
    const random = new SeededRandom(seed + index * 7919);
    const content = calls.length > 0 ? '' : cutAtStop(contentText(body, prompt, random), body.stop);
    const planned = choice({ reasoning, content: tokenize(content), calls }, limit);
    return formatReasoning(planned, reasoningFormatOf(body));
  });
}
