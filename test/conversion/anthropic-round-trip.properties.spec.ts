import * as fc from 'fast-check';
import { SseParser } from '../../src/common/sse/sse-parser.js';
import type { Message, MessagesRequest } from '../../src/gateway/anthropic/messages.types.js';
import { chatToMessage, messageText } from '../../src/gateway/dropin/anthropic/from-chat/chat-to-message.js';
import type { AnswerOptions } from '../../src/gateway/dropin/anthropic/from-chat/answer-options.js';
import { MessageStream } from '../../src/gateway/dropin/anthropic/from-chat/message-stream.js';
import { messagesToChat } from '../../src/gateway/dropin/anthropic/to-chat/messages-to-chat.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../../src/gateway/openai/chat.types.js';
import { readMessage } from '../../src/gateway/providers/anthropic/answer/message-completion.js';
import { MessageChunks } from '../../src/gateway/providers/anthropic/answer/message-chunks.js';
import { toMessagesRequest } from '../../src/gateway/providers/anthropic/request/messages-request.js';
import { Accumulated } from '../support/answer.js';

/** What both dialects can say: a chat that goes to Anthropic and comes from there is the same chat. */
const MODEL = 'claude-sonnet-4-5';
const NAMES = { model: MODEL, created: 1 };
const OPTIONS: AnswerOptions = { id: 'msg_1', model: MODEL, thinking: 'shown', stops: [], promptTokens: () => 1 };

const text = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((value) => value.trim() !== '');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const id = fc.stringMatching(/^[a-zA-Z0-9_-]{1,12}$/);
const name = fc.stringMatching(/^[a-z_]{1,10}$/);
/** Members without a name that JavaScript would sort or lose. */
const json = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue({ maxDepth: 2 }), { noNullPrototype: true })
  .map((value) => JSON.stringify(value))
  .filter((value) => !value.includes('__proto__'));

const image = fc.base64String({ minLength: 4, maxLength: 12 }).map((data) => ({
  type: 'image_url',
  image_url: { url: `data:image/png;base64,${data}` },
}));
const userContent = fc.oneof(
  text,
  fc.array(
    fc.oneof(
      image,
      text.map((value) => ({ type: 'text', text: value })),
    ),
    { minLength: 2, maxLength: 3 },
  ),
);
const calls = (min: number) =>
  fc.uniqueArray(fc.record({ id, type: fc.constant('function'), function: fc.record({ name, arguments: json }) }), {
    minLength: min,
    maxLength: 3,
    selector: (call) => call.id,
  });

interface Exchange {
  said: unknown;
  asked: ReadonlyArray<{ id: string }>;
  text: string | undefined;
  result: string;
  more: string | undefined;
  answer: string;
}

/** The user says something, and the assistant answers, or calls and then answers. */
function exchangeOf({ said, asked, text: before, result, more, answer: end }: Exchange): object[] {
  const user = { role: 'user', content: said };
  const answered = { role: 'assistant', content: end };
  if (asked.length === 0) return [user, answered];
  const results = asked.map((call) => ({ role: 'tool', tool_call_id: call.id, content: result }));
  const called = { role: 'assistant', ...(before !== undefined && { content: before }), tool_calls: asked };
  const after = more === undefined ? [] : [{ role: 'user', content: more }];
  return [user, called, ...results, ...after, answered];
}

const exchange = fc
  .record({ said: userContent, asked: calls(0), text: maybe(text), result: text, more: maybe(text), answer: text })
  .map(exchangeOf);

