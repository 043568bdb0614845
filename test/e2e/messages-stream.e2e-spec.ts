import type { MessagesEvent } from '../../src/gateway/anthropic/messages.types.js';
import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import type { Answer } from '../support/answer.js';
import { startGateway, type TestGateway, withGateway } from '../support/gateway.js';
import { beginDraining, closeGracefully } from '../../src/shutdown.js';
import { anthropicErrorOf, eventsOf, MESSAGE, MESSAGES_PATH, readStream } from '../support/messages.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';
import { RawUpstream, SSE } from '../support/raw-upstream.js';
import { DONE, dataFrame, frames } from '../support/sse.js';

const chunk = (delta: unknown, rest: Record<string, unknown> = {}, beside: Record<string, unknown> = {}): string =>
  dataFrame({ id: 'chatcmpl-1', created: 1, model: 'm', choices: [{ index: 0, delta, ...rest }], ...beside });
const begin = (index: number, id: string, name: string): string =>
  chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] });
const more = (index: number, args: string): string =>
  chunk({ tool_calls: [{ index, type: 'function', function: { arguments: args } }] });
const FINISH = chunk({}, { finish_reason: 'tool_calls' });
const USAGE = {
  prompt_tokens: 322,
  completion_tokens: 65,
  total_tokens: 387,
  prompt_tokens_details: { cached_tokens: 256 },
  completion_tokens_details: { reasoning_tokens: 0 },
};
const LAST = chunk({}, { finish_reason: 'stop' }, { usage: USAGE });

/** The types of a block's events. */
const block = (deltas: number): string[] => [
  'content_block_start',
  ...Array.from({ length: deltas }, () => 'content_block_delta'),
  'content_block_stop',
];

