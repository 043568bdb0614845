import { AnthropicSandbox } from './anthropic-sandbox.js';

type Json = Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- specs reach into bodies of any shape

const HEADERS = {
  'x-api-key': 'sk-ant-sandbox',
  'anthropic-version': '2023-06-01',
  'content-type': 'application/json',
};
const MODEL = 'claude-sonnet-4-5';
const HELLO = { model: MODEL, max_tokens: 1_000, messages: [{ role: 'user', content: 'Say: hello there' }] };
const WEATHER = {
  name: 'get_weather',
  description: 'Weather in a city',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};

const exactly = (text: string): RegExp => new RegExp(`^${text.replace(/[$().*+?[\]^{|}\\]/g, String.raw`\$&`)}$`);

describe('the Anthropic sandbox', () => {
  let sandbox: AnthropicSandbox;

  beforeAll(async () => {
    sandbox = await AnthropicSandbox.start({ paceMs: 0 });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.close());

  async function send(
    body: object | undefined,
    {
      path = '/v1/messages',
      headers = HEADERS,
      method = 'POST',
    }: { path?: string; headers?: Json; method?: string } = {},
  ): Promise<{ status: number; headers: Headers; text: string; json: Json }> {
    const answer = await fetch(`${sandbox.url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = (text.startsWith('{') ? JSON.parse(text) : {}) as Json;
    return { status: answer.status, headers: answer.headers, text, json };
  }

  const ask = (changes: object = {}) => send({ ...HELLO, ...changes });

  const refusalOf = async (changes: object): Promise<string> => {
    const { status, json } = await ask(changes);
    expect([status, json.type, json.error.type]).toEqual([400, 'error', 'invalid_request_error']);
    return json.error.message as string;
  };

  async function eventsOf(changes: object): Promise<Json[]> {
    const { text } = await ask({ ...changes, stream: true });
    return text
      .split('\n\n')
      .filter(Boolean)
      .map((frame) => {
        const [event, data] = frame.split('\n');
        const parsed = JSON.parse(data?.slice('data: '.length) ?? '') as Json;
        expect(event).toBe(`event: ${parsed.type}`);
        return parsed;
      });
  }

  describe('lets in', () => {
    it.each([
      [{}, 401, 'x-api-key header is required'],
      [{ 'x-api-key': 'wrong' }, 401, 'invalid x-api-key'],
      [{ authorization: 'Bearer wrong' }, 401, 'Invalid bearer token'],
      [{ 'x-api-key': 'sk-ant-sandbox' }, 400, 'anthropic-version: header is required'],
      [
        { 'x-api-key': 'sk-ant-sandbox', 'anthropic-version': '1' },
        400,
        'anthropic-version: "1" is not a valid version',
      ],
    ])('nobody with %j', async (headers, status, message) => {
      const answer = await send(HELLO, { headers: { 'content-type': 'application/json', ...headers } });
      expect([answer.status, answer.json.error.message]).toEqual([status, message]);
      expect(answer.headers.get('request-id')).toBe(answer.json.request_id);
    });

    it('a bearer of the key', async () => {
      const { 'x-api-key': key, ...rest } = HEADERS;
      expect((await send(HELLO, { headers: { ...rest, authorization: `Bearer ${key}` } })).status).toBe(200);
    });

    it('no other path or method', async () => {
      expect((await send(HELLO, { path: '/v1/complete' })).json.error.type).toBe('not_found_error');
      expect((await send(undefined, { method: 'GET' })).status).toBe(405);
    });
  });

  describe('refuses', () => {
    it.each([
      [{ fallbacks: ['a'] }, 'fallbacks: Extra inputs are not permitted'],
      [{ max_tokens: undefined }, 'max_tokens: Field required'],
      [{ max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
      [
        { max_tokens: 99_999 },
        'max_tokens: 99999 > 64000, which is the maximum allowed number of output tokens for claude-sonnet-4-5-20250929',
      ],
      [{ temperature: 1.1 }, 'temperature: Input should be less than or equal to 1'],
      [
        { temperature: 1, top_p: 0.9 },
        '`temperature` and `top_p` cannot both be specified for this model. Please use only one.',
      ],
      [{ messages: [] }, 'messages: at least one message is required'],
      [{ messages: [{ role: 'assistant', content: 'a' }] }, 'messages: first message must use the "user" role'],
      [
        { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] },
        'messages: text content blocks must be non-empty',
      ],
      [
        { messages: [{ role: 'user', content: [{ type: 'thinking', thinking: 'a' }] }] },
        'messages.0.content.0.thinking.signature: Field required',
      ],
      [
        { messages: [{ role: 'user', content: [{ type: 'text', text: 'a', id: 1 }] }] },
        'messages.0.content.0.text.id: Extra inputs are not permitted',
      ],
      [{ tools: [{ name: 'a', input_schema: {} }] }, 'tools.0.custom.input_schema.type: Field required'],
      [{ tools: [{ type: 'function', function: {} }] }, /^tools\.0: Input tag 'function' found using 'type'/],
      [{ tool_choice: { type: 'auto' } }, 'tool_choice may only be specified while providing tools'],
      [
        { thinking: { type: 'enabled', budget_tokens: 1_000 } },
        /budget_tokens: Input should be greater than or equal to 1024/,
      ],
      [
        { thinking: { type: 'enabled', budget_tokens: 1_024 } },
        /^`max_tokens` must be greater than `thinking.budget_tokens`/,
      ],
      [{ thinking: { type: 'adaptive' } }, 'adaptive thinking is not supported on this model'],
      [{ output_config: { effort: 'low' } }, 'This model does not support the effort parameter.'],
      [
        { output_config: { format: { type: 'json_schema', schema: { type: 'object', properties: {} } } } },
        "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
      ],
      [{ model: 'claude-opus-5-5', temperature: 0 }, '`temperature` is deprecated for this model.'],
      [
        { model: 'claude-opus-5-5', thinking: { type: 'enabled', budget_tokens: 2_000 }, max_tokens: 4_000 },
        /^"thinking.type.enabled" is not supported for this model/,
      ],
      [
        { model: 'claude-opus-5-5', messages: [...HELLO.messages, { role: 'assistant', content: 'He' }] },
        /does not support assistant message prefill/,
      ],
      [
        {
          system: Array.from({ length: 5 }, () => ({ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } })),
        },
        'A maximum of 4 blocks with cache_control may be provided. Found 5.',
      ],
      [
        { messages: [{ role: 'user', content: 'word '.repeat(170_000) }] },
        /^prompt is too long: \d+ tokens > 200000 maximum$/,
      ],
    ])('%j', async (changes, message) => {
      expect(await refusalOf(changes)).toMatch(typeof message === 'string' ? exactly(message) : message);
    });

    it('a model that it does not have', async () => {
      const { status, json } = await ask({ model: 'claude-9' });
      expect([status, json.error]).toEqual([404, { type: 'not_found_error', message: 'model: claude-9' }]);
    });

    const use = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} }] };
    const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' };

    it.each([
      [
        [use, { role: 'user', content: 'and?' }],
        /^messages\.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1\./,
      ],
      [[use], /^messages\.1: `tool_use` ids were found without/],
      [
        [use, { role: 'user', content: [{ type: 'text', text: 'and?' }, result] }],
        /without `tool_result` blocks immediately after/,
      ],
      [
        [{ role: 'user', content: [result] }],
        /^messages\.1\.content\.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1\./,
      ],
      [[use, { role: 'user', content: [result, result] }], /single result/],
    ])('calls and results that do not fit: %#', async (turns, message) => {
      expect(await refusalOf({ tools: [WEATHER], messages: [...HELLO.messages, ...turns] })).toMatch(message);
    });

    it('thoughts that it did not sign', async () => {
      const thinking = { type: 'thinking', thinking: 'hm', signature: 'Z3ctc2ln' };
      const turn = { role: 'assistant', content: [thinking, { type: 'text', text: 'hello' }] };
      const messages = [...HELLO.messages, turn, { role: 'user', content: 'more' }];
      expect(await refusalOf({ messages })).toBe('messages.1.content.0: Invalid `signature` in `thinking` block');
    });
  });

  describe('answers', () => {
    it('a message', async () => {
      const { json, headers } = await ask();
      expect(json).toMatchObject({
        type: 'message',
        role: 'assistant',
        model: 'claude-sonnet-4-5-20250929',
        content: [{ type: 'text', text: 'hello there' }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 2 },
      });
      expect(headers.get('anthropic-ratelimit-requests-remaining')).toMatch(/^\d+$/);
      expect(headers.get('anthropic-ratelimit-input-tokens-reset')).toMatch(/^\d{4}-\d\d-\d\dT[\d:]+Z$/);
    });

    it('a stream of named events that says the same', async () => {
      const events = await eventsOf({});
      expect(events.map(({ type }) => type as string)).toEqual([
        'message_start',
        'content_block_start',
        'ping',
        'content_block_delta',
        'content_block_delta',
        'content_block_stop',
        'message_delta',
        'message_stop',
      ]);
      expect(events[0]?.message.usage.input_tokens).toBeGreaterThan(0);
      expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } });
    });

    it.each([
      [{ stop_sequences: ['there'] }, 'stop_sequence', 'there'],
      [{ max_tokens: 1 }, 'max_tokens', null],
      [{ messages: [{ role: 'user', content: 'ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1' }] }, 'refusal', null],
    ])('with %j: it ends by %s', async (changes, reason, sequence) => {
      const { json } = await ask(changes);
      expect([json.stop_reason, json.stop_sequence]).toEqual([reason, sequence]);
    });

    it('calls, side by side, and takes their results', async () => {
      const messages: object[] = [{ role: 'user', content: 'Weather in Paris and London?' }];
      const { json } = await ask({ tools: [WEATHER], messages });
      const calls = (json.content as Json[]).filter(({ type }) => type === 'tool_use');
      expect(calls.map(({ input }) => input as unknown)).toEqual([{ city: 'Paris' }, { city: 'London' }]);
      expect(json.stop_reason).toBe('tool_use');
      const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id as string, content: 'sunny' }));
      messages.push({ role: 'assistant', content: json.content }, { role: 'user', content: results });
      const end = await ask({ tools: [WEATHER], messages });
      expect(end.json.content[0].text).toContain('sunny and sunny');
      const single = await ask({ tools: [WEATHER], tool_choice: { type: 'any', disable_parallel_tool_use: true } });
      expect(single.json.content).toHaveLength(1);
    });

    it('call arguments in pieces, and none for a call without arguments', async () => {
      const pieces = (events: Json[]) =>
        events.flatMap(({ delta }) => (delta?.type === 'input_json_delta' ? [delta.partial_json as string] : []));
      const messages = [{ role: 'user', content: 'Weather in Paris?' }];
      const json = pieces(await eventsOf({ messages, tools: [WEATHER] }));
      expect(json[0]).toBe('');
      expect(JSON.parse(json.join(''))).toEqual({ city: 'Paris' });
      const bare = { name: 'get_weather', input_schema: { type: 'object' } };
      expect(pieces(await eventsOf({ messages, tools: [bare] }))).toEqual(['']);
    });

    it('thoughts with a signature that it takes back, unless they were changed', async () => {
      const thinking = { type: 'enabled', budget_tokens: 1_024 };
      const first = await ask({ thinking, max_tokens: 2_000 });
      expect(first.json.content[0]).toMatchObject({ type: 'thinking', thinking: expect.stringContaining('answer') });
      expect(first.json.usage.output_tokens_details.thinking_tokens).toBeGreaterThan(0);
      const next = (content: unknown) =>
        ask({ messages: [...HELLO.messages, { role: 'assistant', content }, { role: 'user', content: 'more' }] });
      expect((await next(first.json.content)).status).toBe(200);
      const changed = [{ ...first.json.content[0], thinking: 'other' }, first.json.content[1]];
      expect((await next(changed)).json.error.message).toContain('Invalid `signature`');
    });

    it('shows nothing of the thoughts of newer models unless it is asked to', async () => {
      const model = 'claude-opus-5-5';
      const omitted = await eventsOf({ model });
      const types = omitted.flatMap(({ delta }) => (delta?.type ? [delta.type as string] : []));
      expect(types).toEqual(['signature_delta', ...types.slice(1)]);
      const shown = await ask({ model, thinking: { type: 'adaptive', display: 'summarized' } });
      expect(shown.json.content[0].thinking).not.toBe('');
    });

    it('thoughts that have to be there when a tool answers under a budget', async () => {
      const use = { type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: {} };
      const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' };
      const messages = [...HELLO.messages, { role: 'assistant', content: [use] }, { role: 'user', content: [result] }];
      const thinking = { type: 'enabled', budget_tokens: 1_024 };
      const message = await refusalOf({ messages, tools: [WEATHER], thinking, max_tokens: 2_000 });
      expect(message).toContain(
        'messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`',
      );
    });

    it('JSON of the wanted schema', async () => {
      const schema = {
        type: 'object',
        properties: { city: { type: 'string' } },
        required: ['city'],
        additionalProperties: false,
      };
      const { json } = await ask({ output_config: { format: { type: 'json_schema', schema } } });
      expect(Object.keys(JSON.parse(json.content[0].text as string) as object)).toEqual(['city']);
    });

    it('how much of a prompt its cache held', async () => {
      const system = [{ type: 'text', text: 'word '.repeat(2_000), cache_control: { type: 'ephemeral' } }];
      const first = (await ask({ system })).json.usage as Json;
      expect(first.cache_creation_input_tokens).toBeGreaterThan(2_000);
      const second = (await ask({ system })).json.usage as Json;
      expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
      expect(second.cache_creation_input_tokens).toBe(0);
      expect(second.input_tokens).toBe(first.input_tokens);
    });

    it('how much of it the cache keeps for an hour', async () => {
      const cached = (text: string, ttl: string) => ({
        type: 'text',
        text: `${ttl} ${text}`,
        cache_control: { type: 'ephemeral', ttl },
      });
      const system = [cached('long '.repeat(2_000), '1h'), cached('short '.repeat(1_500), '5m')];
      const { cache_creation_input_tokens: all, cache_creation: parts } = (await ask({ system })).json.usage as Json;
      expect(parts.ephemeral_1h_input_tokens).toBeGreaterThan(2_000);
      expect(parts.ephemeral_5m_input_tokens).toBeGreaterThan(1_500);
      expect(parts.ephemeral_1h_input_tokens + parts.ephemeral_5m_input_tokens).toBe(all);
    });

    it('images and documents', async () => {
      const content = [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
        { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
        { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hello' } },
        { type: 'text', text: 'Say: seen' },
      ];
      const { json } = await ask({ messages: [{ role: 'user', content }] });
      expect(json.content).toEqual([{ type: 'text', text: 'seen' }]);
      expect(json.usage.input_tokens).toBeGreaterThan(2_200);
    });

    it('the number of a prompt’s tokens', async () => {
      const { max_tokens: _, ...body } = HELLO;
      const { json } = await send(body, { path: '/v1/messages/count_tokens' });
      expect(json).toEqual({ input_tokens: (await ask()).json.usage.input_tokens as number });
      const extra = await send(HELLO, { path: '/v1/messages/count_tokens' });
      expect(extra.json.error.message).toBe('max_tokens: Extra inputs are not permitted');
    });

    it('its models, page by page', async () => {
      const get = async (query: string) => (await send(undefined, { path: `/v1/models${query}`, method: 'GET' })).json;
      const all = await get('?limit=1000');
      const ids = (all.data as Json[]).map(({ id }) => id as string);
      const first = await get('?limit=2');
      expect([first.first_id, first.last_id, first.has_more]).toEqual([ids[0], ids[1], true]);
      const second = await get(`?limit=2&after_id=${ids[1]}`);
      expect((second.data as Json[]).map(({ id }) => id as string)).toEqual(ids.slice(2, 4));
      const back = await get(`?limit=2&before_id=${ids[2]}`);
      expect([back.first_id, back.has_more]).toEqual([ids[0], false]);
      expect((await get(`/${ids[0]}`)).type).toBe('model');
    });

    it('429 with a wait once a limit is used up', async () => {
      const small = await AnthropicSandbox.start({ paceMs: 0, limits: { requests: { minute: 1 } } });
      const post = () =>
        fetch(`${small.url}/v1/messages`, { method: 'POST', headers: HEADERS, body: JSON.stringify(HELLO) });
      expect((await post()).status).toBe(200);
      const answer = await post();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^\d+$/)]);
      expect(answer.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
      await small.close();
    });
  });

  describe('with faults', () => {
    it.each([
      [{ kind: 'status', status: 529 }, 529, 'overloaded_error', 'Overloaded'],
      [{ kind: 'rate-limit', quota: 'queue' }, 529, 'overloaded_error', 'Overloaded'],
      [
        { kind: 'rate-limit', quota: 'tokens', retryAfter: 7 },
        429,
        'rate_limit_error',
        expect.stringContaining('request tokens'),
      ],
    ] as const)('answers %j', async (fault, status, type, message) => {
      sandbox.script(fault);
      const answer = await ask();
      expect([answer.status, answer.json.error]).toEqual([status, { type, message }]);
    });

    it('reports an error inside a stream as a named event', async () => {
      sandbox.script({ kind: 'stream-error', afterFrames: 3 });
      const events = await eventsOf({});
      expect(events).toHaveLength(4);
      expect(events.at(-1)?.error).toEqual({ type: 'overloaded_error', message: 'Overloaded' });
    });

    it('leaves out the end of a stream', async () => {
      sandbox.script({ kind: 'no-done' });
      expect((await eventsOf({})).at(-1)?.type).toBe('message_delta');
    });

    it('has no fault that only chat completions could have', () => {
      expect(() => sandbox.script({ kind: 'usage-chunk' })).toThrow(
        'api.anthropic.com has no faults of kind usage-chunk',
      );
    });
  });
});
