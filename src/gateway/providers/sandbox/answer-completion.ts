import { enclose, envelope, groupTokens, interleave } from './answer-frames.js';
import { completionLogprobs } from './answer-logprobs.js';
import { type AnswerHead, cutAtStop } from './answer-plan.js';
import { continuation, extendText, topicOf } from './answer-text.js';
import { timeInfo, type TokenCounts, usageOf } from './answer-usage.js';
import type { ValidRequest } from './request-validation.js';
import type { CompletionBody } from './sandbox-types.js';
import { hashText, SeededRandom } from './seeded-random.js';
import { tokenize } from './token-estimate.js';

/** One choice of a legacy completion. */
export interface PlannedText {
  /** Comes back before the answer when `echo` is set. */
  echo: string;
  content: string[];
  finish: 'stop' | 'length';
  tokens: number;
  reasoningTokens: 0;
}

export interface CompletionAnswer {
  head: AnswerHead;
  body: CompletionBody;
  choices: readonly PlannedText[];
  counts: TokenCounts;
}

/** Token ids stand for themselves: the sandbox has no vocabulary to decode them with. */
function textOfTokens(tokens: readonly number[]): string {
  return tokens.map((token) => ` token${token}`).join('');
}

function promptsOf(prompt: CompletionBody['prompt']): string[] {
  if (typeof prompt === 'string') return [prompt];
  const texts: string[] = [];
  const tokens: number[] = [];
  for (const part of prompt) {
    if (typeof part === 'string') texts.push(part);
    else if (typeof part === 'number') tokens.push(part);
    else texts.push(textOfTokens(part));
  }
  return tokens.length > 0 ? [textOfTokens(tokens)] : texts;
}

function planText(prompt: string, limit: number, body: CompletionBody, choice: number): PlannedText {
  const random = new SeededRandom((hashText(prompt) ^ (body.seed ?? 0)) + choice * 7919);
  const text = continuation(prompt, random);
  const wanted = extendText(text, body.min_tokens ?? 0, topicOf(prompt), random);
  const tokens = tokenize(cutAtStop(wanted, body.stop));
  const content = tokens.slice(0, limit);
  return {
    echo: body.echo ? prompt : '',
    content,
    finish: content.length < tokens.length ? 'length' : 'stop',
    tokens: content.length,
    reasoningTokens: 0,
  };
}

/** Decides how each prompt goes on; the choice of prompt i and answer k has the index i * n + k. */
export function planCompletion({ body, model, maxTokens }: ValidRequest<CompletionBody>): PlannedText[] {
  const limit = maxTokens ?? model.maxOutput;
  return promptsOf(body.prompt).flatMap((prompt) =>
    Array.from({ length: body.n ?? 1 }, (_, choice) => planText(prompt, limit, body, choice)),
  );
}

/** `text`, or `tokens` when the caller wants the raw ones. */
function textMember(body: CompletionBody, tokens: readonly string[], echo: string): object {
  if (body.return_raw_tokens) return { tokens: tokens.map((token) => hashText(token) % 100_000) };
  return { text: echo + tokens.join('') };
}

function choiceJson(
  body: CompletionBody,
  tokens: readonly string[],
  rest: { index: number; echo?: string; offset: number; finish?: string },
): string {
  const { index, echo = '', offset, finish } = rest;
  const top = body.logprobs ?? undefined;
  return JSON.stringify({
    ...(finish !== undefined && { finish_reason: finish }),
    index,
    ...textMember(body, tokens, echo),
    ...(top !== undefined && tokens.length > 0 && { logprobs: completionLogprobs(tokens, top, offset) }),
  });
}

function tailOf({ head, counts }: CompletionAnswer): object {
  return { usage: usageOf(head.model, counts), time_info: timeInfo(counts) };
}

/** The whole answer in one JSON text. */
export function completionJson(answer: CompletionAnswer): string {
  const { head, body, choices } = answer;
  const parts = choices.map(({ content, echo, finish }, index) =>
    choiceJson(body, content, { index, echo, offset: echo.length, finish }),
  );
  return enclose(envelope(head, 'text_completion'), parts.join(','), tailOf(answer));
}

function textFrames({ echo, content, finish }: PlannedText, index: number, body: CompletionBody): string[] {
  let offset = echo.length;
  const frames = echo ? [choiceJson(body, [], { index, echo, offset: 0 })] : [];
  for (const group of groupTokens(content)) {
    frames.push(choiceJson(body, group, { index, offset }));
    offset += group.join('').length;
  }
  return [...frames, choiceJson(body, [], { index, offset, finish })];
}

/** The frames of a streamed answer, without `[DONE]`. */
export function completionFrames(answer: CompletionAnswer): string[] {
  const around = envelope(answer.head, 'text_completion');
  const parts = interleave(answer.choices.map((choice, index) => textFrames(choice, index, answer.body)));
  const last = parts.length - 1;
  return parts.map((part, at) => enclose(around, part, at === last ? tailOf(answer) : undefined));
}