describe('A stream of /v1/messages', () => {
  let gateway: TestGateway;
  // A gateway for each test: what a failure does to the standing of a key must not reach the next test.
  beforeEach(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });
  afterEach(() => gateway.close());

  const streamed = (body: Record<string, unknown> = {}): Promise<Answer> =>
    gateway.post(MESSAGES_PATH, { ...MESSAGE, stream: true, ...body });
  const played = (...upstream: string[]): Promise<Answer> => {
    gateway.sandbox.script({ kind: 'raw-frames', frames: [...upstream, DONE] });
    return streamed();
  };
  const faulty = (fault: SandboxFault): Promise<Answer> => {
    gateway.sandbox.script(fault);
    return streamed();
  };

  it('#91 of reasoning, text and a call is the list of wire.md 4.4', async () => {
    const answer = await played(
      chunk({ role: 'assistant' }),
      chunk({ reasoning: 'hm' }),
      chunk({ content: 'Hi' }),
      begin(0, 'toolu_1', 'f'),
      more(0, '{"a":1}'),
      chunk(
        {},
        { finish_reason: 'tool_calls' },
        { usage: { prompt_tokens: 80, completion_tokens: 42, total_tokens: 122 } },
      ),
    );
    expect(answer.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    const events = eventsOf(answer);
    expect(events.map(({ type }) => type)).toEqual([
      'message_start',
      'ping',
      ...block(2),
      ...block(1),
      ...block(2),
      'message_delta',
      'message_stop',
    ]);
    expect(readStream(answer)).toMatchObject({
      content: [
        { type: 'thinking', thinking: 'hm', signature: expect.stringMatching(/./) },
        { type: 'text', text: 'Hi' },
        { type: 'tool_use', id: 'toolu_1', name: 'f', input: { a: 1 } },
      ],
      stop_reason: 'tool_use',
      usage: { input_tokens: 80, output_tokens: 42, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 },
    });
    expect(answer.text).not.toContain('[DONE]');
  });

  it('#92 parts calls that come mixed, and keeps their arguments to the character', async () => {
    const first = '{"city": "Zürich 😀", "n": 1.50}';
    const second = '{ }';
    const answer = await played(
      begin(0, 'a', 'f'),
      more(0, first.slice(0, 14)) + begin(1, 'b', 'g'),
      more(1, second.slice(0, 1)) + begin(2, 'c', 'h'),
      more(0, first.slice(14)) + more(1, second.slice(1)),
      FINISH,
    );
    const written = new Map<number, string>();
    for (const event of eventsOf(answer)) {
      if (event.type !== 'content_block_delta' || event.delta.type !== 'input_json_delta') continue;
      written.set(event.index, (written.get(event.index) ?? '') + event.delta.partial_json);
    }
    expect([...written]).toEqual([
      [0, first],
      [1, second],
      [2, '{}'],
    ]);
    expect(readStream(answer).content).toMatchObject([
      { id: 'a', input: { city: 'Zürich 😀', n: 1.5 } },
      { id: 'b', input: {} },
      { id: 'c', input: {} },
    ]);
  });

  it.each([
    ['on the finish chunk', [LAST]],
    [
      'in a chunk of its own',
      [chunk({}, { finish_reason: 'stop' }), dataFrame({ id: 'c', choices: [], usage: USAGE })],
    ],
  ])('#93 begins with a number and ends with the counts that come %s', async (_, ending) => {
    const answer = await played(chunk({ content: 'Hi' }), ...ending);
    const [start] = eventsOf(answer);
    expect(start).toMatchObject({
      type: 'message_start',
      message: { usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) } },
    });
    expect(readStream(answer).usage).toEqual({
      input_tokens: 66,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 256,
      output_tokens: 65,
      output_tokens_details: { thinking_tokens: 0 },
    });
  });

  it('#93 marks estimates where the upstream gave no counts, and counts nothing', async () => {
    const answer = await played(chunk({ content: 'Hi' }), chunk({}, { finish_reason: 'stop' }));
    expect(readStream(answer).usage).toMatchObject({ asbru_estimated: true, output_tokens: 1 });
    expect((await gateway.get('/metrics')).text).not.toMatch(/^asbru_tokens_total\{.*direction="output"\} [1-9]/m);
  });

  it('is the same answer whole, streamed, and in bytes of any size', async () => {
    const messages = [{ role: 'user', content: 'Say: naïve 😀 grüße 漢字' }];
    const whole = (await gateway.post(MESSAGES_PATH, { ...MESSAGE, messages })).json();
    for (const sizes of [1, 3, 7]) {
      gateway.sandbox.script({ kind: 'split', sizes });
      const { id: _id, ...message } = readStream(await streamed({ messages }));
      expect(message).toEqual({ ...message, content: whole.content, usage: whole.usage });
    }
  });

  describe('#96 errors', () => {
    const cases: ReadonlyArray<[name: string, fault: SandboxFault, status: number, type: string]> = [
      ['a full queue', { kind: 'rate-limit', quota: 'queue' }, 529, 'overloaded_error'],
      ['503', { kind: 'html', status: 503 }, 529, 'overloaded_error'],
      ['a quota', { kind: 'rate-limit', quota: 'requests', retryAfter: 49 }, 429, 'rate_limit_error'],
      ['no credit', { kind: 'status', status: 402 }, 402, 'billing_error'],
      ['502', { kind: 'html', status: 502 }, 502, 'api_error'],
      ['504', { kind: 'html', status: 504 }, 504, 'timeout_error'],
      ['408', { kind: 'status', status: 408 }, 408, 'timeout_error'],
      ['413', { kind: 'status', status: 413 }, 413, 'request_too_large'],
      [
        'an error as the first frame',
        { kind: 'stream-error', afterFrames: 0, error: { message: 'x' } },
        500,
        'api_error',
      ],
    ];

    it.each(cases)('before the answer: %s is a status', async (_, fault, status, type) => {
      const answer = await faulty(fault);
      const { error, request_id } = anthropicErrorOf(answer);
      expect([answer.status, error.type]).toEqual([status, type]);
      expect([answer.headers['request-id'], answer.headers['x-request-id']]).toEqual([request_id, request_id]);
      expect(answer.text).not.toContain('<');
      if (status === 429) expect(answer.headers['retry-after']).toBe('49');
    });

    it('#13 a prompt that is too long is said in the words that Claude Code knows', async () => {
      const message =
        'Please reduce the length of the messages or completion. Current length is 202427 while limit is 131072';
      const body = {
        message,
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
        id: '',
      };
      const answer = await faulty({ kind: 'status', status: 400, body });
      expect([answer.status, anthropicErrorOf(answer).error]).toEqual([
        400,
        { type: 'invalid_request_error', message: 'prompt is too long: 202427 tokens > 131072 maximum' },
      ]);
    });

    it.each<[name: string, fault: SandboxFault, type: string]>([
      [
        'an error inside it',
        { kind: 'stream-error', afterFrames: 4, statusCode: 503, error: { message: 'x' } },
        'overloaded_error',
      ],
      [
        'an error without a status',
        { kind: 'stream-error', afterFrames: 4, statusCode: null, error: { message: 'x' } },
        'api_error',
      ],
      ['its end without an end', { kind: 'cut', afterFrames: 4 }, 'api_error'],
      ['a broken connection', { kind: 'cut', afterFrames: 4, how: 'reset' }, 'api_error'],
    ])('after its first piece: %s is an event, and nothing follows', async (_, fault, type) => {
      const answer = await faulty(fault);
      expect(answer.status).toBe(200);
      const events = eventsOf(answer);
      expect(events.at(0)?.type).toBe('message_start');
      expect(events.at(-1)).toEqual({
        type: 'error',
        error: { type, message: expect.stringMatching(/./) },
        request_id: answer.headers['request-id'],
      });
      expect(events.filter((event) => event.type === 'error')).toHaveLength(1);
      expect(answer.text).not.toMatch(/message_delta|message_stop|\[DONE\]/);
    });
  });
});

