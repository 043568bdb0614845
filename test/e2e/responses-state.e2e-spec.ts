import type { Answer } from '../support/answer.js';
import { MODEL, startGateway, type TestGateway, withGateway } from '../support/gateway.js';

interface Item {
  id: string;
  type: string;
  role?: string;
  content?: Array<{ type: string; text: string }>;
}
interface ListedItems {
  data: Item[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}
interface Numbered {
  type: string;
  sequence_number: number;
  response?: { id: string; status: string; store: boolean };
}

const HELLO = { model: MODEL, input: 'Say: hello' };
const NOT_FOUND = { type: 'invalid_request_error', param: null, code: null };

const idOf = (answer: Answer): string => String(answer.json().id);
const textOf = (answer: Answer): string => {
  const output = answer.json().output as Item[];
  return output.find(({ type }) => type === 'message')?.content?.[0]?.text ?? '';
};

describe('Stored responses', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  beforeEach(() => gateway.reset());
  afterAll(() => gateway.close());

  const create = (body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Answer> =>
    gateway.post('/v1/responses', { ...HELLO, ...body }, headers);
  const retrieve = (id: string, query = ''): Promise<Answer> => gateway.get(`/v1/responses/${id}${query}`);
  const items = async (id: string, query = ''): Promise<ListedItems> =>
    (await gateway.get(`/v1/responses/${id}/input_items${query}`)).json() as unknown as ListedItems;
  /** What the model was told last, as `role: text`. */
  const told = (): string[] =>
    (gateway.sentBody.messages as Array<{ role: string; content: string }>).map(
      ({ role, content }) => `${role}: ${content}`,
    );

  describe('retrieved', () => {
    it('are what their caller got', async () => {
      const answer = await create({ metadata: { ticket: '4711' }, instructions: 'Be brief.' });
      expect(answer.json()).toMatchObject({ store: true, previous_response_id: null, background: false });
      const again = await retrieve(idOf(answer));
      expect(again.status).toBe(200);
      expect(again.headers['content-type']).toMatch(/^application\/json/);
      expect(again.json()).toEqual(answer.json());
    });

    it('are there as soon as the last event of a stream is', async () => {
      const streamed = await create({ stream: true });
      const events = streamed.chunksAs<Numbered>();
      const last = events.at(-1);
      expect(last?.type).toBe('response.completed');
      expect((await retrieve(last?.response?.id ?? '')).json()).toEqual(last?.response);
    });

    it('keep numbers that a double cannot hold', async () => {
      const schema = '{"type":"object","properties":{"a":{"type":"integer","maximum":12345678901234567890}}}';
      const body = `{"model":"${MODEL}","input":"Hi","tools":[{"type":"function","name":"f","parameters":${schema}}]}`;
      const answer = await gateway.post('/v1/responses', body);
      expect(answer.text).toContain('12345678901234567890');
      expect((await retrieve(idOf(answer))).text).toContain('12345678901234567890');
    });

    it('give the reasoning back to who asks for it', async () => {
      const answer = await create({ reasoning: { effort: 'high' }, input: 'What is 2 + 3?' });
      const output = answer.json().output as Array<Record<string, unknown>>;
      expect(output.some(({ type }) => type === 'reasoning')).toBe(true);
      expect(JSON.stringify(output)).not.toContain('encrypted_content');
      const again = await retrieve(idOf(answer), '?include[]=reasoning.encrypted_content');
      expect(again.text).toMatch(/"encrypted_content":"asbru1\./);
      const other = await retrieve(idOf(answer), '?include=file_search_call.results');
      expect(other.filtered).toEqual(['include[0]']);
    });

    it.each([
      ['store: false', { store: false }],
      ['store: false and a stream', { store: false, stream: true }],
    ])('are not there with %s', async (_, body) => {
      const answer = await create(body);
      const id = /"id":"(resp_\w+)"/.exec(answer.text)?.[1] ?? '';
      expect(answer.text).toContain('"store":false');
      expect((await retrieve(id)).status).toBe(404);
    });

    it('are none when the request failed', async () => {
      const before = gateway.sent.length;
      gateway.sandbox.script({ kind: 'status', status: 400 });
      const refused = await create({ input: 'Do not keep this.' });
      expect(refused.status).toBe(400);
      expect(gateway.sent).toHaveLength(before + 1);
      expect(refused.text).not.toContain('resp_');
    });

    it('are failed with what there is of them when the upstream broke off', async () => {
      gateway.sandbox.script({ kind: 'cut', afterFrames: 3, how: 'reset' });
      const answer = await create({ stream: true, input: 'Say: one two three four five six seven eight' });
      const last = answer.chunksAs<Numbered>().at(-1);
      expect(last?.type).toBe('response.failed');
      const stored = await retrieve(last?.response?.id ?? '');
      expect(stored.json()).toEqual(last?.response);
      expect(stored.json().status).toBe('failed');
    });
  });

  describe('continued', () => {
    it('come before the new input, whoever said what', async () => {
      const first = await create({ input: 'Say: hello', instructions: 'Old rules.' });
      const second = await create({
        input: [{ role: 'user', content: 'Say: bye' }],
        previous_response_id: idOf(first),
      });
      expect(second.json()).toMatchObject({ previous_response_id: idOf(first), instructions: null });
      expect(told()).toEqual(['user: Say: hello', `assistant: ${textOf(first)}`, 'user: Say: bye']);
      const third = await create({ input: 'And now?', previous_response_id: idOf(second), instructions: 'New rules.' });
      expect(third.status).toBe(200);
      expect(told()).toEqual([
        'system: New rules.',
        'user: Say: hello',
        `assistant: ${textOf(first)}`,
        'user: Say: bye',
        `assistant: ${textOf(second)}`,
        'user: And now?',
      ]);
    });

    it('can be continued twice', async () => {
      const first = await create();
      const [one, other] = await Promise.all([
        create({ input: 'Say: one', previous_response_id: idOf(first) }),
        create({ input: 'Say: other', previous_response_id: idOf(first), stream: true }),
      ]);
      expect(one.status).toBe(200);
      expect(other.text).toContain('response.completed');
    });

    it('close a loop of tools', async () => {
      const tools = [
        {
          type: 'function',
          name: 'get_weather',
          parameters: { type: 'object', properties: { city: { type: 'string' } } },
        },
      ];
      const first = await create({ input: 'What is the weather in Paris?', tools, tool_choice: 'required' });
      const call = (first.json().output as Array<{ type: string; call_id: string }>).find(
        ({ type }) => type === 'function_call',
      );
      expect(call).toBeDefined();
      const second = await create({
        input: [{ type: 'function_call_output', call_id: call?.call_id, output: '21 degrees' }],
        previous_response_id: idOf(first),
        tools,
      });
      expect(second.status).toBe(200);
      const roles = (gateway.sentBody.messages as Array<{ role: string }>).map(({ role }) => role);
      expect(roles).toEqual(['user', 'assistant', 'tool']);
    });

    it('name what is wrong by the place in the new input', async () => {
      const first = await create();
      const wrong = await create({
        input: [{ role: 'user', content: 'Hi' }, { type: 'surprise' }],
        previous_response_id: idOf(first),
      });
      expect(wrong.status).toBe(400);
      expect(wrong.error.param).toMatch(/^input\[1\]/);
    });

    it.each([
      ['unknown', () => Promise.resolve('resp_unknown')],
      ['not stored', async () => idOf(await create({ store: false }))],
    ])('are refused when they are %s', async (_, make) => {
      const id = await make();
      const answer = await create({ previous_response_id: id });
      expect(answer.status).toBe(400);
      expect(answer.error).toEqual({
        message: `Previous response with id '${id}' not found.`,
        type: 'invalid_request_error',
        param: 'previous_response_id',
        code: 'previous_response_not_found',
      });
    });

    it('are refused when an earlier turn is gone, rather than shortened', async () => {
      const first = await create();
      const second = await create({ previous_response_id: idOf(first) });
      await gateway.call(`/v1/responses/${idOf(first)}`, { method: 'DELETE' });
      const third = await create({ previous_response_id: idOf(second) });
      expect(third.error).toMatchObject({ code: 'previous_response_not_found' });
      expect(third.error.message).toContain(idOf(first));
    });

    it('may be streamed and not stored themselves', async () => {
      const first = await create();
      const answer = await create({ previous_response_id: idOf(first), store: false, stream: true });
      const [begin] = answer.chunksAs<Numbered & { response: Record<string, unknown> }>();
      expect(begin?.response).toMatchObject({ store: false, previous_response_id: idOf(first) });
    });
  });

  describe('referred to by item', () => {
    it('are put in their place', async () => {
      const first = await create();
      const message = (first.json().output as Item[]).find(({ type }) => type === 'message');
      const input = [
        { role: 'user', content: 'Say: hello' },
        { type: 'item_reference', id: message?.id },
        { role: 'user', content: 'Again' },
      ];
      const second = await create({ input });
      expect(second.status).toBe(200);
      expect(told()).toEqual(['user: Say: hello', `assistant: ${textOf(first)}`, 'user: Again']);
      // What is stored is the item, not the reference.
      await gateway.call(`/v1/responses/${idOf(first)}`, { method: 'DELETE' });
      expect(await items(idOf(second), '?order=asc')).toMatchObject({
        data: [{}, { type: 'message', id: message?.id }, {}],
      });
    });

    it('are a 400 when they are unknown', async () => {
      const answer = await create({ input: [{ type: 'item_reference', id: 'msg_unknown' }] });
      expect([answer.status, answer.error.param]).toEqual([400, 'input[0]']);
    });
  });

  describe('deleted', () => {
    it('are gone', async () => {
      const id = idOf(await create({ stream: false }));
      const deleted = await gateway.call(`/v1/responses/${id}`, { method: 'DELETE' });
      expect([deleted.status, deleted.json()]).toEqual([200, { id, object: 'response', deleted: true }]);
      expect((await retrieve(id)).status).toBe(404);
      expect((await gateway.call(`/v1/responses/${id}`, { method: 'DELETE' })).status).toBe(404);
      expect((await create({ previous_response_id: id })).error.code).toBe('previous_response_not_found');
    });
  });

  it.each([
    ['GET', ''],
    ['GET', '?stream=true'],
    ['DELETE', ''],
    ['POST', '/cancel'],
    ['GET', '/input_items'],
  ] as const)('%s of an unknown id%s is a 404 in OpenAI’s words', async (method, suffix) => {
    const answer = await gateway.call(`/v1/responses/resp_unknown${suffix}`, { method });
    expect(answer.status).toBe(404);
    expect(answer.error).toEqual({ message: "Response with id 'resp_unknown' not found.", ...NOT_FOUND });
  });

  it('cannot be cancelled unless they were made in the background', async () => {
    const answer = await gateway.post(`/v1/responses/${idOf(await create())}/cancel`, {});
    expect([answer.status, answer.error.type]).toEqual([400, 'invalid_request_error']);
  });

  describe('listed by their input', () => {
    it('show a text as a message with an id', async () => {
      const list = await items(idOf(await create()));
      expect(list).toEqual({
        object: 'list',
        data: [
          {
            type: 'message',
            role: 'user',
            status: 'completed',
            id: expect.stringMatching(/^msg_\w+$/),
            content: [{ type: 'input_text', text: 'Say: hello' }],
          },
        ],
        first_id: list.data[0]?.id,
        last_id: list.data[0]?.id,
        has_more: false,
      });
    });

    it('are paged, the latest first unless asked otherwise', async () => {
      const input = Array.from({ length: 7 }, (_, index) => ({
        role: 'user',
        content: `Say: ${index}`,
        id: `msg_own_${index}`,
      }));
      const id = idOf(await create({ input }));
      const page = await items(id, '?limit=3');
      expect(page.data.map((item) => item.id)).toEqual(['msg_own_6', 'msg_own_5', 'msg_own_4']);
      expect(page).toMatchObject({ first_id: 'msg_own_6', last_id: 'msg_own_4', has_more: true });
      const next = await items(id, `?limit=100&after=${page.last_id}`);
      expect(next.data.map((item) => item.id)).toEqual(['msg_own_3', 'msg_own_2', 'msg_own_1', 'msg_own_0']);
      expect(next.has_more).toBe(false);
      expect((await items(id, '?order=asc&limit=1')).data[0]?.id).toBe('msg_own_0');
      expect(await items(id, '?after=msg_own_0')).toMatchObject({
        data: [],
        first_id: null,
        last_id: null,
        has_more: false,
      });
    });

    it('include the turns before', async () => {
      const first = await create({ input: 'Say: first' });
      const second = await create({ input: 'Say: second', previous_response_id: idOf(first) });
      const list = await items(idOf(second), '?order=asc');
      expect(list.data.filter(({ type }) => type === 'message').map(({ role }) => role)).toEqual([
        'user',
        'assistant',
        'user',
      ]);
    });

    it.each([
      ['limit=0', 'limit', 'integer_below_min_value'],
      ['limit=101', 'limit', 'integer_above_max_value'],
      ['limit=many', 'limit', 'invalid_type'],
      ['order=up', 'order', 'invalid_value'],
      ['after=msg_none', 'after', 'invalid_value'],
    ])('refuse ?%s', async (query, param, code) => {
      const answer = await gateway.get(`/v1/responses/${idOf(await create())}/input_items?${query}`);
      expect([answer.status, answer.error.param, answer.error.code]).toEqual([400, param, code]);
    });
  });

  describe('replayed', () => {
    it('are the events that went out, to the byte', async () => {
      const streamed = await create({ stream: true, input: 'Say: a text of some length, naïve 😀' });
      const events = streamed.chunksAs<Numbered>();
      const id = events[0]?.response?.id ?? '';
      const again = await retrieve(id, '?stream=true');
      expect(again.headers['content-type']).toMatch(/^text\/event-stream/);
      expect(again.text).toBe(streamed.text);
      for (const after of [0, 3, events.length - 2]) {
        const rest = await retrieve(id, `?stream=true&starting_after=${after}`);
        expect(rest.chunksAs<Numbered>()).toEqual(events.slice(after + 1));
      }
    });

    it('are a stream without events when all is known', async () => {
      const events = (await create({ stream: true })).chunksAs<Numbered>();
      const nothing = await retrieve(events[0]?.response?.id ?? '', `?stream=true&starting_after=${events.length - 1}`);
      expect(nothing.status).toBe(200);
      expect(nothing.headers['content-type']).toMatch(/^text\/event-stream/);
      expect(nothing.frames.every(({ data }) => data === undefined)).toBe(true);
    });

    it('are made again from an answer that was not streamed', async () => {
      const tools = [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }];
      for (const body of [
        {},
        { input: 'What is the weather in Paris?', tools, tool_choice: 'required', reasoning: { effort: 'low' } },
      ]) {
        const whole = await create(body);
        const events = (await retrieve(idOf(whole), '?stream=true')).chunksAs<Numbered>();
        expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
        expect(events.slice(0, 2).map(({ type }) => type)).toEqual(['response.created', 'response.in_progress']);
        expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: whole.json() });
        const rest = await retrieve(idOf(whole), '?stream=true&starting_after=4');
        expect(rest.chunksAs<Numbered>()).toEqual(events.slice(5));
      }
    });

    it.each(['?stream=yes', '?stream=true&starting_after=x', '?stream=true&starting_after=-2'])(
      'refuse %s',
      async (query) => {
        expect((await retrieve(idOf(await create()), query)).status).toBe(400);
      },
    );
  });

