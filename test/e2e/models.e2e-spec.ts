import { startGateway, type TestGateway, withGateway } from '../support/gateway.js';

interface Model {
  id: string;
  object: string;
  created: number;
  owned_by: string;
  context_length: number | null;
  supported_parameters: string[] | null;
}

interface Page {
  object: string;
  data: Model[];
  has_more: boolean;
  first_id: string;
  last_id: string;
}

describe('Models', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  afterAll(() => gateway.close());

  const list = async (query = '', headers: Record<string, string> = {}) => {
    const answer = await gateway.get(`/v1/models${query}`, headers);
    expect(answer.status).toBe(200);
    return JSON.parse(answer.text) as Page;
  };

  it('#74 the list has OpenAI’s form', async () => {
    const { object, data } = await list();
    expect(object).toBe('list');
    expect(data.length).toBeGreaterThan(0);
    for (const model of data) {
      expect(model).toMatchObject({
        id: expect.stringMatching(/^cerebras\/./),
        object: 'model',
        owned_by: expect.any(String),
      });
      expect(Number.isInteger(model.created)).toBe(true);
    }
    expect(new Set(data.map(({ id }) => id)).size).toBe(data.length);
  });

  it('#74 an Anthropic client gets a page that it understands', async () => {
    const page = await list('?limit=1000', { 'anthropic-version': '2023-06-01', 'x-api-key': 'k' });
    expect(page.has_more).toBe(false);
    expect(page.first_id).toBe(page.data[0]?.id);
    expect(page.last_id).toBe(page.data.at(-1)?.id);
    expect(page.data[0]).toMatchObject({
      type: 'model',
      display_name: expect.any(String),
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it('#74 the list comes without a redirect, in less than three seconds', async () => {
    const begin = performance.now();
    await list('?limit=1000');
    expect(performance.now() - begin).toBeLessThan(3_000);
  });

  it("the guide's three models are there and answer", async () => {
    const ids = (await list()).data.map(({ id }) => id);
    for (const id of ['cerebras/llama-3.3-70b', 'cerebras/llama-3.2-90b', 'cerebras/llama-3-8b']) {
      expect(ids).toContain(id);
      expect((await gateway.chat({ model: id })).status).toBe(200);
    }
  });

  it.each(['cerebras/gpt-oss-120b', 'cerebras%2Fgpt-oss-120b', 'cerebras%2fgpt-oss-120b', 'gpt-oss-120b'])(
    '#75 %s is found',
    async (path) => {
      const answer = await gateway.get(`/v1/models/${path}`);
      expect(answer.status).toBe(200);
      expect(answer.json()).toMatchObject({
        id: 'cerebras/gpt-oss-120b',
        object: 'model',
        context_length: 131_072,
      });
    },
  );

  it.each(['nothing', 'cerebras/nothing', 'cerebras%2Fnothing', 'a/b/c', '%00', '%F0%9F%98%80'])(
    '#75 %s is 404',
    async (path) => {
      const answer = await gateway.get(`/v1/models/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', param: 'model', code: 'model_not_found' });
    },
  );

  it('#75 HEAD is answered without a body', async () => {
    const answer = await gateway.call('/v1/models', { method: 'HEAD' });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe('');
  });

  it('every listed model answers under its id', async () => {
    const served = new Set([
      'gpt-oss-120b',
      'qwen-3.8-27b',
      'gemma-4-31b',
      'zai-glm-4.7',
      'llama-3.3-70b',
      'llama-3.2-90b',
      'llama-3-8b',
    ]);
    for (const { id } of (await list()).data) {
      const answer = await gateway.chat({ model: id });
      expect(answer.status).toBe(served.has(id.slice('cerebras/'.length)) ? 200 : 404);
    }
  });

  it('a list that the upstream does not give is the catalogue', async () => {
    await withGateway({ upstream: 'http://127.0.0.1:1' }, async (lonely) => {
      const answer = await lonely.get('/v1/models');
      expect(answer.status).toBe(200);
      expect(answer.headers['x-asbru-models']).toBe('catalogue');
      expect((JSON.parse(answer.text) as Page).data.map(({ id }) => id)).toContain('cerebras/gpt-oss-120b');
    });
  });
});

describe('The built-in sandbox', () => {
  it('answers when there is no key, and says so on every answer', async () => {
    await withGateway({ env: { CEREBRAS_API_KEY: '' } }, async (gateway) => {
      const answers = [
        await gateway.chat(),
        await gateway.get('/v1/models'),
        await gateway.get('/nothing'),
        await gateway.chat({ n: 0 }),
      ];
      expect(answers.map(({ headers }) => headers['x-asbru-sandbox'])).toEqual(['true', 'true', 'true', 'true']);
      expect(gateway.sent).toHaveLength(0);
    });
  });

  it('is not named when there is a key', async () => {
    await withGateway({}, async (gateway) => {
      expect((await gateway.chat()).headers).not.toHaveProperty('x-asbru-sandbox');
    });
  });
});
