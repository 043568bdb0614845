import { bearer, Governed, type HeldKey, MODELS } from '../support/governed.js';
import { ask, codeIn, ENVELOPES, errorOf } from '../support/governed-calls.js';

describe('What a key may call', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start({
      providers: {
        cerebras: { keys: ['main', 'vip'] },
        openai: { type: 'openai' },
        anthropic: { type: 'anthropic' },
        gemini: { type: 'gemini' },
      },
      settings: { models: { aliases: { fast: MODELS.cerebras, smart: MODELS.anthropic } } },
    });
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const none = { cerebras: 0, openai: 0, anthropic: 0, gemini: 0 };
  const refusal = async (key: HeldKey, body: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const answer = await governed.chat(key, body, headers);
    return `${answer.status} ${answer.status === 200 ? '' : answer.error.code}`.trim();
  };

  describe.each(ENVELOPES)('in the dialect of $name', (asking) => {
    it.each([
      ['a key that allows nothing', { allowed_providers: [], allowed_models: [] }, 'provider_not_allowed'],
      ['another provider', { allowed_providers: ['gemini'] }, 'provider_not_allowed'],
      ['another model', { allowed_models: ['claude*'] }, 'model_not_allowed'],
      ['a denied model', { denied_models: ['gpt-oss*'] }, 'model_not_allowed'],
      ['another scope', { scopes: ['embeddings'] }, 'scope_not_allowed'],
      ['other keys of providers', { allowed_upstream_keys: ['openai/*'] }, 'provider_not_allowed'],
    ])('%s: 403, and nobody is asked', async (_what, terms, code) => {
      const key = await governed.key(terms);
      const answer = await ask(governed.gateway, asking, bearer(key.key));
      expect(errorOf(answer, asking.envelope)).toMatchObject({ status: 403, code: codeIn(asking.envelope, code) });
      expect(governed.fleet.counts).toEqual(none);
    });
  });

  it('by an alias is what the alias stands for, and may be denied by that or by its own name', async () => {
    expect(await refusal(await governed.key({ allowed_models: ['fast'] }), { model: 'fast' })).toBe('200');
    expect(await refusal(await governed.key({ allowed_models: ['gpt-oss-120b'] }), { model: 'fast' })).toBe('200');
    expect(await refusal(await governed.key({ denied_models: ['fast'] }), { model: 'fast' })).toBe(
      '403 model_not_allowed',
    );
    expect(await refusal(await governed.key({ denied_models: ['claude*'] }), { model: 'smart' })).toBe(
      '403 model_not_allowed',
    );
    expect(await refusal(await governed.key({ allowed_models: ['fast'] }), { model: 'smart' })).toBe(
      '403 model_not_allowed',
    );
  });

  it('is no more by way of fallbacks, in header or body', async () => {
    const key = await governed.key({ allowed_models: ['gpt-oss*'] });
    governed.script('cerebras', { kind: 'status', status: 500, times: 'always' });
    for (const [body, headers] of [
      [{ fallbacks: [MODELS.gemini] }, {}],
      [{}, { 'x-asbru-fallbacks': MODELS.gemini }],
    ] as const) {
      expect((await governed.chat(key, body, headers)).status).toBeGreaterThanOrEqual(500);
    }
    expect(governed.fleet.counts).toMatchObject({ gemini: 0, openai: 0, anthropic: 0 });
    const wide = await governed.key();
    expect((await governed.chat(wide, { fallbacks: [MODELS.gemini] })).status).toBe(200);
  });

  it('tells no more of a model that is not there than of one that is forbidden', async () => {
    const key = await governed.key({ allowed_models: ['gpt-oss*'] });
    const said = async (model: string) => (await governed.chat(key, { model })).text.replaceAll(model, 'MODEL');
    const forbidden = await said('zai-glm-4.7');
    expect(JSON.parse(forbidden)).toMatchObject({ error: { code: 'model_not_allowed' } });
    expect(await said('no-such-model')).toBe(forbidden);
    expect(await said('cerebras/no-such-model')).toBe(forbidden);
    expect(await refusal(key, { model: 'gpt-oss-none' })).toBe('404 model_not_found');
  });

  it('is all that the lists of models show, in each dialect', async () => {
    const key = await governed.key({
      allowed_providers: ['cerebras', 'gemini'],
      allowed_models: ['gpt-oss*', 'gemini-2.5-flash'],
    });
    const list = async (path: string, headers: Record<string, string> = {}): Promise<string[]> => {
      const answer = await governed.gateway.get(path, { ...bearer(key.key), ...headers });
      const { data, models } = answer.json() as { data?: Array<{ id: string }>; models?: Array<{ name: string }> };
      return [...(data ?? []).map(({ id }) => id), ...(models ?? []).map(({ name }) => name)];
    };
    for (const shown of [
      await list('/v1/models'),
      await list('/v1/models', { 'anthropic-version': '2023-06-01' }),
      await list('/v1beta/models'),
    ]) {
      expect(shown.length).toBeGreaterThan(0);
      for (const id of shown) expect(id).toMatch(/gpt-oss|gemini-2\.5-flash$|^fast$/);
    }
    const get = async (path: string) => (await governed.gateway.get(path, bearer(key.key))).status;
    expect(await get('/v1/models/gpt-oss-120b')).toBe(200);
    const hidden = await Promise.all([get('/v1/models/zai-glm-4.7'), get('/v1/models/no-such-model')]);
    expect(new Set(hidden).size).toBe(1);
    expect(hidden[0]).toBeGreaterThanOrEqual(403);
    const gemini = await Promise.all([get('/v1beta/models/gemini-2.5-pro'), get('/v1beta/models/gemini-none')]);
    expect(new Set(gemini).size).toBe(1);
    expect(gemini[0]).toBeGreaterThanOrEqual(403);
  });

  it('is asked with the keys of providers that it is bound to', async () => {
    const key = await governed.key({ allowed_upstream_keys: ['cerebras/vip'] });
    for (let n = 0; n < 6; n++) expect((await governed.chat(key)).status).toBe(200);
    const keys = governed.fleet.sent('cerebras').map((request) => governed.fleet.keyOf('cerebras', request));
    expect(new Set(keys)).toEqual(new Set(['vip']));
    governed.script('cerebras', { kind: 'status', status: 401, times: 'always' });
    expect((await governed.chat(key)).status).toBeGreaterThanOrEqual(500);
    expect(governed.fleet.sent('cerebras', 'main')).toEqual([]);
  });

  it.each([
    ['embeddings', '/v1/embeddings', { model: MODELS.embeddings, input: 'x' }],
    ['images', '/v1/images/generations', { model: 'openai/gpt-image-1', prompt: 'x' }],
    ['audio', '/v1/audio/speech', { model: 'openai/tts-1', input: 'x', voice: 'alloy' }],
    ['moderations', '/v1/moderations', { model: 'openai/omni-moderation-latest', input: 'x' }],
    ['batches', '/v1/batches', {}],
    ['files', '/v1/files', undefined],
    ['models', '/v1/models', undefined],
    ['routing', '/v1/routing/explain?model=gpt-oss-120b', undefined],
  ])('needs the scope %s', async (scope, path, body) => {
    const others = [
      'inference',
      'embeddings',
      'images',
      'audio',
      'moderations',
      'files',
      'batches',
      'models',
      'routing',
    ];
    const key = await governed.key({ scopes: others.filter((one) => one !== scope) });
    const answer = await governed.gateway.call(path, { method: body ? 'POST' : 'GET', body, headers: bearer(key.key) });
    expect([answer.status, answer.error.code]).toEqual([403, 'scope_not_allowed']);
    expect(governed.fleet.counts).toEqual(none);
  });

  describe('of stored responses', () => {
    const create = async (key: HeldKey, more: Record<string, unknown> = {}) =>
      governed.gateway.post('/v1/responses', { model: MODELS.cerebras, input: 'Say: hello', ...more }, bearer(key.key));

    it('is his own, for whoever else asks', async () => {
      const [one, other] = [await governed.key(), await governed.key()];
      const id = String((await create(one)).json().id);
      const get = (key: HeldKey, path: string, method: 'GET' | 'DELETE' | 'POST' = 'GET') =>
        governed.gateway.call(path, { method, headers: bearer(key.key) });
      expect((await get(one, `/v1/responses/${id}`)).status).toBe(200);
      for (const [path, method] of [
        [`/v1/responses/${id}`, 'GET'],
        [`/v1/responses/${id}/input_items`, 'GET'],
        [`/v1/responses/${id}/cancel`, 'POST'],
        [`/v1/responses/${id}`, 'DELETE'],
      ] as const) {
        const foreign = await get(other, path, method);
        const unknown = await get(other, path.replace(id, `${id.slice(0, -4)}0000`), method);
        expect([path, foreign.status]).toEqual([path, 404]);
        expect(unknown.status).toBe(404);
        expect(foreign.text).toBe(unknown.text.replaceAll(`${id.slice(0, -4)}0000`, id));
      }
      expect((await create(other, { previous_response_id: id })).status).toBe(400);
      expect((await create(one, { previous_response_id: id })).status).toBe(200);
    });

    it('is none where content is not to be stored', async () => {
      const key = await governed.key({ store_content: false });
      const answer = await create(key);
      expect([answer.status, answer.json().store]).toEqual([200, false]);
      const id = String(answer.json().id);
      expect((await governed.gateway.get(`/v1/responses/${id}`, bearer(key.key))).status).toBe(404);
    });
  });
});

