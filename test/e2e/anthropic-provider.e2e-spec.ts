import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Accumulated, first } from '../support/answer.js';
import { Fleet, keyValue } from '../support/fleet.js';

const SONNET = 'anthropic/claude-sonnet-4-5-20250929';
const OPUS = 'anthropic/claude-opus-5-5';
const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const WEATHER = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Weather in a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
/** Failures of one test are no reason to leave a target alone in the next. */
const PATIENT = { breaker: { consecutive_failures: 1_000, minimum_requests: 10_000 } };
const user = (content: unknown) => ({ role: 'user', content });
const HELLO = { model: SONNET, messages: [user('Say: hello there')], max_tokens: 30_000 };

describe('a provider of type anthropic', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: { anthropic: { type: 'anthropic', settings: PATIENT }, cerebras: { settings: PATIENT } },
      settings: {
        models: { aliases: { smart: 'anthropic/claude-opus-5-5' } },
        routes: {
          'claude-first': {
            strategy: 'ordered',
            targets: [SONNET, 'cerebras/gpt-oss-120b'].map((model) => ({ model })),
          },
        },
      },
    });
  });
  afterEach(() => fleet.reset());
  afterAll(() => fleet.close());

  const chat = (body: object = {}, headers?: Record<string, string>) =>
    fleet.gateway.post('/v1/chat/completions', { ...HELLO, ...body }, headers);
  const sentBody = () => fleet.sent('anthropic').at(-1)?.json as Record<string, unknown>;
  const script = (...faults: SandboxFault[]) => fleet.sandbox('anthropic').script(...faults);

  describe('answers a chat', () => {
    it('whole', async () => {
      const answer = await chat();
      expect(answer.status).toBe(200);
      expect(answer.choice).toEqual({
        index: 0,
        message: { role: 'assistant', content: 'hello there', refusal: null },
        logprobs: null,
        finish_reason: 'stop',
      });
      expect(answer.completion.usage).toMatchObject({
        completion_tokens: 2,
        prompt_tokens_details: { cached_tokens: 0 },
      });
      expect(answer.completion.model).toBe('claude-sonnet-4-5-20250929');
      expect(answer.headers['x-asbru-provider']).toBe('anthropic');
      expect(answer.headers['x-ratelimit-remaining-requests']).toMatch(/^\d+$/);
      expect(answer.headers['anthropic-organization-id']).toBeUndefined();
    });

    it('with its key and version, and nothing of the caller’s', async () => {
      await chat({}, { authorization: 'Bearer sk-caller', 'x-api-key': 'sk-caller', cookie: 'a=b' });
      const { headers } = first(fleet.sent('anthropic'));
      expect(headers['x-api-key']).toBe(keyValue('anthropic', 'main'));
      expect(headers['anthropic-version']).toBe('2023-06-01');
      expect(JSON.stringify(headers)).not.toContain('sk-caller');
      expect([headers.authorization, headers.cookie]).toEqual([undefined, undefined]);
    });

    it.each([undefined, 1, 7])('streamed, in pieces of %s bytes', async (sizes) => {
      if (sizes !== undefined) script({ kind: 'split', sizes });
      const answer = await chat({
        messages: [user('Say: Grüße 👋🏽 aus Köln')],
        stream: true,
        stream_options: { include_usage: true },
      });
      const said = new Accumulated(answer.chunks);
      expect([said.role, said.content, said.finish, said.finishes]).toEqual([
        'assistant',
        'Grüße 👋🏽 aus Köln',
        'stop',
        1,
      ]);
      expect(answer.endsWithDone).toBe(true);
      expect(answer.chunks.at(-1)?.usage?.completion_tokens).toBeGreaterThan(0);
    });

    it.each([
      { kind: 'format', lineEnd: 'crlf' },
      { kind: 'format', lineEnd: 'cr', bom: true },
      { kind: 'format', noSpace: true, multiLine: true },
      { kind: 'pings', ms: 60, everyMs: 20 },
    ] as const)('streamed as %j', async (fault) => {
      script(fault);
      const answer = await chat({ stream: true });
      expect([new Accumulated(answer.chunks).content, answer.endsWithDone]).toEqual(['hello there', true]);
    });

    it('by the alias that the caller uses', async () => {
      const answer = await chat({ model: 'smart' });
      expect([answer.status, answer.completion.model]).toEqual([200, 'smart']);
      expect(answer.headers['x-asbru-model']).toBe('claude-opus-5-5');
      expect((await chat({ model: 'smart', stream: true })).chunks[0]?.model).toBe('smart');
    });

    it('by a bare id', async () => {
      expect((await chat({ model: 'claude-haiku-4-5' })).status).toBe(200);
    });

    it('about images', async () => {
      const content = [
        { type: 'image_url', image_url: { url: PIXEL } },
        { type: 'text', text: 'Say: seen' },
      ];
      expect((await chat({ messages: [user(content)] })).choice.message.content).toBe('seen');
      expect(sentBody().messages).toEqual([
        user([
          {
            type: 'image',
            source: { type: 'base64', media_type: 'image/png', data: PIXEL.slice('data:image/png;base64,'.length) },
          },
          { type: 'text', text: 'Say: seen' },
        ]),
      ]);
    });

    it('in JSON of a schema', async () => {
      const schema = { type: 'object', properties: { n: { type: 'integer', minimum: 3 } }, required: ['n'] };
      const response_format = { type: 'json_schema', json_schema: { name: 'n', schema, strict: true } };
      const answer = await chat({ response_format });
      expect(JSON.parse(answer.choice.message.content ?? '')).toEqual({ n: 1 });
      expect(answer.headers['x-asbru-transformed-params']).toBe('response_format.json_schema.schema');
    });

    it('within its limit', async () => {
      expect((await chat({ max_tokens: 1 })).choice).toMatchObject({
        message: { content: 'hello' },
        finish_reason: 'length',
      });
      const { finish_reason: finish, message } = (await chat({ stop: [' there'] })).choice;
      expect([finish, message.content]).toEqual(['stop', 'hello']);
    });

    it('with a refusal', async () => {
      const messages = [user('ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1')];
      const { choice } = await chat({ messages });
      expect(choice.finish_reason).toBe('content_filter');
      expect(choice.message).toMatchObject({ content: null, refusal: expect.stringContaining('Usage Policy') });
      expect(new Accumulated((await chat({ messages, stream: true })).chunks).finish).toBe('content_filter');
    });
  });

  describe('calls tools', () => {
    it('and takes their answers, turn by turn', async () => {
      const messages: object[] = [user('Weather in Paris?')];
      const asked = await chat({ messages, tools: [WEATHER] });
      const [call] = asked.choice.message.tool_calls ?? [];
      expect(call).toMatchObject({
        type: 'function',
        function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
      });
      expect(asked.choice.finish_reason).toBe('tool_calls');
      messages.push(asked.choice.message, { role: 'tool', tool_call_id: call?.id, content: 'sunny' });
      const answered = await chat({ messages, tools: [WEATHER] });
      expect(answered.choice.message.content).toContain('sunny');
    });

    it('side by side, beside text, in a stream', async () => {
      const answer = await chat({ messages: [user('Weather in Paris and London?')], tools: [WEATHER], stream: true });
      const said = new Accumulated(answer.chunks);
      expect(said.content).toBe("I'll use get_weather for that.");
      expect(said.calls.map((call) => call.arguments)).toEqual(['{"city":"Paris"}', '{"city":"London"}']);
      expect(new Set(said.calls.map(({ id }) => id)).size).toBe(2);
      expect(said.finish).toBe('tool_calls');
    });

    it('one at a time, or none, or the wanted one', async () => {
      const both = { messages: [user('Weather in Paris and London?')], tools: [WEATHER] };
      const one = await chat({ ...both, parallel_tool_calls: false });
      expect(one.choice.message.tool_calls).toHaveLength(1);
      expect((await chat({ ...both, tool_choice: 'none' })).choice.message.tool_calls).toBeUndefined();
      const tool_choice = { type: 'function', function: { name: 'get_weather' } };
      expect((await chat({ tools: [WEATHER], tool_choice })).choice.finish_reason).toBe('tool_calls');
    });

    it('without arguments', async () => {
      const bare = { type: 'function', function: { name: 'get_weather' } };
      const ask = { messages: [user('Weather?')], tools: [bare], tool_choice: 'required' };
      expect((await chat(ask)).choice.message.tool_calls?.[0]?.function.arguments).toBe('{}');
      expect(new Accumulated((await chat({ ...ask, stream: true })).chunks).calls[0]?.arguments).toBe('{}');
    });
  });

  describe('thinks', () => {
    it.each([SONNET, OPUS])('and shows it: %s', async (model) => {
      const whole = await chat({ model, reasoning_effort: 'low' });
      expect(whole.choice.message.reasoning).toContain('answer about');
      expect(whole.completion.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
      const streamed = new Accumulated((await chat({ model, reasoning_effort: 'low', stream: true })).chunks);
      expect([streamed.reasoning, streamed.content]).toEqual([whole.choice.message.reasoning, 'hello there']);
    });

    it.each([SONNET, OPUS])('on after a tool has answered, when its thoughts come back: %s', async (model) => {
      const messages: object[] = [user('Weather in Paris?')];
      const ask = { model, messages, tools: [WEATHER], reasoning_effort: 'medium' };
      const { message } = (await chat(ask)).choice;
      messages.push(message, { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: 'sunny' });
      const answer = await chat(ask);
      expect([answer.status, answer.filtered]).toEqual([200, []]);
      expect(answer.choice.message.reasoning).toBeDefined();
      expect(JSON.stringify(sentBody().messages)).toContain('"signature"');
    });

    it('no more when they do not, and says so', async () => {
      const messages: object[] = [user('Weather in Paris?')];
      const ask = { messages, tools: [WEATHER], reasoning_effort: 'medium' };
      const { reasoning_details: _, ...message } = (await chat(ask)).choice.message;
      messages.push(message, { role: 'tool', tool_call_id: message.tool_calls?.[0]?.id, content: 'sunny' });
      const answer = await chat(ask);
      expect([answer.status, answer.filtered]).toEqual([200, ['messages.reasoning', 'reasoning_effort']]);
    });

    it('with thoughts that are hidden from everybody', async () => {
      const messages: object[] = [user('ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_1')];
      const { message } = (await chat({ messages, reasoning_effort: 'low' })).choice;
      expect(message.reasoning_details).toMatchObject([{ type: 'reasoning.encrypted' }]);
      const next = await chat({ messages: [...messages, message, user('more')] });
      expect([next.status, next.filtered]).toEqual([200, []]);
    });
  });

  describe('hears what cannot be sent', () => {
    it('in a header', async () => {
      const answer = await chat({ seed: 1, logprobs: true, temperature: 1.5, user: 'ada' });
      expect([answer.status, answer.filtered]).toEqual([200, ['seed', 'logprobs']]);
      expect(answer.headers['x-asbru-transformed-params']).toBe('temperature');
      expect(sentBody()).toMatchObject({ temperature: 1, metadata: { user_id: 'ada' } });
    });

    it.each([
      [{ seed: 1 }, 'seed'],
      [{ response_format: { type: 'json_object' }, messages: [user('JSON please')] }, 'response_format'],
      [{ model: OPUS, temperature: 0.2 }, 'temperature'],
    ])('as a refusal, if it is strict: %j', async (body, param) => {
      const answer = await chat(body, { 'x-asbru-strict': 'true' });
      expect([answer.status, answer.error.param, fleet.sent('anthropic').length]).toEqual([400, param, 0]);
    });

    it.each([
      [{ n: 2 }, 'n'],
      [
        {
          messages: [
            user('a'),
            {
              role: 'assistant',
              tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '[1]' } }],
            },
            { role: 'tool', tool_call_id: 'c', content: '1' },
          ],
        },
        'messages[1].tool_calls[0].function.arguments',
      ],
    ])('as a refusal in any case: %#', async (body, param) => {
      const answer = await chat(body);
      expect([answer.status, answer.error.param, fleet.sent('anthropic').length]).toEqual([400, param, 0]);
    });

    it('that there are no text completions', async () => {
      const answer = await fleet.gateway.text({ model: SONNET });
      expect([answer.status, answer.error.type]).toEqual([400, 'UnsupportedOperationError']);
    });
  });

  describe('passes failures on', () => {
    it.each([
      [{ kind: 'status', status: 401, times: 'always' }, 502, 'upstream_auth_error'],
      [{ kind: 'status', status: 413 }, 413, 'request_too_large'],
      [{ kind: 'status', status: 529, times: 'always' }, 503, 'upstream_unavailable'],
      [{ kind: 'status', status: 500, times: 'always' }, 502, 'upstream_error'],
      [
        { kind: 'raw-body', body: '<html>', contentType: 'text/html', times: 'always' },
        502,
        'upstream_invalid_response',
      ],
    ] as const)('%j', async (fault, status, code) => {
      const own = await Fleet.start({ providers: { anthropic: { type: 'anthropic' } } });
      own.sandbox('anthropic').script(fault);
      const answer = await own.gateway.post('/v1/chat/completions', HELLO);
      expect([answer.status, answer.error.code]).toEqual([status, code]);
      expect(answer.text).not.toContain(keyValue('anthropic', 'main'));
      await own.close();
    });

    it('a prompt that is too long', async () => {
      const answer = await chat({ messages: [user('word '.repeat(170_000))] });
      expect([answer.status, answer.error.code]).toEqual([400, 'context_length_exceeded']);
      expect(answer.error.message).toMatch(/^prompt is too long: \d+ tokens > 200000 maximum$/);
    });

    it('a model that there is not', async () => {
      const answer = await chat({ model: 'anthropic/claude-9' });
      expect([answer.status, answer.error.code]).toEqual([404, 'model_not_found']);
    });

    it('a limit, with its wait', async () => {
      const own = await Fleet.start({
        providers: { anthropic: { type: 'anthropic', settings: { retries: { max: 0 } } } },
      });
      own.sandbox('anthropic').script({ kind: 'rate-limit', quota: 'tokens', retryAfter: 7 });
      const answer = await own.gateway.post('/v1/chat/completions', HELLO);
      expect([answer.status, answer.headers['retry-after'], answer.error.code]).toEqual([
        429,
        '7',
        'rate_limit_exceeded',
      ]);
      await own.close();
    });

    it('hides one that passes', async () => {
      script({ kind: 'status', status: 529 });
      const answer = await chat();
      expect([answer.status, answer.headers['x-asbru-attempts']]).toEqual([200, '2']);
    });

    it.each([
      { kind: 'cut', afterFrames: 5, how: 'end' },
      { kind: 'cut', afterFrames: 5, how: 'reset' },
      { kind: 'no-done' },
      { kind: 'stream-error', afterFrames: 5 },
      { kind: 'extra-frame', afterFrames: 5, data: 'null-choices' },
      { kind: 'extra-frame', afterFrames: 5, data: 'bad-json' },
    ] as const)('of a stream that began as an error, without any mark of success: %j', async (fault) => {
      script({ ...fault, times: 'always' });
      const answer = await chat({ stream: true });
      expect(answer.status).toBe(200);
      expect(answer.frames.at(-1)?.data).toContain('"error"');
      expect(answer.endsWithDone).toBe(false);
      expect(answer.text).not.toContain('"finish_reason":"');
    });

    it('of a stream that did not begin as a status', async () => {
      script({ kind: 'stream-error', afterFrames: 2, statusCode: 529, times: 'always' });
      const answer = await chat({ stream: true });
      expect([answer.status, answer.error.code]).toEqual([503, 'upstream_unavailable']);
    });
  });

  describe('takes turns with another', () => {
    it('whose answer follows its own failure', async () => {
      script({ kind: 'status', status: 529, times: 'always' });
      for (const stream of [false, true]) {
        const answer = await chat({ model: 'claude-first', stream });
        expect([answer.status, answer.headers['x-asbru-provider']]).toEqual([200, 'cerebras']);
      }
    });

    it('whose failure its own answer follows', async () => {
      fleet.sandbox('cerebras').script({ kind: 'status', status: 500, times: 'always' });
      for (const stream of [false, true]) {
        const answer = await chat({ model: 'cerebras/gpt-oss-120b', fallbacks: [SONNET], stream });
        expect([answer.status, answer.headers['x-asbru-provider']]).toEqual([200, 'anthropic']);
      }
    });
  });

  describe('takes turns with another for a caller of Messages', () => {
    const ask = (body: object) =>
      fleet.gateway.post('/anthropic/v1/messages', { max_tokens: 100, messages: [user('Say: hello')], ...body });
    const textOf = (answer: Awaited<ReturnType<typeof ask>>) =>
      answer.text
        .match(/"text":"([^"]+)"/g)
        ?.map((member) => member.slice('"text":"'.length, -1))
        .join('');

    it.each([false, true])('whose answer follows its own failure (streamed: %s)', async (stream) => {
      script({ kind: 'status', status: 529, times: 'always' });
      const answer = await ask({ model: 'claude-first', stream });
      expect([answer.status, answer.headers['x-asbru-provider'], textOf(answer)]).toEqual([200, 'cerebras', 'hello']);
      expect(answer.text).toContain('"model":"claude-first"');
    });

    it.each([false, true])('whose failure its own answer follows (streamed: %s)', async (stream) => {
      fleet.sandbox('cerebras').script({ kind: 'status', status: 500, times: 'always' });
      const answer = await ask({ model: 'cerebras/gpt-oss-120b', fallbacks: [SONNET], stream });
      expect([answer.status, answer.headers['x-asbru-provider'], textOf(answer)]).toEqual([200, 'anthropic', 'hello']);
      expect(answer.text).toContain('"model":"cerebras/gpt-oss-120b"');
    });
  });

  it('goes on with a conversation that another began, and the other way round', async () => {
    const think = { max_tokens: 3_000, thinking: { type: 'enabled', budget_tokens: 1_024 } };
    const models = ['cerebras/gpt-oss-120b', SONNET, 'cerebras/gpt-oss-120b'];
    const messages: object[] = [];
    for (const model of models) {
      messages.push(user('Say: hello'));
      const answer = await fleet.gateway.post('/anthropic/v1/messages', { ...think, model, messages });
      expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"type":"thinking"')]);
      messages.push({ role: 'assistant', content: answer.json().content });
    }
  });

  it('lists its models', async () => {
    const { data } = (await fleet.gateway.get('/v1/models')).json() as {
      data: Array<{ id: string; owned_by: string }>;
    };
    const own = data.filter(({ id }) => id.startsWith('anthropic/'));
    expect(own.map(({ id }) => id)).toContain(OPUS);
    expect(new Set(own.map(({ owned_by }) => owned_by))).toEqual(new Set(['Anthropic']));
  });
});