const tools = fc.uniqueArray(
  fc.record({
    type: fc.constant('function'),
    function: fc.record(
      {
        name,
        description: text,
        parameters: fc.constantFrom(
          { type: 'object', properties: {} },
          { type: 'object', properties: { a: { type: 'integer', minimum: 1 } }, required: ['a'] },
        ),
      },
      { requiredKeys: ['name', 'parameters'] },
    ),
  }),
  { minLength: 1, maxLength: 3, selector: (tool) => tool.function.name },
);
const format = {
  type: 'json_schema',
  json_schema: {
    name: 'output',
    strict: true,
    schema: { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
  },
};

interface Asked {
  system: string | undefined;
  before: object[][];
  last: unknown;
  parameters: object;
  max: number;
  offered: { tools: object[]; tool_choice?: string } | undefined;
}

function requestOf({ system, before, last, parameters, max, offered }: Asked): object {
  const instructions = system === undefined ? [] : [{ role: 'system', content: system }];
  const single = { tool_choice: offered?.tool_choice ?? 'auto', parallel_tool_calls: false };
  return {
    model: MODEL,
    messages: [...instructions, ...before.flat(), { role: 'user', content: last }],
    ...offered,
    ...(offered && offered.tool_choice !== 'none' && single),
    max_completion_tokens: max,
    ...parameters,
  };
}

const request = fc
  .record({
    system: maybe(text),
    before: fc.array(exchange, { maxLength: 2 }),
    last: userContent,
    parameters: fc.record(
      {
        temperature: fc.constantFrom(0, 0.5, 1),
        stop: fc.uniqueArray(text, { minLength: 1, maxLength: 4 }),
        user: text,
        stream: fc.constant(true),
        response_format: fc.constant(format),
      },
      { requiredKeys: [] },
    ),
    max: fc.integer({ min: 1, max: 60_000 }),
    offered: maybe(
      fc.record({ tools, tool_choice: fc.constantFrom('auto', 'required', 'none') }, { requiredKeys: ['tools'] }),
    ),
  })
  .map(requestOf);

const usage = fc
  .record({ fresh: fc.nat(1000), cached: fc.nat(1000), completion: fc.nat(1000), reasoning: fc.nat(100) })
  .map(({ fresh, cached, completion, reasoning }) => ({
    prompt_tokens: fresh + cached,
    completion_tokens: completion,
    total_tokens: fresh + cached + completion,
    prompt_tokens_details: { cached_tokens: cached },
    completion_tokens_details: { reasoning_tokens: reasoning },
  }));

const answer = fc
  .record({
    content: maybe(text),
    reasoning: maybe(text),
    asked: calls(0),
    finish: fc.constantFrom('stop', 'length', 'content_filter'),
    usage,
  })
  .filter(({ content, asked }) => content !== undefined || asked.length > 0);

const toFinish = (finish: string, asked: readonly unknown[]): string =>
  finish === 'stop' && asked.length > 0 ? 'tool_calls' : finish;

/** Through JSON, as on the wire. */
const wire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe('a chat by way of Messages', () => {
  it('is asked the same, and nothing of it is dropped or changed', () => {
    fc.assert(
      fc.property(request, (original) => {
        const notes = { strict: true, filtered: new Set<string>(), transformed: new Set<string>() };
        const body = toMessagesRequest(original as unknown as ChatRequest, 'anthropic', notes);
        const { chat } = messagesToChat(wire(body) as unknown as MessagesRequest);
        expect(wire(chat)).toEqual(wire(original));
        expect([...notes.filtered, ...notes.transformed]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('asks for the same effort', () => {
    for (const effort of ['low', 'medium', 'high', 'none'] as const) {
      for (const model of ['claude-sonnet-4-5', 'claude-opus-4-6', 'claude-opus-5-5']) {
        const chat: ChatRequest = {
          model,
          messages: [{ role: 'user', content: 'a' }],
          max_tokens: 50_000,
          reasoning_effort: effort,
        };
        const notes = { strict: true, filtered: new Set<string>(), transformed: new Set<string>() };
        const back = messagesToChat(toMessagesRequest(chat, 'anthropic', notes) as unknown as MessagesRequest).chat;
        const thinksUnasked = model === 'claude-opus-5-5';
        expect(back.reasoning_effort).toBe(effort === 'none' && !thinksUnasked ? undefined : effort);
      }
    }
  });

  it('is answered the same', () => {
    fc.assert(
      fc.property(answer, ({ content, reasoning, asked, finish, usage: counts }) => {
        const completion = {
          id: 'msg_1',
          object: 'chat.completion',
          created: 1,
          model: MODEL,
          choices: [
            {
              index: 0,
              message: {
                role: 'assistant',
                content: content ?? null,
                refusal: null,
                ...(reasoning !== undefined && { reasoning, reasoning_content: reasoning }),
                ...(asked.length > 0 && { tool_calls: asked }),
              },
              logprobs: null,
              finish_reason: toFinish(finish, asked),
            },
          ],
          usage: counts,
        } as ChatCompletion;
        const message: Message = chatToMessage(completion, OPTIONS);
        const back = readMessage(messageText(message), NAMES);
        // Anthropic's own opaque part, which a chat shows beside the thoughts.
        delete back.choices[0]?.message.reasoning_details;
        expect(back).toEqual(completion);
      }),
      { numRuns: 300 },
    );
  });

  it('streams the same, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        answer,
        fc.integer({ min: 1, max: 7 }),
        ({ content, reasoning, asked, finish, usage: counts }, size) => {
          const chunks = chunksOf({ content, reasoning, asked, finish: toFinish(finish, asked), counts });
          const stream = new MessageStream(OPTIONS);
          const events = [...chunks.flatMap((chunk) => stream.push([chunk])), ...stream.complete()];
          const bytes = Buffer.from(
            events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
          );
          const back = readStream(bytes, size);
          expect(new Accumulated(back)).toEqual(new Accumulated(chunks));
          expect(back.at(-1)?.usage).toEqual(counts);
        },
      ),
      { numRuns: 200 },
    );
  });
});

interface Parts {
  content: string | undefined;
  reasoning: string | undefined;
  asked: ReadonlyArray<{ id: string; function: { name: string; arguments: string } }>;
  finish: string;
  counts: object;
}

/** The answer in pieces of two characters; the calls' pieces take turns, as some upstreams send them. */
function chunksOf({ content, reasoning, asked, finish, counts }: Parts): ChatChunk[] {
  const deltas: object[] = [{ role: 'assistant', content: '' }];
  for (const piece of pieces(reasoning ?? '')) deltas.push({ reasoning: piece, reasoning_content: piece });
  for (const piece of pieces(content ?? '')) deltas.push({ content: piece });
  for (const [index, call] of asked.entries()) {
    deltas.push({
      tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.function.name, arguments: '' } }],
    });
  }
  const left = asked.map((call) => pieces(call.function.arguments));
  for (let turn = 0; turn < Math.max(0, ...left.map(({ length }) => length)); turn++) {
    for (const [index, list] of left.entries()) {
      const piece = list[turn];
      if (piece !== undefined)
        deltas.push({ tool_calls: [{ index, type: 'function', function: { arguments: piece } }] });
    }
  }
  const head = { id: 'msg_1', object: 'chat.completion.chunk', created: 1, model: MODEL };
  const chunkOf = (delta: object) => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] });
  const end = { ...head, choices: [{ index: 0, delta: {}, finish_reason: finish }], usage: counts };
  return [...deltas.map(chunkOf), end] as unknown as ChatChunk[];
}

function pieces(value: string): string[] {
  return value.match(/[^]{1,2}/gu) ?? [];
}

function readStream(bytes: Buffer, size: number): ChatChunk[] {
  const normaliser = new MessageChunks(NAMES);
  const chunks: ChatChunk[] = [];
  const parser = new SseParser(({ data }) => {
    chunks.push(...normaliser.push(JSON.parse(data) as Record<string, unknown>));
  });
  for (let at = 0; at < bytes.length; at += size) parser.feed(bytes.subarray(at, at + size));
  if (normaliser.isFinished) chunks.push(...normaliser.close());
  return chunks;
}
