import { Fleet } from '../support/fleet.js';
import { withGateway } from '../support/gateway.js';

const MODEL = 'openai/text-embedding-3-small';
const EMBEDDING = { model: MODEL, input: ['one', 'two'], dimensions: 4 };

describe('operations that are relayed: JSON', () => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({
      providers: {
        openai: { type: 'openai', keys: ['a', 'b'] },
        second: { type: 'openai' },
        cerebras: {},
      },
      settings: { models: { aliases: { vectors: 'openai/text-embedding-3-large' } } },
    });
  });
  afterAll(() => fleet.close());
  beforeEach(() => fleet.reset());

  const embed = (body: Record<string, unknown> = {}, headers?: Record<string, string>) =>
    fleet.gateway.post('/v1/embeddings', { ...EMBEDDING, ...body }, headers);

  it('embeddings: the answer as it came, the upstream asked by its own id', async () => {
    const answer = await embed({ brand_new: undefined });
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers).toMatchObject({
      'x-asbru-provider': 'openai',
      'x-asbru-model': 'text-embedding-3-small',
      'x-asbru-attempts': '1',
      'x-ratelimit-limit-requests': '10000',
    });
    const { data, model, usage } = answer.json() as { data: unknown[]; model: string; usage: unknown };
    expect(data).toHaveLength(2);
    expect(data[1]).toMatchObject({
      object: 'embedding',
      index: 1,
      embedding: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
    });
    expect({ model, usage }).toEqual({ model: 'text-embedding-3-small', usage: { prompt_tokens: 2, total_tokens: 2 } });
    expect(fleet.sent('openai')[0]?.json).toEqual({
      model: 'text-embedding-3-small',
      input: ['one', 'two'],
      dimensions: 4,
    });
  });

  it.each([
    ['a string', 'one'],
    ['tokens', [1, 2, 3]],
    ['lists of tokens', [[1], [2, 3]]],
  ])('embeddings of %s', async (_, input) => {
    expect((await embed({ input })).status).toBe(200);
  });

  it('embeddings in base64 are the same numbers', async () => {
    const [floats, base64] = await Promise.all([embed(), embed({ encoding_format: 'base64' })]);
    const vector = (answer: { json(): unknown }) =>
      (answer.json() as { data: Array<{ embedding: unknown }> }).data[0]?.embedding;
    const bytes = Buffer.from(String(vector(base64)), 'base64');
    const decoded = Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
    expect(decoded).toEqual(vector(floats));
  });

  it('headers of the upstream that are its own stay there', async () => {
    const { headers } = await embed();
    for (const name of ['set-cookie', 'openai-organization', 'server', 'cf-ray', 'openai-version']) {
      expect(headers).not.toHaveProperty(name);
    }
  });

  it('logs and counts the tokens', async () => {
    const { headers } = await embed();
    const line = await fleet.gateway.log.lineOf(headers['x-request-id']);
    expect(line).toMatchObject({ route: '/v1/embeddings', provider: 'openai', input_tokens: 2, output_tokens: 0 });
  });

  it('an alias is what the answer says', async () => {
    const answer = await embed({ model: 'vectors' });
    expect((answer.json() as { model: string }).model).toBe('vectors');
    expect(answer.headers['x-asbru-model']).toBe('text-embedding-3-large');
  });

  it('a bare id that only one provider with the operation could have', async () => {
    await withOnlyOpenAi(async (other) => {
      const answer = await other.gateway.post('/v1/embeddings', { ...EMBEDDING, model: 'text-embedding-3-small' });
      expect(answer.status).toBe(200);
      // Nobody lists it: the upstream's own refusal, not one from here.
      const unknown = await other.gateway.post('/v1/embeddings', { ...EMBEDDING, model: 'nobody-has-it' });
      expect(unknown.status).toBe(404);
      expect(unknown.json()).toMatchObject({ error: { code: 'model_not_found', param: 'model' } });
      expect(other.sent('openai').at(-1)?.json).toMatchObject({ model: 'nobody-has-it' });
    });
  });

  it.each([
    [{ input: undefined }, 'input', 'missing_required_parameter'],
    [{ input: '' }, 'input', 'string_below_min_length'],
    [{ input: [] }, 'input', 'empty_array'],
    [{ input: ['a', ''] }, 'input[1]', 'string_below_min_length'],
    [{ input: ['a', 1] }, 'input[1]', 'invalid_type'],
    [{ input: [[1], ['x']] }, 'input[1]', 'invalid_type'],
    [{ input: { a: 1 } }, 'input', 'invalid_type'],
    [{ dimensions: 0 }, 'dimensions', 'integer_below_min_value'],
    [{ dimensions: 1.5 }, 'dimensions', 'invalid_type'],
    [{ encoding_format: 'hex' }, 'encoding_format', 'invalid_value'],
    [{ model: undefined }, 'model', 'missing_required_parameter'],
    [{ model: 7 }, 'model', 'invalid_type'],
    [{ user: 5 }, 'user', 'invalid_type'],
  ])('%j names the field', async (body, param, code) => {
    const answer = await embed(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { type: 'invalid_request_error', param, code } });
    expect(fleet.counts).toEqual({ openai: 0, second: 0, cerebras: 0 });
  });

  it("the upstream's own refusal names the field too", async () => {
    const answer = await embed({ brand_new: 1 });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'brand_new', code: 'unknown_parameter' } });
  });

  it('a failure is tried again with the other key', async () => {
    fleet.sandbox('openai').script({ kind: 'status', status: 500 });
    const answer = await embed();
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asbru-attempts']).toBe('2');
    expect(new Set(fleet.sent('openai').map((request) => request.apiKey)).size).toBe(2);
  });

  it('an answer that is cut before its end is asked for again', async () => {
    fleet.sandbox('openai').script({ kind: 'cut', atByte: 40, how: 'end' }, { kind: 'cut', atByte: 40, how: 'reset' });
    const answer = await embed();
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asbru-attempts']).toBe('3');
    expect((answer.json() as { data: unknown[] }).data).toHaveLength(2);
  });

  it('a page in the place of an answer is none', async () => {
    fleet.sandbox('openai').script({ kind: 'html', status: 200, times: 3 });
    const answer = await embed();
    expect(answer.status).toBe(502);
    expect(answer.text).not.toMatch(/html/i);
  });

  it('falls back to another provider, and passes over one that has no such operation', async () => {
    fleet.sandbox('openai').script({ kind: 'status', status: 503, times: 'always' });
    const answer = await embed({ fallbacks: ['cerebras/gpt-oss-120b', 'second/text-embedding-3-small'] });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asbru-provider']).toBe('second');
    expect(fleet.counts.cerebras).toBe(0);
    expect(fleet.sent('second')[0]?.json).not.toHaveProperty('fallbacks');
  });

  it('a provider without the operation says so, without a call', async () => {
    const answer = await embed({ model: 'cerebras/gpt-oss-120b' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({
      error: {
        message: 'embeddings is not supported by the cerebras provider',
        type: 'UnsupportedOperationError',
        param: null,
        code: 'unsupported_operation',
      },
    });
    expect(answer.headers).not.toHaveProperty('x-asbru-attempts', '1');
    expect(fleet.counts.cerebras).toBe(0);
  });

  it('images: whole and as events', async () => {
    const body = { model: 'openai/gpt-image-1', prompt: 'a bridge' };
    const whole = await fleet.gateway.post('/v1/images/generations', { ...body, n: 2 });
    expect((whole.json() as { data: unknown[] }).data).toHaveLength(2);
    const stream = await fleet.gateway.post('/v1/images/generations', { ...body, stream: true, partial_images: 2 });
    expect(stream.headers['content-type']).toMatch(/^text\/event-stream/);
    expect([...stream.text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
  });

  it('images: a stream that breaks ends with an error, and no sign of success', async () => {
    fleet.sandbox('openai').script({ kind: 'cut', afterFrames: 1, how: 'end' });
    const body = { model: 'openai/gpt-image-1', prompt: 'a bridge', stream: true, partial_images: 2 };
    const { text } = await fleet.gateway.post('/v1/images/generations', body);
    const events = text.trim().split('\n\n');
    expect(events[0]).toMatch(/^event: image_generation.partial_image\n/);
    expect(events.at(-1)).toMatch(/^event: error\ndata: \{"type":"error","error":\{"message":/);
    expect(text).not.toContain('completed');
  });

  it('moderations: with and without a model', async () => {
    const body = { input: 'plain violence' };
    const named = await fleet.gateway.post('/v1/moderations', { ...body, model: 'openai/omni-moderation-latest' });
    expect(named.json()).toMatchObject({ results: [{ flagged: true, categories: { violence: true } }] });
    const unnamed = await fleet.gateway.post('/v1/moderations', body, { 'x-asbru-provider': 'second' });
    expect(unnamed.status).toBe(200);
    expect(fleet.sent('second')[0]?.json).toEqual(body);
  });

  it('a request without a model, and several that could be meant', async () => {
    const answer = await fleet.gateway.post('/v1/moderations', { input: 'x' });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: 'x-asbru-provider' } });
    expect(answer.text).toContain("'openai' or 'second'");
    const wrong = await fleet.gateway.post('/v1/moderations', { input: 'x' }, { 'x-asbru-provider': 'http://evil' });
    expect(wrong.status).toBe(400);
    const unable = await fleet.gateway.post('/v1/moderations', { input: 'x' }, { 'x-asbru-provider': 'cerebras' });
    expect(unable.json()).toMatchObject({ error: { type: 'UnsupportedOperationError' } });
  });

  it('works at the base that OpenAI clients are given', async () => {
    expect((await fleet.gateway.post('/openai/embeddings', EMBEDDING)).status).toBe(200);
    expect((await fleet.gateway.post('/openai/v1/embeddings', EMBEDDING)).status).toBe(200);
  });

  async function withOnlyOpenAi(step: (other: Fleet) => Promise<void>): Promise<void> {
    const other = await Fleet.start({ providers: { openai: { type: 'openai' }, cerebras: {} } });
    try {
      await step(other);
    } finally {
      await other.close();
    }
  }
});

describe('operations that are relayed, where no provider has them', () => {
  it('are refused whatever is sent, without a look at it', async () => {
    await withGateway({}, async (gateway) => {
      const send = (type: string, body: string) =>
        gateway.call('/v1/embeddings', { body, headers: { 'content-type': type } });
      for (const [type, body] of [
        ['application/json', '{"model":'],
        ['application/json', ''],
        ['multipart/form-data; boundary=b', '--b--'],
        ['multipart/form-data', 'x'],
        ['nonsense', 'x'],
      ] as const) {
        const answer = await send(type, body);
        expect(answer.status).toBe(400);
        expect(answer.json()).toEqual({
          error: {
            message: 'embeddings is not supported by the cerebras provider',
            type: 'UnsupportedOperationError',
            param: null,
            code: 'unsupported_operation',
          },
        });
      }
      expect(gateway.sent).toHaveLength(0);
    });
  });
});
