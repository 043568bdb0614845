import type { Answer } from '../support/answer.js';
import { Fleet } from '../support/fleet.js';
import { startGateway, type TestGateway, withGateway } from '../support/gateway.js';

const MESSAGES = [{ role: 'user', content: 'Say: hello' }];
const ASKS = {
  chat: ['/v1/chat/completions', { messages: MESSAGES }],
  completions: ['/v1/completions', { prompt: 'Hello' }],
  responses: ['/v1/responses', { input: 'Say: hello' }],
  messages: ['/anthropic/v1/messages', { messages: MESSAGES, max_tokens: 64 }],
} as const;
type Surface = keyof typeof ASKS;
const SURFACES = Object.keys(ASKS) as Surface[];
const NAMES = ['claude-fast', 'claude-opus-9-20270101', 'fast'];

/** Each `model` that an answer says, in all its frames. */
function modelsIn(answer: Answer): string[] {
  const documents = answer.text.startsWith('{')
    ? [answer.json()]
    : answer.frames.flatMap(({ data }) =>
        data === undefined || data === '[DONE]' ? [] : [JSON.parse(data) as unknown],
      );
  return documents.flatMap((document) => {
    const { model, response, message } = document as Record<string, Record<string, unknown>>;
    return [model, response?.['model'], message?.['model']].filter((name) => name !== undefined).map(String);
  });
}

