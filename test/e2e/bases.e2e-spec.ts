import { CHAT, startGateway, type TestGateway, TEXT } from '../support/gateway.js';

describe('The bases that people write in their SDKs', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  beforeEach(() => gateway.reset());
  afterAll(() => gateway.close());

  it.each(['/v1', '/openai/v1', '/openai', '/langchain/v1', '/langchain', '/litellm/v1', '/litellm', '/pydanticai/v1'])(
    '%s is the OpenAI API',
    async (base) => {
      const chat = await gateway.post(`${base}/chat/completions`, CHAT);
      expect(chat.status).toBe(200);
      expect((await gateway.post(`${base}/completions`, TEXT)).status).toBe(200);
      const response = await gateway.post(`${base}/responses`, { model: CHAT.model, input: 'Say: hello' });
      expect(response.json()).toMatchObject({ object: 'response', status: 'completed' });
      const models = await gateway.get(`${base}/models`);
      expect(models.json()).toMatchObject({ object: 'list' });
      expect((await gateway.get(`${base}/models/cerebras/gpt-oss-120b`)).status).toBe(200);
    },
  );

  it('a query stays with its path', async () => {
    expect((await gateway.get('/openai/models?limit=5')).status).toBe(200);
  });

  it('an unknown path below a base is named as it was written, in the form of its dialect', async () => {
    const openai = await gateway.post('/openai/v1/nothing', {});
    expect(openai.status).toBe(404);
    expect(openai.json()).toMatchObject({ error: { code: 'not_found' } });
    expect(openai.text).toContain('/openai/v1/nothing');
    const anthropic = await gateway.post('/anthropic/v1/nothing', {});
    expect(anthropic.status).toBe(404);
    expect(anthropic.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
    const gemini = await gateway.post('/genai/nothing', {});
    expect(gemini.status).toBe(404);
    expect(gemini.json()).toMatchObject({ error: { code: 404, status: 'NOT_FOUND' } });
  });

  it('a wrong method below a base says which is right', async () => {
    const answer = await gateway.call('/openai/chat/completions', { method: 'PUT', body: {} });
    expect(answer.status).toBe(405);
    expect(answer.headers['allow']).toContain('POST');
  });

  it.each(['/%6fpenai/v1/models', '/openai//v1/models', '/openai/../v1/models', '//openai/v1/models'])(
    '%s is no way around the routes',
    async (path) => {
      expect((await gateway.get(path)).status).toBe(404);
    },
  );
});