describe('#99 a silent upstream', () => {
  it('is bridged with pings, and what it says then still comes', async () => {
    const go = Promise.withResolvers<void>();
    const upstream = await RawUpstream.start(async (_request, response) => {
      response.writeHead(200, SSE).write(chunk({ content: 'one' }));
      await go.promise;
      response.end(chunk({ content: ' two' }) + LAST + DONE);
    });
    await withGateway({ upstream: upstream.url, env: { ASBRU_KEEP_ALIVE_MS: '20' } }, async (gateway) => {
      const { body } = await gateway.open(MESSAGES_PATH, { body: { ...MESSAGE, model: 'cerebras/m', stream: true } });
      const seen: MessagesEvent[] = [];
      for await (const { event, data = '', comment } of frames(body)) {
        expect(comment).toBeUndefined();
        seen.push(JSON.parse(data) as MessagesEvent);
        expect(event).toBe(seen.at(-1)?.type);
        // The first one belongs to the start.
        if (seen.filter(({ type }) => type === 'ping').length === 4) go.resolve();
      }
      expect(seen.at(-1)).toEqual({ type: 'message_stop' });
      expect(seen).toContainEqual({
        type: 'content_block_delta',
        index: 0,
        delta: { type: 'text_delta', text: ' two' },
      });
    });
    await upstream.close();
  });
});

describe('Errors that no route of Anthropic’s has seen', () => {
  it('are in Anthropic’s form', () =>
    withGateway({ env: { ASBRU_BODY_LIMIT: '2000' } }, async (gateway) => {
      const long = { ...MESSAGE, system: 'x'.repeat(3_000) };
      const cases: ReadonlyArray<[what: string, answer: Answer, status: number, type: string]> = [
        ['no JSON', await gateway.post(MESSAGES_PATH, '{'), 400, 'invalid_request_error'],
        ['a list', await gateway.post('/v1/messages', '[]'), 400, 'invalid_request_error'],
        ['nothing', await gateway.post(MESSAGES_PATH, ''), 400, 'invalid_request_error'],
        ['too much', await gateway.post(MESSAGES_PATH, long), 413, 'request_too_large'],
        [
          'another type',
          await gateway.post(MESSAGES_PATH, '{}', { 'content-type': 'text/plain' }),
          415,
          'invalid_request_error',
        ],
        ['another method', await gateway.get(MESSAGES_PATH), 405, 'invalid_request_error'],
        ['another path', await gateway.get('/anthropic/v1/nothing'), 404, 'not_found_error'],
        ['a probe', await gateway.get('/anthropic/api/hello'), 404, 'not_found_error'],
        ['a path that is none', await gateway.get('/anthropic/v1/%'), 400, 'invalid_request_error'],
        ['another model', await gateway.post(MESSAGES_PATH, { ...MESSAGE, model: 'nope' }), 404, 'not_found_error'],
      ];
      for (const [what, answer, status, type] of cases) {
        const body = anthropicErrorOf(answer);
        expect({ what, status: answer.status, type: body.error?.type }).toEqual({ what, status, type });
        expect({ what, id: answer.headers['request-id'] }).toEqual({ what, id: body.request_id });
      }
      expect(cases[5]?.[1].headers.allow).toBe('POST');
      expect(gateway.sent).toHaveLength(0);
    }));

  it('overload is 529 with a time to come back', () =>
    withGateway({ env: { ASBRU_MAX_IN_FLIGHT: '1' }, sandbox: { paceMs: 2 } }, async (gateway) => {
      const busy = await gateway.open(MESSAGES_PATH, { body: { ...MESSAGE, stream: true } });
      const refused = await gateway.post(MESSAGES_PATH, '{');
      expect([refused.status, anthropicErrorOf(refused).error.type]).toEqual([529, 'overloaded_error']);
      expect(refused.headers['retry-after']).toMatch(/^[123]$/);
      expect(await busy.body.text()).toMatch(/event: message_stop\n/);
    }));

  it('an end of the process is 529 before an answer, and an event inside one', () =>
    withGateway({ sandbox: { paceMs: 300 } }, async (gateway) => {
      const socket = await RawSocket.open(gateway.port);
      const messages = [{ role: 'user', content: `Say: ${'word '.repeat(200)}` }];
      await socket.write(rawPost(MESSAGES_PATH, JSON.stringify({ ...MESSAGE, messages, stream: true })));
      await socket.until(/\ndata: /);
      beginDraining(gateway.app);
      await closeGracefully(gateway.app, 50);
      await socket.closed;
      expect(socket.text).toMatch(
        /event: error\ndata: \{"type":"error","error":\{"type":"overloaded_error",[^\n]*\n\n/,
      );
      expect(socket.text).not.toContain('message_stop');
      expect(socket.text).toMatch(/\n\n\r\n0\r\n\r\n$/);
    }));

  it('a new request to a gateway that ends is 529', () =>
    withGateway({ sandbox: { paceMs: 5 } }, async (gateway) => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(MESSAGES_PATH, JSON.stringify({ ...MESSAGE, stream: true })));
      await socket.until(/\ndata: /);
      const closing = closeGracefully(gateway.app, 60_000);
      await socket.write(rawPost(MESSAGES_PATH, '{'));
      await closing;
      await socket.closed;
      const [stream = '', refusal = ''] = socket.text.split('0\r\n\r\n');
      expect(stream).toContain('message_stop');
      expect(refusal).toMatch(/^HTTP\/1\.1 529 /);
      expect(refusal).toMatch(/"type":"overloaded_error"/);
    }));
});