describe('Names of other vendors’ models', () => {
  describe('that are aliases', () => {
    let fleet: Fleet;

    beforeAll(async () => {
      fleet = await Fleet.start({
        providers: { cerebras: {} },
        settings: {
          models: { aliases: { 'claude-fast': 'cerebras/gpt-oss-120b', 'claude-*': 'fast' } },
          routes: { fast: { targets: ['cerebras/gpt-oss-120b'] } },
        },
      });
    });
    afterAll(() => fleet.close());
    beforeEach(() => fleet.reset());

    it.each(
      SURFACES.flatMap((surface) =>
        NAMES.flatMap((name) => [false, true].map((stream) => [surface, name, stream] as const)),
      ),
    )('%s of %s (stream: %s) says the caller’s name; the headers say who answered', async (surface, name, stream) => {
      const [path, body] = ASKS[surface];
      const answer = await fleet.gateway.post(path, { model: name, stream, ...body });
      expect(answer.status).toBe(200);
      const models = modelsIn(answer);
      expect(models.length).toBeGreaterThan(0);
      expect(new Set(models)).toEqual(new Set([name]));
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'cerebras', 'x-asbru-model': 'gpt-oss-120b' });
      expect(fleet.sent('cerebras').map(({ json }) => (json as { model: string }).model)).toEqual(['gpt-oss-120b']);
    });

    it('are in the list of models when they are exact, and can be retrieved', async () => {
      const { data } = JSON.parse((await fleet.gateway.get('/v1/models?limit=1000')).text) as {
        data: Array<{ id: string; display_name: string; type: string }>;
      };
      expect(data.map(({ id }) => id)).not.toContain('claude-*');
      const listed = data.find(({ id }) => id === 'claude-fast');
      expect(listed).toMatchObject({ type: 'model', display_name: expect.stringContaining('claude-fast') });
      const alone = await fleet.gateway.get('/anthropic/v1/models/claude-fast');
      expect(alone.json()).toEqual(listed);
    });

    it('Claude Code is shown each model under a name of its own, which comes before a pattern', async () => {
      const asClaudeCode = { 'user-agent': 'claude-code/2.1.330', 'anthropic-version': '2023-06-01' };
      const list = await fleet.gateway.get('/anthropic/v1/models?limit=1000', asClaudeCode);
      const ids = (JSON.parse(list.text) as { data: Array<{ id: string }> }).data.map(({ id }) => id);
      const name = 'claude-cerebras-zai-glm-4.7';
      expect(ids).toEqual(expect.arrayContaining(['cerebras/zai-glm-4.7', 'claude-fast', name]));
      const others = (await fleet.gateway.get('/anthropic/v1/models')).text;
      expect(others).not.toContain(name);

      const answer = await fleet.gateway.post('/anthropic/v1/messages', { ...ASKS.messages[1], model: name });
      expect(answer.json()).toMatchObject({ model: name });
      expect(answer.headers['x-asbru-model']).toBe('zai-glm-4.7');
      const alone = await fleet.gateway.get(`/anthropic/v1/models/${name}`);
      expect(alone.json()).toMatchObject({ id: name, context_length: expect.any(Number) });
    });

    it('and no alias: the refusal says which line is missing', async () => {
      const answer = await fleet.gateway.chat({ model: 'gpt-4o' });
      expect(answer.status).toBe(404);
      expect(answer.error).toMatchObject({
        code: 'model_not_found',
        param: 'model',
        message: expect.stringContaining("'gpt-4*': cerebras/gpt-oss-120b under models.aliases in asbru.yaml"),
      });
    });
  });

  describe('without a file', () => {
    let sandboxed: TestGateway;

    beforeAll(async () => {
      sandboxed = await startGateway({ env: { CEREBRAS_API_KEY: '' } });
    });
    afterAll(() => sandboxed.close());

    it.each(['claude-3-5-sonnet-20241022', 'gpt-4o-mini', 'gemini-2.5-flash', 'o3', 'anthropic/claude-opus-4'])(
      'the sandbox answers for %s, and says so',
      async (model) => {
        const answer = await sandboxed.chat({ model });
        expect(answer.status).toBe(200);
        expect(answer.completion.model).toBe(model);
        expect(answer.headers).toMatchObject({ 'x-asbru-model': 'gpt-oss-120b', 'x-asbru-sandbox': 'true' });
      },
    );

    it('a misspelt name is still a 404', async () => {
      expect((await sandboxed.chat({ model: 'gpt-oss-120' })).status).toBe(404);
    });

    it('with a key, the refusal names the setting; with the setting, the alias answers', async () => {
      await withGateway({}, async (gateway) => {
        const { error, status } = await gateway.chat({ model: 'claude-opus-9' });
        expect(status).toBe(404);
        expect(error.message).toContain("ASBRU_MODEL_ALIASES='claude-*=cerebras/gpt-oss-120b'");
      });
      const env = { ASBRU_MODEL_ALIASES: 'claude-*=cerebras/gpt-oss-120b' };
      await withGateway({ env }, async (gateway) => {
        const answer = await gateway.chat({ model: 'claude-opus-9' });
        expect(answer.completion.model).toBe('claude-opus-9');
        expect(gateway.sentBody['model']).toBe('gpt-oss-120b');
      });
    });
  });

  it('go to their vendor where it is configured, also when no list has them', async () => {
    const fleet = await Fleet.start({
      providers: { cerebras: {}, claude: { type: 'anthropic' } },
      settings: {
        models: {
          aliases: {
            'gpt-4*': 'cerebras/gpt-oss-120b',
            'claude-*': 'cerebras/gpt-oss-120b',
            'claude-old': 'cerebras/gpt-oss-120b',
          },
        },
      },
    });
    try {
      const ask = (model: string) => fleet.gateway.chat({ model, messages: MESSAGES, max_tokens: 64 });
      const known = await ask('claude-opus-4-6');
      expect(known.headers).toMatchObject({ 'x-asbru-provider': 'claude' });
      expect(known.status).toBe(200);
      // Its vendor says what it thinks of it.
      for (const model of ['claude-opus-99', 'anthropic/claude-opus-99']) {
        const unknown = await ask(model);
        expect(unknown.headers).toMatchObject({ 'x-asbru-provider': 'claude', 'x-asbru-model': 'claude-opus-99' });
        expect(unknown.status).toBe(404);
      }
      expect((await ask('claude-old')).headers).toMatchObject({ 'x-asbru-provider': 'cerebras' });
      expect((await ask('gpt-4o')).headers).toMatchObject({ 'x-asbru-provider': 'cerebras' });
    } finally {
      await fleet.close();
    }
  });
});