  it('have their input counted without asking the upstream', async () => {
    const first = await create({ input: `Say: ${'word '.repeat(400)}` });
    const sent = gateway.sent.length;
    const count = async (body: object): Promise<number> => {
      const answer = await gateway.post('/v1/responses/input_tokens', body);
      expect(answer.json()).toEqual({ object: 'response.input_tokens', input_tokens: expect.any(Number) });
      return Number(answer.json().input_tokens);
    };
    const short = await count({ model: MODEL, input: 'Hello' });
    expect(short).toBeGreaterThan(0);
    expect(short).toBeLessThan(30);
    expect(await count({ model: MODEL, input: 'Hello', previous_response_id: idOf(first) })).toBeGreaterThan(400);
    expect(await count({ input: 'Hello' })).toBe(short);
    expect(gateway.sent).toHaveLength(sent);
  });

  it.each([
    ['conversation', 'conv_1'],
    ['prompt', { id: 'pmpt_1' }],
  ])('do not make %s possible', async (param, value) => {
    const answer = await create({ [param]: value });
    expect([answer.status, answer.error.code, answer.error.param]).toEqual([400, 'unsupported_parameter', param]);
  });
});

describe('Without a store (ASBRU_RESPONSE_STORE=off)', () => {
  it('nothing is written, and what needs a store is refused by name', async () => {
    await withGateway({ env: { ASBRU_RESPONSE_STORE: 'off' } }, async (gateway) => {
      const answer = await gateway.post('/v1/responses', { ...HELLO, store: true });
      expect([answer.status, answer.json().store, answer.filtered]).toEqual([200, false, ['store']]);
      const quiet = await gateway.post('/v1/responses', HELLO);
      expect([quiet.json().store, quiet.filtered]).toEqual([false, []]);
      const strict = await gateway.post('/v1/responses', { ...HELLO, store: true }, { 'x-asbru-strict': 'true' });
      expect([strict.status, strict.error.param]).toEqual([400, 'store']);

      for (const [param, value] of [
        ['previous_response_id', 'resp_1'],
        ['background', true],
        ['conversation', 'c'],
      ] as const) {
        const refused = await gateway.post('/v1/responses', { ...HELLO, [param]: value });
        expect([refused.status, refused.error.code, refused.error.param]).toEqual([
          400,
          'unsupported_parameter',
          param,
        ]);
      }
      for (const [method, suffix] of [
        ['GET', ''],
        ['GET', '/input_items'],
        ['DELETE', ''],
        ['POST', '/cancel'],
      ] as const) {
        expect((await gateway.call(`/v1/responses/${idOf(quiet)}${suffix}`, { method })).status).toBe(404);
      }
      const message = (quiet.json().output as Item[]).find(({ type }) => type === 'message');
      const referring = await gateway.post('/v1/responses', {
        ...HELLO,
        input: [{ type: 'item_reference', id: message?.id }],
      });
      expect(referring.status).toBe(400);
    });
  });
});
