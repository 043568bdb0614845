import type { ChatChunk } from '../../src/gateway/openai/chat.types.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { CAPTURED_CHUNKS } from '../support/captures.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { RawUpstream, SSE } from '../support/raw-upstream.js';
import { DONE, dataFrame, frames } from '../support/sse.js';

const MODELS = ['gpt-oss-120b', 'qwen-3.8-27b', 'gemma-4-31b', 'zai-glm-4.7', 'llama-3.3-70b'];
const USAGE = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };

const chunk = (choices: unknown, rest: Record<string, unknown> = {}) => ({
  id: 'chatcmpl-1',
  choices,
  created: 1,
  model: 'gpt-oss-120b',
  object: 'chat.completion.chunk',
  ...rest,
});
const piece = (delta: unknown, rest: Record<string, unknown> = {}) => chunk([{ delta, index: 0, ...rest }]);
const FINISH = chunk([{ delta: {}, finish_reason: 'stop', index: 0 }], { usage: USAGE });

describe('Chat streams', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  /** The gateway's answer to an upstream that sends exactly this. */
  const streamOf = (texts: readonly string[], body: Record<string, unknown> = {}): Promise<Answer> => {
    gateway.sandbox.script({ kind: 'raw-frames', frames: [...texts] });
    return gateway.chat({ stream: true, ...body });
  };
  const streamOfChunks = (chunks: readonly unknown[], body?: Record<string, unknown>): Promise<Answer> =>
    streamOf([...chunks.map(dataFrame), DONE], body);

  it('has the headers that proxies and clients need', async () => {
    const answer = await gateway.chat({ stream: true });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': expect.stringContaining('no-cache'),
      'x-accel-buffering': 'no',
      'x-request-id': expect.stringMatching(/^req_/),
      'inference-id': expect.stringMatching(/^chatcmpl-/),
      'x-asbru-model': 'gpt-oss-120b',
      'x-ratelimit-limit-requests': expect.any(String),
    });
    expect(answer.headers).not.toHaveProperty('content-encoding');
  });

  it.each(MODELS)('#52 a stream of %s adds up to the whole answer', async (model) => {
    const body = { model: `cerebras/${model}`, messages: [{ role: 'user', content: 'Write about bridges' }] };
    const whole = await gateway.chat(body);
    const streamed = await gateway.chat({ ...body, stream: true });
    const { message, finish_reason } = whole.choice;
    expect(new Accumulated(streamed.chunks)).toMatchObject({
      content: message.content,
      reasoning: message.reasoning ?? '',
      finish: finish_reason,
      finishes: 1,
    });
    expect(streamed.chunks.at(-1)?.usage).toEqual(whole.completion.usage);
    expectOpenAiForm(streamed);
  });

  it('#52 the captured stream', async () => {
    const answer = await streamOf([...CAPTURED_CHUNKS.map(dataFrame), DONE]);
    expectOpenAiForm(answer);
    expect(new Accumulated(answer.chunks)).toMatchObject({
      role: 'assistant',
      content: '',
      reasoning: 'We need to call run_me with some args.',
      calls: [{ id: 'ae3b6602f', type: 'function', name: 'run_me', arguments: '{"foo":"test","bar":[1,2,3]}' }],
      finish: 'tool_calls',
    });
    expect(answer.chunks.at(-1)).toMatchObject({ usage: { total_tokens: 178 }, time_info: { queue_time: 0.0046 } });
    const reasoning = answer.chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta));
    for (const delta of reasoning) expect(delta.reasoning_content).toBe(delta.reasoning);
  });

  describe('usage', () => {
    const usageChunks = (answer: Answer) => answer.chunks.filter(({ choices }) => choices.length === 0);

    it.each(['as captured', 'usage-chunk'])(
      '#53 #55 include_usage: one usage chunk before [DONE] (%s)',
      async (shape) => {
        if (shape === 'usage-chunk') gateway.sandbox.script({ kind: 'usage-chunk' });
        const answer = await gateway.chat({ stream: true, stream_options: { include_usage: true } });
        expect(answer.endsWithDone).toBe(true);
        expect(usageChunks(answer)).toHaveLength(1);
        const last = answer.chunks.at(-1);
        expect(last).toMatchObject({
          choices: [],
          usage: { prompt_tokens: expect.any(Number), total_tokens: expect.any(Number) },
        });
        for (const other of answer.chunks.slice(0, -1)) expect(other.usage).toBeNull();
        expectOpenAiForm(answer);
      },
    );

    it.each([
      [undefined, 'as captured'],
      [null, 'as captured'],
      [{}, 'as captured'],
      [{ include_usage: false }, 'as captured'],
      [{ include_usage: null }, 'as captured'],
      [undefined, 'usage-chunk'],
    ])('#54 #55 stream_options %j: usage on the finish chunk only (%s)', async (stream_options, shape) => {
      if (shape === 'usage-chunk') gateway.sandbox.script({ kind: 'usage-chunk' });
      const answer = await gateway.chat({ stream: true, stream_options });
      expect(usageChunks(answer)).toHaveLength(0);
      const last = answer.chunks.at(-1);
      expect(last?.choices[0]?.finish_reason).toBe('stop');
      expect(last?.usage).toMatchObject({ total_tokens: expect.any(Number) });
      for (const other of answer.chunks.slice(0, -1)) expect(other).not.toHaveProperty('usage');
    });

    it('#53 the numbers are those of the upstream', async () => {
      const answer = await streamOfChunks([piece({ content: 'x' }), FINISH], {
        stream_options: { include_usage: true },
      });
      expect(answer.chunks.at(-1)?.usage).toEqual(USAGE);
    });

    it('an upstream without usage: none is invented', async () => {
      const end = piece({}, { finish_reason: 'stop' });
      for (const include_usage of [true, false]) {
        const answer = await streamOfChunks([piece({ content: 'x' }), end], { stream_options: { include_usage } });
        expect(answer.endsWithDone).toBe(true);
        expect(answer.chunks.filter(({ usage }) => usage)).toHaveLength(0);
      }
    });

    it('the upstream is always asked for its usage', async () => {
      await gateway.chat({ stream: true });
      expect(gateway.sentBody.stream_options).toEqual({ include_usage: true });
    });
  });

  describe('tool calls', () => {
    const calls = (list: unknown[]) => piece({ tool_calls: list });
    const END = piece({}, { finish_reason: 'tool_calls' });

    it('#65 two calls that interleave keep their indexes', async () => {
      const answer = await streamOfChunks([
        calls([{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }]),
        calls([{ index: 1, id: 'b', type: 'function', function: { name: 'g', arguments: '' } }]),
        calls([{ index: 0, function: { arguments: '{"x"' } }]),
        calls([{ index: 1, function: { arguments: '{}' } }]),
        calls([{ index: 0, function: { arguments: ':1}' } }]),
        END,
      ]);
      expectOpenAiForm(answer);
      expect(new Accumulated(answer.chunks).calls).toEqual([
        { id: 'a', type: 'function', name: 'f', arguments: '{"x":1}' },
        { id: 'b', type: 'function', name: 'g', arguments: '{}' },
      ]);
    });

    it('#65 a call without arguments has an empty text of them', async () => {
      const answer = await streamOfChunks([
        calls([{ index: 0, id: 'a', type: 'function', function: { name: 'f' } }]),
        END,
      ]);
      const [first] = answer.chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
      expect(first).toEqual({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } });
    });

    it('#66 calls without index or type get them', async () => {
      const answer = await streamOfChunks([
        calls([{ id: 'a', function: { name: 'f', arguments: '' } }]),
        calls([{ function: { arguments: '{"x":1}' } }]),
        calls([{ id: 'b', function: { name: 'g', arguments: '' } }]),
        calls([{ id: 'b', function: { arguments: '{}' } }]),
        END,
      ]);
      expectOpenAiForm(answer);
      expect(new Accumulated(answer.chunks).calls).toEqual([
        { id: 'a', type: 'function', name: 'f', arguments: '{"x":1}' },
        { id: 'b', type: 'function', name: 'g', arguments: '{}' },
      ]);
    });

    it('a name that comes late is waited for', async () => {
      const answer = await streamOfChunks([
        calls([{ index: 0, id: 'a', type: 'function', function: { arguments: '{' } }]),
        calls([{ index: 0, function: { name: 'f', arguments: '' } }]),
        calls([{ index: 0, function: { arguments: '}' } }]),
        END,
      ]);
      const [first] = answer.chunks.flatMap(({ choices }) => choices.flatMap(({ delta }) => delta.tool_calls ?? []));
      expect(first?.function.name).toBe('f');
      expect(new Accumulated(answer.chunks).calls[0]?.arguments).toBe('{}');
    });

    it('#51 ids that repeat are made unique', async () => {
      const answer = await streamOfChunks([
        calls(
          [0, 1, 2].map((index) => ({
            index,
            id: 'call_0',
            type: 'function',
            function: { name: 'f', arguments: '{}' },
          })),
        ),
        END,
      ]);
      const ids = new Accumulated(answer.chunks).calls.map(({ id }) => id);
      expect(new Set(ids).size).toBe(3);
      expect(ids[0]).toBe('call_0');
    });

    it('#44 arguments are byte-identical', async () => {
      const parts = [String.raw`{"a":"\u00e9\ud83d`, String.raw`\ude00","n":9007199254740993,"n":-0}`, ' \u2028'];
      const answer = await streamOfChunks([
        calls([{ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } }]),
        ...parts.map((part) => calls([{ index: 0, function: { arguments: part } }])),
        END,
      ]);
      expect(new Accumulated(answer.chunks).calls[0]?.arguments).toBe(parts.join(''));
    });

    it('finish reason null at [DONE] behind calls is tool_calls', async () => {
      const answer = await streamOfChunks([calls([{ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }])]);
      expect(new Accumulated(answer.chunks).finish).toBe('tool_calls');
    });
  });

  describe('chunks of other kinds', () => {
    it.each([
      ['unknown keys', piece({ content: 'x', tokens: [1], channel: 'final' })],
      ['choices null', chunk(null)],
      ['no choices', { id: 'x' }],
      ['choices that are no objects', chunk([null, 5, 'x'])],
      ['a delta that is null', piece(null)],
      ['a choice without an index', chunk([{ delta: { content: '' } }])],
      ['an empty object', {}],
      ['content null', piece({ content: null, tool_calls: null })],
      ['tool calls that are no objects', piece({ tool_calls: [null, 1] })],
    ])('#67 %s: the stream goes on', async (_, odd) => {
      const answer = await streamOfChunks([piece({ role: 'assistant' }), odd, piece({ content: 'hello' }), FINISH]);
      expect(answer.status).toBe(200);
      expect(answer.endsWithDone).toBe(true);
      expect(new Accumulated(answer.chunks)).toMatchObject({
        content: expect.stringMatching(/hello$/),
        finish: 'stop',
      });
    });

    it('#50 an unknown finish reason becomes stop', async () => {
      const answer = await streamOfChunks([piece({ content: 'x' }), piece({}, { finish_reason: 'done' })]);
      expect(new Accumulated(answer.chunks)).toMatchObject({ finish: 'stop', finishes: 1 });
    });

    it('finish reasons that repeat are one', async () => {
      const answer = await streamOfChunks([piece({ content: 'x' }), piece({}, { finish_reason: 'stop' }), FINISH]);
      expect(new Accumulated(answer.chunks).finishes).toBe(1);
    });

    it('log probabilities are streamed', async () => {
      const answer = await gateway.chat({ stream: true, logprobs: true, top_logprobs: 1 });
      const tokens = answer.chunks.flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.content ?? []));
      expect(tokens.map(({ token }) => token).join('')).toBe('hello');
      for (const { choices } of answer.chunks) {
        for (const { logprobs } of choices) if (logprobs) expect(Object.keys(logprobs)).toEqual(['content', 'refusal']);
      }
    });

    it('an answer without words is whole', async () => {
      const answer = await streamOfChunks([piece({ role: 'assistant' }), FINISH]);
      expect(answer.endsWithDone).toBe(true);
      expect(new Accumulated(answer.chunks)).toMatchObject({ role: 'assistant', content: '', finish: 'stop' });
    });
  });

  it('#71 n: 2 is streamed with both indexes, a finish for each and one usage', async () => {
    const answer = await gateway.chat({ stream: true, n: 2, stream_options: { include_usage: true } });
    for (const index of [0, 1]) {
      expect(new Accumulated(answer.chunks, index)).toMatchObject({ role: 'assistant', finishes: 1, finish: 'stop' });
    }
    expect(answer.chunks.filter(({ usage }) => usage)).toHaveLength(1);
    for (const { choices } of answer.chunks) expect(choices.length).toBeLessThanOrEqual(1);
  });

  describe('against an upstream that is driven by hand', () => {
    const word = (content: string) => dataFrame(piece({ content }));

    it('#59 a frame leaves as soon as it is complete, and two in one segment keep their order', async () => {
      const steps = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
      const upstream = await RawUpstream.start(async (_request, response) => {
        response.writeHead(200, SSE).write(word('one') + word('two'));
        await steps[0]?.promise;
        for (const byte of Buffer.from(word('three'))) response.write(Buffer.of(byte));
        await steps[1]?.promise;
        response.end(dataFrame(FINISH) + DONE);
      });
      const local = await startGateway({ upstream: upstream.url });
      const { body } = await local.open('/v1/chat/completions', {
        body: { model: 'cerebras/m', messages: [{ role: 'user', content: 'x' }], stream: true },
      });
      const reader = frames(body);
      const contentUntil = async (text: string): Promise<string> => {
        let content = '';
        while (!content.endsWith(text)) {
          const { value } = await reader.next();
          content += (JSON.parse(value?.data ?? '') as ChatChunk).choices[0]?.delta.content ?? '';
        }
        return content;
      };
      // Each wait ends only if the frame leaves while the upstream is silent.
      expect(await contentUntil('two')).toBe('onetwo');
      steps[0]?.resolve();
      expect(await contentUntil('three')).toBe('three');
      steps[1]?.resolve();
      let last: string | undefined;
      for await (const frame of reader) last = frame.data;
      expect(last).toBe('[DONE]');
      await local.close();
      await upstream.close();
    });

    it('#68 comments fill the silence, and none follows [DONE]', async () => {
      const go = Promise.withResolvers<void>();
      const upstream = await RawUpstream.start(async (_request, response) => {
        response.writeHead(200, SSE).write(word('one'));
        await go.promise;
        response.end(word('two') + dataFrame(FINISH) + DONE);
      });
      const local = await startGateway({ upstream: upstream.url, env: { ASBRU_KEEP_ALIVE_MS: '20' } });
      const { body } = await local.open('/v1/chat/completions', {
        body: { model: 'cerebras/m', messages: [{ role: 'user', content: 'x' }], stream: true },
      });
      const seen: string[] = [];
      for await (const frame of frames(body)) {
        seen.push(frame.comment ?? frame.data ?? '');
        if (seen.filter((text) => text === 'keep-alive').length === 3) go.resolve();
      }
      expect(seen.filter((text) => text === 'keep-alive').length).toBeGreaterThanOrEqual(3);
      expect(seen.at(-1)).toBe('[DONE]');
      await local.close();
      await upstream.close();
    });
  });
});

/** What every successful stream promises (wire.md 2.3). */
function expectOpenAiForm(answer: Answer): void {
  const { chunks } = answer;
  expect(answer.endsWithDone).toBe(true);
  expect(answer.frames.filter(({ data }) => data === '[DONE]')).toHaveLength(1);
  expect(
    new Set(chunks.map(({ id, created, model, object }) => JSON.stringify([id, created, model, object]))).size,
  ).toBe(1);
  expect(chunks[0]?.object).toBe('chat.completion.chunk');
  expect(chunks[0]?.choices[0]?.delta).toMatchObject({ role: 'assistant' });
  const started = new Set<number>();
  for (const { index, delta, finish_reason } of chunks.flatMap(({ choices }) => choices)) {
    expect(Number.isInteger(index)).toBe(true);
    expect(finish_reason === null || typeof finish_reason === 'string').toBe(true);
    for (const call of delta.tool_calls ?? []) {
      if (started.has(call.index)) continue;
      started.add(call.index);
      expect(call).toEqual({
        index: call.index,
        id: expect.stringMatching(/./),
        type: 'function',
        function: { name: expect.stringMatching(/./), arguments: expect.any(String) },
      });
    }
  }
}
