import { first } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { startGateway, type TestGateway, UPSTREAM_KEY } from '../support/gateway.js';
import { anthropicErrorOf, eventsOf, MESSAGE, messageOf, MESSAGES_PATH, readStream } from '../support/messages.js';

const REQUEST_ID = /^req_[0-9a-f]{32}$/;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const png = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PNG } };
const text = (value: string) => ({ type: 'text', text: value });
const weather = {
  name: 'get_weather',
  description: 'Current weather of a city.',
  input_schema: {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
  },
  eager_input_streaming: true,
};

describe('POST /v1/messages', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  const send = (body: Record<string, unknown> = {}, headers?: Record<string, string>) =>
    gateway.post(MESSAGES_PATH, { ...MESSAGE, ...body }, headers);

  it('answers at each path that clients write', async () => {
    const paths = ['/v1/messages', '/anthropic/v1/messages', '/anthropic/messages', '/litellm/anthropic/v1/messages'];
    for (const path of paths) {
      const answer = await gateway.post(path, MESSAGE);
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      expect(answer.headers['request-id']).toMatch(REQUEST_ID);
      expect(messageOf(answer)).toMatchObject({ type: 'message', role: 'assistant', stop_reason: 'end_turn' });
    }
  });

  it('#2 takes a credential in either header, and hands neither on', async () => {
    expect((await send({}, { 'x-api-key': 'caller-key' })).status).toBe(200);
    expect((await send({}, { authorization: 'Bearer caller-key' })).status).toBe(200);
    for (const request of gateway.sent) {
      expect(request.headers.authorization).toBe(`Bearer ${UPSTREAM_KEY}`);
      expect(JSON.stringify(request.headers)).not.toContain('caller-key');
    }
  });

  it('gives thoughts, text, counts and the headers of Anthropic’s API', async () => {
    const answer = await send({ messages: [{ role: 'user', content: 'Say: grüße 😀' }] });
    const { id, content, usage, model, stop_sequence } = messageOf(answer);
    expect(id).toMatch(/^msg_[0-9A-Za-z]{24}$/);
    expect(content).toEqual([
      { type: 'thinking', thinking: expect.stringMatching(/./), signature: expect.stringMatching(/./) },
      text('grüße 😀'),
    ]);
    expect([model, stop_sequence]).toEqual([MESSAGE.model, null]);
    const { usage: upstream } = await gateway
      .chat({ messages: [{ role: 'user', content: 'Say: grüße 😀' }] })
      .then((chat) => chat.completion);
    expect(usage).toMatchObject({
      input_tokens: upstream?.prompt_tokens,
      output_tokens: upstream?.completion_tokens,
      cache_read_input_tokens: 0,
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-asbru-provider': 'cerebras',
      'x-asbru-model': 'gpt-oss-120b',
      'anthropic-ratelimit-requests-limit': expect.stringMatching(/^\d+$/),
      'anthropic-ratelimit-tokens-remaining': expect.stringMatching(/^\d+$/),
      'anthropic-ratelimit-tokens-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('calls tools and reads their results', async () => {
    const question = { role: 'user', content: 'What is the weather in Paris and London?' };
    const called = messageOf(await send({ messages: [question], tools: [weather] }));
    expect(called.stop_reason).toBe('tool_use');
    const calls = called.content.filter((block) => block.type === 'tool_use');
    expect(calls.map(({ input }) => input)).toEqual([{ city: 'Paris' }, { city: 'London' }]);
    expect(gateway.sentBody.tools).toEqual([
      {
        type: 'function',
        function: {
          name: 'get_weather',
          description: weather.description,
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
        },
      },
    ]);
    const results = calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: `17C for ${id}` }));
    const messages = [question, { role: 'assistant', content: called.content }, { role: 'user', content: results }];
    const answered = messageOf(await send({ messages, tools: [weather] }));
    expect(answered.stop_reason).toBe('end_turn');
    for (const { id } of calls) expect(JSON.stringify(answered.content)).toContain(`17C for ${id}`);
    expect(gateway.sentBody.messages).toMatchObject([
      question,
      { role: 'assistant', reasoning: expect.stringMatching(/./), tool_calls: [{}, {}] },
      { role: 'tool' },
      { role: 'tool' },
    ]);
  });

  it('#94 results before the user’s text, failed, empty and with images are valid chat', async () => {
    const use = (id: string) => ({ type: 'tool_use', id, name: 'get_weather', input: {} });
    const messages = [
      { role: 'user', content: 'Look.' },
      { role: 'assistant', content: [use('t1'), use('t2'), use('t3')] },
      {
        role: 'user',
        content: [
          text('Well?'),
          { type: 'tool_result', tool_use_id: 't1', content: 'broken', is_error: true },
          { type: 'tool_result', tool_use_id: 't2' },
          { type: 'tool_result', tool_use_id: 't3', content: [text('seen'), png] },
        ],
      },
    ];
    const answer = await send({ model: 'cerebras/qwen-3.8-27b', messages });
    expect(answer.status).toBe(200);
    expect(gateway.sentBody.messages).toEqual([
      { role: 'user', content: 'Look.' },
      expect.objectContaining({ role: 'assistant', tool_calls: expect.any(Array) }),
      { role: 'tool', tool_call_id: 't1', content: 'Error: broken' },
      { role: 'tool', tool_call_id: 't2', content: '' },
      { role: 'tool', tool_call_id: 't3', content: 'seen' },
      { role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${PNG}` } }] },
      { role: 'user', content: 'Well?' },
    ]);
  });

  it('#95 takes what Claude Code sends', async () => {
    const ephemeral = { type: 'ephemeral' };
    const answer = await gateway.post(
      '/anthropic/v1/messages?beta=true',
      {
        ...MESSAGE,
        max_tokens: 200_000,
        system: [{ ...text('You are terse.'), cache_control: ephemeral }, text('Be kind.')],
        messages: [{ role: 'user', content: [{ ...text('Say: hello'), cache_control: ephemeral }] }],
        thinking: { type: 'adaptive' },
        metadata: { user_id: `user_${'a'.repeat(64)}_account__session_b` },
        context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
        output_config: { effort: 'high' },
        tools: [{ ...weather, defer_loading: true }],
        stream: true,
      },
      { 'anthropic-version': '2026-10-21', 'anthropic-beta': 'a-2025-01-01,b-2025-01-01', 'x-app': 'cli' },
    );
    expect(answer.status).toBe(200);
    expect(readStream(answer).content.at(-1)).toEqual(text('hello'));
    expect(gateway.sentBody).toMatchObject({
      messages: [{ role: 'system', content: 'You are terse.\n\nBe kind.' }, { content: 'Say: hello' }],
      max_completion_tokens: 40_960,
      reasoning_effort: 'high',
    });
    expect(answer.filtered).toEqual(['context_management', 'metadata.user_id']);
    expect(answer.headers['x-asbru-transformed-params']).toBe('max_tokens');
  });

  it('#98 max_tokens above the model’s limit is that limit, and a low one ends the answer', async () => {
    expect((await send({ max_tokens: 200_000 })).status).toBe(200);
    expect(gateway.sentBody.max_completion_tokens).toBe(40_960);
    const cut = messageOf(await send({ max_tokens: 20, messages: [{ role: 'user', content: 'Explain tides.' }] }));
    expect(cut).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 20 } });
  });

  it.each([
    ['stop', { content: 'x' }, 'end_turn'],
    ['done', { content: 'x' }, 'end_turn'],
    ['length', { content: 'x' }, 'max_tokens'],
    ['content_filter', { content: 'x' }, 'refusal'],
    ['stop', { refusal: 'No.' }, 'refusal'],
    ['tool_calls', { tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '' } }] }, 'tool_use'],
  ])('#98 finish %s with %j is %s', async (finish_reason, message, reason) => {
    const choices = [{ index: 0, finish_reason, message: { role: 'assistant', ...message } }];
    gateway.sandbox.script({ kind: 'raw-body', body: JSON.stringify({ id: 'c', created: 1, model: 'm', choices }) });
    const answer = messageOf(await send());
    expect(answer.stop_reason).toBe(reason);
    // The upstream gave no counts: what clients need as numbers is marked as an estimate.
    expect(answer.usage).toMatchObject({ asbru_estimated: true, input_tokens: expect.any(Number) });
  });

  it('keeps the model’s own words of an input, and the digits of the caller’s', async () => {
    const args = '{"b": 1.50, "id":12345678901234567890}';
    const tool_calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: args } }];
    const choices = [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', tool_calls } }];
    gateway.sandbox.script({ kind: 'raw-body', body: JSON.stringify({ id: 'c', created: 1, model: 'm', choices }) });
    const body = JSON.stringify({
      ...MESSAGE,
      messages: [
        ...MESSAGE.messages,
        { role: 'assistant', content: [{ type: 'tool_use', id: 'z', name: 'f', input: { n: '#' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'z', content: 'x' }] },
      ],
    }).replace('"#"', '12345678901234567890');
    const answer = await gateway.post(MESSAGES_PATH, body);
    expect(answer.text).toContain(`"input":${args}}`);
    expect(gateway.sentText).toContain(String.raw`{\"n\":12345678901234567890}`);
  });

  it('ends at stop sequences, also at those that have no room in a chat request', async () => {
    const messages = [{ role: 'user', content: 'Say: one two three four' }];
    const stop_sequences = ['#1', '#2', '#3', '#4', ' three'];
    const answer = await send({ messages, stop_sequences });
    expect(messageOf(answer)).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: ' three' });
    expect(messageOf(answer).content.at(-1)).toEqual(text('one two'));
    expect(gateway.sentBody.stop).toEqual(['#1', '#2', '#3', '#4']);
    expect(answer.headers['x-asbru-transformed-params']).toBe('stop_sequences');
    const streamed = readStream(await send({ messages, stop_sequences, stream: true }));
    expect(streamed).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: ' three' });
    expect(streamed.content.at(-1)).toEqual(text('one two'));
    const told = messageOf(await send({ messages, stop_sequences: [' three'] }));
    expect([told.stop_reason, told.stop_sequence, told.content.at(-1)]).toEqual(['end_turn', null, text('one two')]);
  });

  it('names what it leaves out, and refuses it when the caller is strict', async () => {
    const body = { top_k: 5, speed: 'fast', tools: [{ type: 'web_search_20250305', name: 'web_search' }] };
    expect((await send(body)).filtered).toEqual(['speed', 'tools.web_search_20250305', 'top_k']);
    for (const [name, value] of Object.entries(body)) {
      const refused = await send({ [name]: value }, { 'x-asbru-strict': 'true' });
      expect(refused.status).toBe(400);
      expect(anthropicErrorOf(refused).error.message).toContain(name);
    }
    expect(gateway.sent).toHaveLength(1);
  });

  it('structured output is the strict schema of chat', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    };
    const answer = await send({ output_config: { format: { type: 'json_schema', schema } } });
    const block = messageOf(answer).content.at(-1);
    expect(JSON.parse(block?.type === 'text' ? block.text : '')).toEqual({ name: expect.any(String) });
    expect(gateway.sentBody.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'output', strict: true, schema },
    });
  });

  it('is logged and counted as what it is', async () => {
    const answer = await send({ stream: true });
    const line = await gateway.log.lineOf(answer.headers['x-request-id']);
    const { usage } = readStream(answer);
    expect(line).toMatchObject({
      route: '/v1/messages',
      status: 200,
      provider: 'cerebras',
      model: 'gpt-oss-120b',
      finish_reason: 'stop',
      input_tokens: usage.input_tokens,
      output_tokens: usage.output_tokens,
    });
    expect((await gateway.get('/metrics')).text).toMatch(
      /^asbru_requests_total\{operation="messages",provider="cerebras",model="gpt-oss-120b",.*stream="true",outcome="ok"\} \d/m,
    );
  });

  describe('POST /v1/messages/count_tokens', () => {
    const count = async (body: Record<string, unknown>) => {
      const { max_tokens: _max, ...request } = MESSAGE;
      const answer = await gateway.post('/anthropic/v1/messages/count_tokens?beta=true', { ...request, ...body });
      expect(answer.headers['request-id']).toMatch(REQUEST_ID);
      return answer;
    };

    it('#97 is an integer for texts, images and tools, and asks no upstream', async () => {
      const base = Number((await count({})).json().input_tokens);
      expect(Number.isInteger(base) && base > 0).toBe(true);
      const more = [
        { system: 'Be kind.' },
        { tools: [weather] },
        { messages: [{ role: 'user', content: [text('Say: hello'), png] }] },
      ];
      for (const body of more) expect((await count(body)).json().input_tokens).toBeGreaterThan(base);
      expect(gateway.sent).toHaveLength(0);
    });

    it('#97 checks the request as the other route does', async () => {
      const answer = await count({ messages: [{ role: 'user', content: [{ type: 'text' }] }] });
      expect([answer.status, anthropicErrorOf(answer).error]).toEqual([
        400,
        { type: 'invalid_request_error', message: "Missing required parameter: 'messages[0].content[0].text'." },
      ]);
    });
  });

  describe('a wrong request', () => {
    it.each<[name: string, body: Record<string, unknown>, field: string]>([
      ['no model', { model: undefined }, 'model'],
      ['no max_tokens', { max_tokens: undefined }, 'max_tokens'],
      ['max_tokens 0', { max_tokens: 0 }, 'max_tokens'],
      ['max_tokens 1.5', { max_tokens: 1.5 }, 'max_tokens'],
      ['no messages', { messages: [] }, 'messages'],
      ['a role of another API', { messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].role'],
      ['no content', { messages: [{ role: 'user' }] }, 'messages[0].content'],
      ['a block without type', { messages: [{ role: 'user', content: [{}] }] }, 'messages[0].content[0].type'],
      [
        'a result without its call’s id',
        { messages: [{ role: 'user', content: [{ type: 'tool_result' }] }] },
        'messages[0].content[0].tool_use_id',
      ],
      [
        'a call without input',
        { messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f' }] }] },
        'messages[0].content[0].input',
      ],
      [
        'an image of another kind',
        {
          messages: [
            {
              role: 'user',
              content: [{ type: 'image', source: { type: 'base64', media_type: 'image/bmp', data: '' } }],
            },
          ],
        },
        'messages[0].content[0].source.media_type',
      ],
      ['temperature 1.5', { temperature: 1.5 }, 'temperature'],
      ['a tool without schema', { tools: [{ name: 'f' }] }, 'tools[0].input_schema'],
      ['a tool’s name with a space', { tools: [{ name: 'a b', input_schema: {} }] }, 'tools[0].name'],
      ['an unknown choice', { tool_choice: { type: 'required' } }, 'tool_choice.type'],
      ['a choice without its tool', { tool_choice: { type: 'tool', name: 'f' } }, 'tool_choice.name'],
      ['thinking without budget', { thinking: { type: 'enabled' } }, 'thinking.budget_tokens'],
      ['an unknown effort', { output_config: { effort: 'huge' } }, 'output_config.effort'],
      ['stop sequences that are no list', { stop_sequences: 'x' }, 'stop_sequences'],
      ['metadata that is no object', { metadata: 'x' }, 'metadata'],
    ])('#4 %s is 400 and named', async (_, body, field) => {
      const answer = await send(body);
      const { error, type, request_id } = anthropicErrorOf(answer);
      expect([answer.status, type, error.type]).toEqual([400, 'error', 'invalid_request_error']);
      expect(error.message).toContain(field);
      expect(request_id).toBe(answer.headers['request-id']);
      expect(gateway.sent).toHaveLength(0);
    });

    it('names the caller’s own field when the provider refuses its chat form', async () => {
      const gif = { type: 'image', source: { type: 'base64', media_type: 'image/gif', data: 'R0lGODlhAQABAAAAACw=' } };
      const pdf = { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' } };
      for (const block of [gif, pdf]) {
        const messages = [{ role: 'user', content: [text('See:'), block] }];
        const answer = await send({ model: 'cerebras/qwen-3.8-27b', system: 'Be brief.', messages });
        expect(answer.status).toBe(400);
        expect(anthropicErrorOf(answer).error.message).toMatch(/^messages\[0\]\.content\[1\]: /);
      }
      const orphan = await send({ messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] });
      expect(anthropicErrorOf(orphan).error.message).toMatch(/^messages\[0\]\.content\[0\]: /);
    });
  });

  it('models are at the base of this dialect too, and errors about them in its form', async () => {
    const list = await gateway.get('/anthropic/v1/models?limit=1000', { 'anthropic-version': '2023-06-01' });
    expect(list.json()).toMatchObject({ has_more: false, data: expect.any(Array) });
    expect(list.headers['request-id']).toMatch(REQUEST_ID);
    const one = await gateway.get('/anthropic/v1/models/cerebras%2Fgpt-oss-120b');
    expect(one.json()).toMatchObject({ type: 'model', id: 'cerebras/gpt-oss-120b', display_name: expect.any(String) });
    const unknown = [
      await gateway.get('/anthropic/v1/models/nope'),
      await gateway.get('/v1/models/nope', { 'anthropic-version': '2023-06-01' }),
    ];
    for (const answer of unknown) {
      expect([answer.status, anthropicErrorOf(answer).error.type]).toEqual([404, 'not_found_error']);
      expect(answer.headers['request-id']).toBe(anthropicErrorOf(answer).request_id);
    }
    expect((await gateway.get('/v1/models/nope')).error.code).toBe('model_not_found');
  });
});

describe('#100 names of Anthropic’s models', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    const aliases = { 'claude-*': 'cerebras/gpt-oss-120b' };
    fleet = await Fleet.start({ providers: { cerebras: {} }, settings: { models: { aliases } } });
  });
  afterAll(() => fleet.close());

  it.each([false, true])(
    'go to the model behind the alias, and the answer repeats them (stream: %s)',
    async (stream) => {
      const model = 'claude-3-5-sonnet-20241022';
      const answer = await fleet.gateway.post(MESSAGES_PATH, { ...MESSAGE, model, stream });
      expect((stream ? readStream(answer) : messageOf(answer)).model).toBe(model);
      expect(answer.headers['x-asbru-model']).toBe('gpt-oss-120b');
      expect(fleet.sent('cerebras').at(-1)?.json).toMatchObject({ model: 'gpt-oss-120b' });
      if (stream) expect(first(eventsOf(answer))).toMatchObject({ message: { model } });
    },
  );
});
