import { request } from 'undici';
import { Fleet, keyValue } from '../support/fleet.js';
import { Answer } from '../support/answer.js';

const MODEL = 'openai/gpt-5-mini';
const TOOL = {
  type: 'function',
  name: 'get_weather',
  description: 'The weather of a city',
  parameters: {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  },
  strict: true,
};
const SCENARIOS = {
  plain: { input: 'Say: hello' },
  unicode: { input: 'Say: Übergrößenträger 🌈 "quoted"' },
  tools: { input: 'What is the weather in Oslo?', tools: [TOOL], tool_choice: 'required' },
  'hosted tools': { input: 'Say: found', tools: [{ type: 'web_search' }] },
  'a limit': { input: 'Count to 100', max_output_tokens: 16 },
  instructions: {
    instructions: 'Be brief.',
    input: [{ role: 'user', content: [{ type: 'input_text', text: 'Say: yes' }] }],
  },
};

/** The ids and times that are new in every answer. */
function stable(text: string): string {
  return text.replace(/\b(resp|msg|fc|ws|call)_[\w-]+/g, '$1').replace(/"(created_at|completed_at)":\s*\d+/g, '"$1":0');
}

describe('the Responses API of a provider that has it', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: { openai: { type: 'openai', keys: ['a', 'b'] }, cerebras: {} },
      settings: { models: { aliases: { mine: 'openai/gpt-5-mini' } } },
    });
  });
  afterAll(() => fleet.close());
  beforeEach(() => fleet.reset());

  const create = (body: Record<string, unknown>, headers?: Record<string, string>) =>
    fleet.gateway.post('/v1/responses', { model: MODEL, ...body }, headers);

  async function direct(body: Record<string, unknown>): Promise<Answer> {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(`${fleet.sandbox('openai').url}/v1/responses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keyValue('openai', 'a')}` },
      body: JSON.stringify({ model: 'gpt-5-mini', ...body }),
    });
    return new Answer(statusCode, headers, await answer.text());
  }

  it.each(Object.entries(SCENARIOS))('%s: a stream is the one that comes without the gateway', async (_, body) => {
    const [through, without] = await Promise.all([
      create({ ...body, stream: true }),
      direct({ ...body, stream: true }),
    ]);
    expect(through.status).toBe(200);
    expect(stable(through.text)).toBe(stable(without.text));
    expect(through.text).toMatch(/"type":"response\.(completed|incomplete)"/);
  });

  it.each(Object.entries(SCENARIOS))('%s: a whole answer too', async (_, body) => {
    const [through, without] = await Promise.all([create(body), direct(body)]);
    expect(through.status).toBe(200);
    expect(stable(through.text)).toBe(stable(without.text));
  });

  it('the request goes as it came', async () => {
    const body = {
      input: 'Say: hi',
      reasoning: { effort: 'low' },
      text: { verbosity: 'low' },
      metadata: { a: 'b' },
      store: false,
    };
    await create(body);
    expect(fleet.sent('openai')[0]?.json).toEqual({ model: 'gpt-5-mini', ...body });
  });

  it('an alias is what all its events say', async () => {
    const { text } = await create({ model: 'mine', input: 'Say: hi', stream: true });
    expect([...text.matchAll(/"model":"([^"]*)"/g)].map(([, model]) => model)).toEqual(['mine', 'mine', 'mine']);
    const whole = await create({ model: 'mine', input: 'Say: hi' });
    expect(whole.json()).toMatchObject({ model: 'mine', object: 'response' });
  });

  it.each([true, false])('usage is logged (stream: %s)', async (stream) => {
    const { headers } = await create({ input: 'Say: hi', stream });
    const line = await fleet.gateway.log.lineOf(headers['x-request-id']);
    expect(line).toMatchObject({
      provider: 'openai',
      input_tokens: expect.any(Number),
      output_tokens: 1,
      finish_reason: 'stop',
    });
  });

  it('a failure before the first piece is tried again', async () => {
    fleet.sandbox('openai').script({ kind: 'cut', afterFrames: 2, how: 'end' });
    const answer = await create({ input: 'Say: hi', stream: true });
    expect(answer.headers['x-asbru-attempts']).toBe('2');
    expect(answer.text.match(/response\.created"/g)).toHaveLength(1);
    expect(answer.text).toContain('response.completed');
  });

  it('a response that fails before its first piece is an error of HTTP', async () => {
    const failed = {
      type: 'response.failed',
      sequence_number: 1,
      response: { id: 'resp_1', error: { code: 'server_error', message: 'Broke.' } },
    };
    const frames = [`event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`];
    fleet.sandbox('openai').script({ kind: 'raw-frames', frames, times: 3 });
    const answer = await create({ input: 'Say: hi', stream: true });
    expect(answer.status).toBe(502);
    expect(answer.error.message).toBe('Broke.');
  });

  it('a response that fails later ends with its own event', async () => {
    const delta = { type: 'response.output_text.delta', sequence_number: 4, delta: 'Hel' };
    const failed = {
      type: 'response.failed',
      sequence_number: 5,
      response: { id: 'resp_1', error: { code: 'server_error', message: 'Broke.' } },
    };
    const frames = [delta, failed].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    fleet.sandbox('openai').script({ kind: 'raw-frames', frames, gapMs: 5 });
    const answer = await create({ input: 'Say: hi', stream: true });
    expect(answer.text).toBe(frames.join(''));
    const line = await fleet.gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({ error: { fault: 'upstream' } });
  });

  it('a stream that breaks ends with one error event', async () => {
    fleet.sandbox('openai').script({ kind: 'cut', afterFrames: 5, how: 'reset' });
    const { text } = await create({ input: 'Count to 50', stream: true });
    const events = text.trim().split('\n\n');
    expect(events).toHaveLength(6);
    expect(JSON.parse(events[5]?.split('\ndata: ')[1] ?? '')).toMatchObject({
      type: 'error',
      sequence_number: 5,
      code: 'upstream_error',
      error: { type: 'server_error' },
    });
    expect(text).not.toContain('response.completed');
  });

  it("the upstream's refusal is the caller's", async () => {
    const answer = await create({ input: 'x', tools: [{ type: 'web_search' }], brand_new: true });
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ param: 'brand_new', code: 'unknown_parameter' });
  });

  it.each([true, false])('what is stored is stored here, and the conversation goes on (stream: %s)', async (stream) => {
    const first = await create({ input: 'Say: one', stream });
    expect(fleet.sent('openai')[0]?.json).toMatchObject({ store: false });
    const id = /"id":\s*"(resp_[^"]*)"/.exec(first.text)?.[1] ?? '';
    const found = await fleet.gateway.get(`/v1/responses/${id}`);
    expect(found.json()).toMatchObject({ id, status: 'completed', store: true, output: [{ type: 'message' }] });

    const second = await create({ input: 'Say: two', previous_response_id: id, stream });
    const sent = fleet.sent('openai')[1]?.json as { input: unknown[] };
    expect(sent).not.toHaveProperty('previous_response_id');
    expect(sent.input).toMatchObject([{ role: 'user' }, { role: 'assistant' }, { role: 'user' }]);
    const shown = [...second.text.matchAll(/"previous_response_id":\s*("[^"]*"|null)/g)].map(([, value]) => value);
    expect(new Set(shown)).toEqual(new Set([`"${id}"`]));
    if (stream) expect((await fleet.gateway.get(`/v1/responses/${id}?stream=true`)).text).toBe(first.text);

    const items = await fleet.gateway.get(
      `/v1/responses/${/"id":\s*"(resp_[^"]*)"/.exec(second.text)?.[1]}/input_items`,
    );
    expect(items.status).toBe(200);
    expect((await fleet.gateway.call(`/v1/responses/${id}`, { method: 'DELETE' })).json()).toMatchObject({
      deleted: true,
    });
  });

  it('a conversation may change to a provider that is asked by way of chat, and back', async () => {
    const first = await create({ input: 'Say: one' });
    const model = 'cerebras/gpt-oss-120b';
    const second = await create({ model, input: 'Say: two', previous_response_id: first.json().id });
    expect(second.status).toBe(200);
    const third = await create({ input: 'Say: three', previous_response_id: second.json().id });
    expect(third.status).toBe(200);
    const last = fleet.sent('openai').at(-1);
    const { input } = (last?.json ?? {}) as { input: Array<Record<string, unknown>> };
    expect(input.filter(({ type }) => type === 'reasoning')).toEqual([]);
    expect(input.filter(({ role }) => role === 'user')).toHaveLength(3);
  });

  it('with store: false nothing is kept, here or there', async () => {
    const answer = await create({ input: 'Say: x', store: false });
    expect(answer.json()).toMatchObject({ store: false });
    expect((await fleet.gateway.get(`/v1/responses/${String(answer.json().id)}`)).status).toBe(404);
  });

  it('falls back to a provider that is asked by way of chat', async () => {
    fleet.sandbox('openai').script({ kind: 'status', status: 503, times: 'always' });
    const body = { input: 'Say: hello', fallbacks: ['cerebras/gpt-oss-120b'] };
    const whole = await create(body);
    expect(whole.headers['x-asbru-provider']).toBe('cerebras');
    expect(whole.json()).toMatchObject({ object: 'response', status: 'completed', model: 'gpt-oss-120b' });
    const stream = await create({ ...body, stream: true });
    expect(stream.headers['x-asbru-provider']).toBe('cerebras');
    expect(stream.text).toMatch(/event: response\.completed\n/);
  });

  it('a provider without it still answers by way of chat, and refuses what chat cannot mean', async () => {
    const answer = await create({ model: 'cerebras/gpt-oss-120b', input: 'Say: hello' });
    expect(answer.status).toBe(200);
    const refused = await create({ model: 'cerebras/gpt-oss-120b', input: 'x', tools: [{ type: 'web_search' }] });
    expect(refused.status).toBe(400);
    expect(refused.headers).not.toHaveProperty('x-asbru-attempts');
  });
});