describe('Policies', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start({
      settings: { models: { aliases: { fast: MODELS.cerebras, smart: MODELS.anthropic } } },
    });
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const team = async (rule: Record<string, unknown>): Promise<HeldKey> => {
    const { id } = await governed.make('teams', { name: 'ruled' });
    await governed.make('policies', { name: 'The rule', expression: 'true', scope: 'team', scope_id: id, ...rule });
    return governed.key({ team_id: id });
  };
  const user = (text: string) => [{ role: 'user', content: text }];
  const FORMS = [
    {
      ...ENVELOPES[0],
      name: 'chat',
      envelope: 'openai' as const,
      path: '/v1/chat/completions',
      body: { model: MODELS.cerebras, messages: user('Tell a long story') },
    },
    {
      name: 'responses',
      envelope: 'openai' as const,
      path: '/v1/responses',
      body: { model: MODELS.cerebras, input: 'Tell a long story' },
    },
    {
      name: 'messages',
      envelope: 'anthropic' as const,
      path: '/v1/messages',
      body: { model: MODELS.cerebras, max_tokens: 500, messages: user('Tell a long story') },
    },
    {
      name: 'messages, relayed',
      envelope: 'anthropic' as const,
      path: '/v1/messages',
      body: { model: MODELS.anthropic, max_tokens: 500, messages: user('Tell a long story') },
    },
    {
      name: 'generateContent',
      envelope: 'gemini' as const,
      path: '/v1beta/models/gemini-2.5-flash:generateContent',
      body: { contents: [{ role: 'user', parts: [{ text: 'Tell a long story' }] }] },
    },
  ];

  describe.each(FORMS)('in $name', ({ path, body, envelope }) => {
    const post = (key: HeldKey) => governed.gateway.post(path, body, bearer(key.key));

    it('deny with their own words', async () => {
      const answer = await post(await team({ effect: 'deny', message: 'Not on Mondays.' }));
      expect(errorOf(answer, envelope)).toEqual({
        status: 403,
        code: codeIn(envelope, 'policy_denied'),
        message: 'Not on Mondays.',
      });
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(Object.values(governed.fleet.counts)).toEqual([0, 0, 0, 0]);
    });

    it('route to another model', async () => {
      const answer = await post(await team({ effect: 'route_to', target_model: MODELS.openai }));
      expect(answer.status).toBe(200);
      expect(governed.fleet.counts).toEqual({ cerebras: 0, openai: 1, anthropic: 0, gemini: 0 });
    });

    it('do not route to what the key may not use', async () => {
      const { id } = await governed.make('teams', { name: 'ruled' });
      const rule = { name: 'x', expression: 'true', effect: 'route_to', target_model: MODELS.openai };
      await governed.make('policies', { ...rule, scope: 'team', scope_id: id });
      const key = await governed.key({ team_id: id, denied_models: ['gpt-4o*'] });
      expect((await post(key)).status).toBe(403);
      expect(governed.fleet.counts.openai).toBe(0);
    });

    it('cap the answer', async () => {
      const key = await team({ effect: 'cap', caps: { max_completion_tokens: 20 } });
      expect((await post(key)).status).toBe(200);
      const [record] = await governed.records(1, key);
      expect(record?.output_tokens).toBeLessThanOrEqual(20);
      expect(record?.output_tokens).toBeGreaterThan(0);
    });
  });

  describe('hold for the upstream model, whatever led to it', () => {
    const chat = (key: HeldKey, body: Record<string, unknown>, headers: Record<string, string> = {}) =>
      governed.chat(key, body, headers);

    it('an alias', async () => {
      const key = await team({ effect: 'deny', models: ['anthropic/*'] });
      expect(await chat(key, { model: 'smart' })).toMatchObject({ status: 403, error: { code: 'policy_denied' } });
      expect((await chat(key, { model: 'fast' })).status).toBe(200);
      expect(governed.fleet.counts).toEqual({ cerebras: 1, openai: 0, anthropic: 0, gemini: 0 });
    });

    it('a fallback, in header or body', async () => {
      const denial = { effect: 'deny', models: ['gemini/*'], message: 'No Gemini.' };
      const key = await team(denial);
      governed.script('cerebras', { kind: 'status', status: 500, times: 'always' });
      for (const answer of [
        await chat(key, { fallbacks: [MODELS.gemini] }),
        await chat(key, {}, { 'x-asbru-fallbacks': MODELS.gemini }),
      ]) {
        expect(answer.status).toBeGreaterThanOrEqual(500);
        expect(answer.headers['x-asbru-policy']).toBe('The%20rule');
      }
      expect(governed.fleet.counts).toMatchObject({ gemini: 0 });
      const other = await chat(key, { fallbacks: [MODELS.gemini, MODELS.openai] });
      expect(other.status).toBe(200);
      expect(governed.fleet.counts).toMatchObject({ gemini: 0, openai: 1 });
    });

    it('the target of another rule', async () => {
      const { id } = await governed.make('teams', { name: 'twice ruled' });
      const rule = { name: 'there', expression: 'true', effect: 'route_to', target_model: MODELS.openai };
      await governed.make('policies', { ...rule, scope: 'team', scope_id: id });
      const denial = { name: 'not there', expression: 'model.startsWith("openai/")', effect: 'deny' };
      await governed.make('policies', { ...denial, scope: 'team', scope_id: id });
      const answer = await chat(await governed.key({ team_id: id }), { model: MODELS.cerebras });
      expect(answer).toMatchObject({ status: 403, error: { code: 'policy_denied' } });
      expect(answer.headers['x-asbru-policy']).toBe('there,not%20there');
    });

    it('the one that a bare name stands for, which is capped', async () => {
      const key = await team({ effect: 'cap', models: ['cerebras/*'], caps: { max_completion_tokens: 7 } });
      const model = MODELS.cerebras.slice(MODELS.cerebras.indexOf('/') + 1);
      expect((await chat(key, { model })).status).toBe(200);
      expect(governed.fleet.sent('cerebras').at(-1)?.json).toMatchObject({ max_completion_tokens: 7 });
    });
  });

  it('stand in the log, also those that are tried out', async () => {
    const key = await team({ effect: 'deny', dry_run: true });
    const answer = await governed.chat(key, {});
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('x-asbru-policy');
    const line = await governed.gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({ policies: [{ name: 'The rule', effect: 'deny', dryRun: true }] });
  });
});
