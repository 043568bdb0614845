import { bearer, type Entity, Governed, type HeldKey, micros, MODELS } from '../support/governed.js';
import { ask, type Asking, ASKINGS, codeIn, errorOf } from '../support/governed-calls.js';
import { form as formOf, FORM_TYPE, type FormPart } from '../support/multipart.js';

const LONG = `Say: ${'word '.repeat(400)}`;
const user = (content: string) => [{ role: 'user', content }];

describe('Money', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start();
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const nextMonth = (): string => {
    const now = new Date();
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
  };

  describe.each(ASKINGS)('for $name', (asking) => {
    it('that a budget has no room for is refused: which one, how much, and until when', async () => {
      const key = await governed.keyWith({ amount_usd: '0.00', name: 'Nothing left' });
      const answer = await ask(governed.gateway, asking, bearer(key.key));
      const error = errorOf(answer, asking.envelope);
      expect(error).toMatchObject({ status: 402, code: codeIn(asking.envelope, 'budget_exceeded') });
      expect(answer.headers['x-should-retry']).toBe('false');
      expect(answer.headers['retry-after']).toBeUndefined();
      for (const part of ["'Nothing left'", 'this API key', '$0.00 of $0.00', 'may cost up to $0.', nextMonth()]) {
        expect(error.message).toContain(part);
      }
      expect(governed.fleet.counts).toEqual({ cerebras: 0, openai: 0, anthropic: 0, gemini: 0 });
      const [budget] = (await governed.standing(key)).budgets;
      expect([budget?.spent_usd, budget?.held_usd]).toEqual(['0.00', '0.00']);
    });

    const forms: Array<[string, Asking]> = [['whole', asking]];
    if (asking.streamed) forms.push(['streamed', { ...asking, body: { ...asking.body, ...asking.streamed } }]);
    it.each(forms)('is billed as the upstream counts it, %s, and nothing stays held', async (_form, form) => {
      const key = await governed.keyWith({ amount_usd: '5.00' }, { tags: ['cost-center:7'] });
      const answer = await ask(governed.gateway, form, bearer(key.key));
      expect(answer.status).toBe(200);
      const [record, ...more] = await governed.records(1, key);
      expect(more).toEqual([]);
      expect(record).toMatchObject({
        request_id: answer.headers['x-request-id'],
        provider: asking.provider,
        outcome: 'ok',
        usage_source: 'upstream',
        cause: 'first',
        tags: ['cost-center:7'],
        ...usageIn(answer.text),
      });
      expect(record?.price_id).not.toBeNull();
      expect(record?.cost_micros).toBeGreaterThan(0);
      const budget = await governed.settled(key);
      expect(micros(budget.spent_usd)).toBe(record?.cost_micros);
    });
  });

  it('of batches has no price, so that a hard budget refuses them', async () => {
    const body = { input_file_id: 'file-1', endpoint: '/v1/chat/completions', completion_window: '24h' };
    const key = await governed.keyWith({ amount_usd: '5.00' });
    const answer = await governed.gateway.post('/v1/batches', body, {
      ...bearer(key.key),
      'x-asbru-provider': 'openai',
    });
    expect([answer.status, answer.error.code, answer.headers['x-should-retry']]).toEqual([
      403,
      'model_not_priced',
      'false',
    ]);
    expect(governed.fleet.counts.openai).toBe(0);
  });

  it.each([
    ['/v1/images/generations', { model: 'openai/gpt-image-1', prompt: 'a cat' }],
    ['/v1/audio/speech', { model: 'openai/tts-1', input: 'hello', voice: 'alloy' }],
  ])('of a model without a price is refused under a hard budget, or allowed and flagged: %s', async (path, body) => {
    const [hard, allowed] = [
      await governed.keyWith({ amount_usd: '5.00' }),
      await governed.keyWith({ amount_usd: '5.00' }, { on_unpriced: 'allow' }),
    ];
    const soft = await governed.keyWith({ amount_usd: '5.00', mode: 'soft' });
    const refused = await governed.gateway.post(path, body, bearer(hard.key));
    expect([refused.status, refused.error.code]).toEqual([403, 'model_not_priced']);
    for (const key of [allowed, soft]) {
      const answer = await governed.gateway.post(path, body, bearer(key.key));
      expect([answer.status, answer.headers['x-asbru-unpriced']]).toEqual([200, 'true']);
      expect((await governed.records(1, key))[0]).toMatchObject({ price_id: null, cost_micros: 0 });
    }
  });

  it('of images is held and billed for each of them', async () => {
    const body = { model: 'openai/gpt-image-1', prompt: 'a cat', n: 3 };
    const override = await governed.make('prices/overrides', {
      provider: 'openai',
      model: 'gpt-image-1',
      usd_per_image: '0.04',
      input_usd_per_million: '5.00',
      output_usd_per_million: '0.00',
    });
    const narrow = await governed.keyWith({ amount_usd: '0.10' });
    const refused = await governed.gateway.post('/v1/images/generations', body, bearer(narrow.key));
    expect([refused.status, refused.error.code]).toEqual([402, 'budget_exceeded']);
    const key = await governed.keyWith({ amount_usd: '1.00' });
    expect((await governed.gateway.post('/v1/images/generations', body, bearer(key.key))).status).toBe(200);
    const [record] = await governed.records(1, key);
    expect(record?.cost_micros).toBeGreaterThanOrEqual(120_000);
    await governed.owner.call('DELETE', `/admin/v1/prices/overrides/${override.id}`);
  });

  it.each([
    ['a hard budget', { budgets: [{ amount_usd: '10', period: 'month' }] }, 'has a hard budget'],
    ['some models only', { allowed_models: ['gpt-image-1'] }, 'may use some models only'],
    ['a denied model', { denied_models: ['dall-e-3'] }, 'may use some models only'],
  ])('is not left to the provider by a key with %s', async (_, terms, why) => {
    const key = await governed.key(terms);
    const headers = { ...bearer(key.key), 'x-asbru-provider': 'openai' };
    const large: FormPart[] = [
      { name: 'image', filename: 'a.png', content: Buffer.alloc(1_500_000, 7) },
      { name: 'prompt', content: 'a hat' },
    ];
    const asked = [
      await governed.gateway.post('/v1/images/generations', { prompt: 'a cat' }, headers),
      await governed.gateway.call('/v1/images/edits', {
        body: formOf(...large),
        headers: { ...headers, ...FORM_TYPE },
      }),
    ];
    for (const { status, error } of asked) {
      expect({ status, error }).toMatchObject({
        status: 400,
        error: { param: 'model', code: 'missing_required_parameter' },
      });
      expect(error.message).toContain(why);
    }
    expect(governed.fleet.counts.openai).toBe(0);
    const free = await governed.key();
    const open = { ...bearer(free.key), 'x-asbru-provider': 'openai' };
    expect((await governed.gateway.post('/v1/images/generations', { prompt: 'a cat' }, open)).status).toBe(200);
  });

  describe('of images from a form', () => {
    const MODEL: FormPart = { name: 'model', content: 'openai/gpt-image-1' };
    const PROMPT: FormPart = { name: 'prompt', content: 'a cat' };
    const image = (bytes: number): FormPart => ({ name: 'image', filename: 'a.png', content: Buffer.alloc(bytes, 7) });
    const count = (n: number): FormPart => ({ name: 'n', content: String(n) });
    /** More than is kept of a form, so that what follows is not known before it is sent. */
    const LARGE = 1_500_000;
    let override: Entity;

    beforeAll(async () => {
      const rates = { usd_per_image: '0.04', input_usd_per_million: '0.00', output_usd_per_million: '0.00' };
      override = await governed.make('prices/overrides', { provider: 'openai', model: 'gpt-image-1', ...rates });
    });
    afterAll(() => governed.owner.call('DELETE', `/admin/v1/prices/overrides/${override.id}`));

    const send = (key: HeldKey, path: string, ...parts: FormPart[]) =>
      governed.gateway.call(path, { body: formOf(...parts), headers: { ...FORM_TYPE, ...bearer(key.key) } });

    it.each([
      ['edits, the number first', '/v1/images/edits', [count(3), MODEL, PROMPT, image(20_000)], 3],
      ['edits, the number last', '/v1/images/edits', [MODEL, PROMPT, image(20_000), count(3)], 3],
      ['variations', '/v1/images/variations', [MODEL, image(20_000), count(2)], 2],
      ['edits of a large image', '/v1/images/edits', [MODEL, PROMPT, count(4), image(LARGE)], 4],
      ['edits without a number', '/v1/images/edits', [MODEL, PROMPT, image(20_000)], 1],
    ] as const)('is held and billed for each of them: %s', async (_, path, parts, images) => {
      const cost = images * 0.04;
      const narrow = await governed.keyWith({ amount_usd: (cost - 0.01).toFixed(2) });
      const refused = await send(narrow, path, ...parts);
      expect([refused.status, refused.error.code]).toEqual([402, 'budget_exceeded']);
      const key = await governed.keyWith({ amount_usd: cost.toFixed(2) });
      expect((await send(key, path, ...parts)).status).toBe(200);
      expect((await governed.records(1, key))[0]?.cost_micros).toBe(images * 40_000);
      expect((await governed.settled(key)).remaining_usd).toBe('0.00');
    });

    it('is held for ten while a large image is before the number, and billed for those that were wanted', async () => {
      const parts = [MODEL, PROMPT, image(LARGE), count(2)];
      const narrow = await governed.keyWith({ amount_usd: '0.39' });
      const refused = await send(narrow, '/v1/images/edits', ...parts);
      expect([refused.status, refused.error.code]).toEqual([402, 'budget_exceeded']);
      const key = await governed.keyWith({ amount_usd: '0.40' });
      expect((await send(key, '/v1/images/edits', ...parts)).status).toBe(200);
      expect((await governed.records(1, key))[0]?.cost_micros).toBe(80_000);
      expect((await governed.settled(key)).spent_usd).toBe('0.08');
    });
  });

  describe.each([
    ['relayed', '/v1/messages'],
    ['converted', '/v1/chat/completions'],
  ])('of prompts that Anthropic caches, %s', (_form, path) => {
    const rates = (write: number, long: number) =>
      governed.make('prices/overrides', {
        provider: 'anthropic',
        model: 'claude-sonnet-4-5-20250929',
        input_usd_per_million: '3.00',
        cached_input_usd_per_million: '0.30',
        cache_write_usd_per_million: String(write),
        cache_write_long_usd_per_million: String(long),
        output_usd_per_million: '15.00',
      });

    const body = (salt: string) => {
      const system = ['1h', '5m'].map((ttl) => ({
        type: 'text',
        text: `${salt} ${ttl} ${'word '.repeat(1_500)}`,
        cache_control: { type: 'ephemeral', ttl },
      }));
      const common = { model: MODELS.anthropic, max_tokens: 50 };
      return path === '/v1/messages'
        ? { ...common, system, messages: user('Say: hello') }
        : { ...common, messages: [{ role: 'system', content: system }, ...user('Say: hello')] };
    };

    it.each([
      ['whole', false],
      ['streamed', true],
    ])('is dearer for what is kept for an hour, %s', async (form, stream) => {
      const override = await rates(3.75, 6);
      const key = await governed.keyWith({ amount_usd: '5.00' });
      const answer = await governed.gateway.post(path, { ...body(`${path} ${form}`), stream }, bearer(key.key));
      expect(answer.status).toBe(200);
      const [record] = await governed.records(1, key);
      const { input_tokens = 0, cache_write_tokens = 0, output_tokens = 0, cost_micros } = record ?? {};
      // The same text twice, one for each time: half of what is written, but for a token or two.
      const long = cache_write_tokens / 2;
      expect(cache_write_tokens).toBeGreaterThan(3_000);
      const others = (input_tokens - cache_write_tokens) * 3 + output_tokens * 15;
      const expected = others + long * 6 + (cache_write_tokens - long) * 3.75;
      expect(Math.abs((cost_micros ?? 0) - expected)).toBeLessThan(20);
      expect(micros((await governed.settled(key)).spent_usd)).toBe(cost_micros);
      await governed.owner.call('DELETE', `/admin/v1/prices/overrides/${override.id}`);
    });

    it('are held for at the price of being kept', async () => {
      const override = await rates(3.75, 5_000);
      const key = await governed.keyWith({ amount_usd: '1.00' });
      const answer = await governed.gateway.post(path, body(`${path} held`), bearer(key.key));
      expect(answer.status).toBe(402);
      await governed.owner.call('DELETE', `/admin/v1/prices/overrides/${override.id}`);
    });
  });

  it('of embeddings is held for all of their text', async () => {
    const key = await governed.keyWith({ amount_usd: '0.0001' });
    const answer = await governed.gateway.post(
      '/v1/embeddings',
      { model: MODELS.embeddings, input: Array.from({ length: 50 }, () => 'word '.repeat(200)) },
      bearer(key.key),
    );
    expect([answer.status, answer.error.code]).toEqual([402, 'budget_exceeded']);
  });

  it('of a soft budget that is used up is noted, and the call goes on', async () => {
    const key = await governed.keyWith({ amount_usd: '0.00', mode: 'soft', name: 'Hint' });
    const answer = await governed.chat(key);
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asbru-budget-exceeded']).toBe('Hint');
    expect(answer.headers['x-asbru-budget-remaining']).toBe('0.00');
    const [record] = await governed.records(1, key);
    expect(micros((await governed.settled(key)).spent_usd)).toBe(record?.cost_micros);
  });

  it('is added by an override while that holds', async () => {
    const day = 86_400_000;
    const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
    const over = { amount_usd: '1.00', from: at(-day), until: at(day) };
    const now = await governed.keyWith({ amount_usd: '0.00', overrides: [over] });
    const later = await governed.keyWith({ amount_usd: '0.00', overrides: [{ ...over, from: at(day / 2) }] });
    expect([(await governed.chat(now)).status, (await governed.chat(later)).status]).toEqual([200, 402]);
  });

  it('of a budget for some models binds those, by whatever name they are called', async () => {
    const key = await governed.keyWith({ amount_usd: '0.00', models: ['gpt-oss*'] });
    expect((await governed.chat(key)).status).toBe(402);
    expect((await governed.chat(key, { model: 'gpt-oss-120b' })).status).toBe(402);
    expect((await governed.chat(key, { model: MODELS.gemini })).status).toBe(200);
    const provider = await governed.keyWith({ amount_usd: '0.00', providers: ['gemini'] });
    expect((await governed.chat(provider)).status).toBe(200);
    expect((await governed.chat(provider, { model: MODELS.gemini })).status).toBe(402);
  });

  it('of any level above the key binds it, and the refusal names that one', async () => {
    const customer = await governed.make('customers', { name: 'Acme' });
    const team = await governed.make('teams', { name: 'Platform', customer_id: customer.id });
    const key = await governed.key({ team_id: team.id, budgets: [{ amount_usd: '1', period: 'day' }] });
    expect((await governed.chat(key)).status).toBe(200);
    await governed.make('budgets', {
      level: 'customer',
      level_id: customer.id,
      name: 'Spring',
      amount_usd: '0',
      period: 'prepaid',
    });
    const answer = await governed.chat(key);
    expect(answer.status).toBe(402);
    for (const part of ["'Spring'", "customer 'Acme'", 'prepaid']) expect(answer.error.message).toContain(part);
    // The refusal of one takes nothing from the others.
    expect(await governed.settled(key)).toMatchObject({ held_usd: '0.00' });
  });

  it('is held by the bound of the answer: the caller’s, the key’s, or the model’s', async () => {
    // $0.75 for a million: 1,000 tokens are $0.00075, and 40,960 are $0.03.
    const small = await governed.keyWith({ amount_usd: '0.001' });
    expect((await governed.chat(small)).status).toBe(402);
    expect((await governed.chat(small, { max_completion_tokens: 1_000 })).status).toBe(200);
    expect((await governed.chat(small, { max_completion_tokens: 1_000, n: 2 })).status).toBe(402);
    const bounded = await governed.keyWith({ amount_usd: '0.001' }, { max_output_tokens: 1_000 });
    expect((await governed.chat(bounded)).status).toBe(200);
    // It was not only taken to be so: the upstream was told.
    expect(governed.fleet.sent('cerebras').at(-1)?.json).toMatchObject({ max_completion_tokens: 1_000 });
    // A larger one of the caller's is lowered, and the answer says so.
    const lowered = await governed.chat(bounded, { max_completion_tokens: 30_000 });
    expect(lowered.status).toBe(200);
    expect(lowered.headers['x-asbru-transformed-params']).toContain('max_completion_tokens');
    expect(governed.fleet.sent('cerebras').at(-1)?.json).toMatchObject({ max_completion_tokens: 1_000 });
  });

  it('of calls that failed is nothing, and each has its row', async () => {
    const key = await governed.keyWith({ amount_usd: '5.00' });
    governed.script('cerebras', { kind: 'status', status: 500 });
    expect((await governed.chat(key)).status).toBeGreaterThanOrEqual(500);
    const [record] = await governed.records(1, key);
    expect(record).toMatchObject({ outcome: 'upstream_error', status: 500, cost_micros: 0, usage_source: 'none' });
    expect((await governed.settled(key)).spent_usd).toBe('0.00');
  });

  it('of a prompt that is counted is nothing', async () => {
    const key = await governed.keyWith({ amount_usd: '0.00' });
    const body = { model: MODELS.anthropic, messages: user(LONG) };
    expect((await governed.gateway.post('/v1/messages/count_tokens', body, bearer(key.key))).status).toBe(200);
  });

  it('of what runs at once is never more than there is', async () => {
    // Room for three calls of at most 1,000 tokens each.
    const key = await governed.keyWith({ amount_usd: '0.0024' });
    governed.script('cerebras', { kind: 'slow', ms: 200, times: 'always' });
    const asked = Array.from({ length: 20 }, () => governed.chat(key, { max_completion_tokens: 1_000 }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect([statuses.filter((one) => one === 200).length, statuses.filter((one) => one === 402).length]).toEqual([
      3, 17,
    ]);
    const records = await governed.records(3, key);
    const total = records.reduce((sum, { cost_micros }) => sum + cost_micros, 0);
    expect(micros((await governed.settled(key)).spent_usd)).toBe(total);
  });
});

/** What an answer of any dialect says of its tokens, as the ledger has them. */
function usageIn(text: string): { input_tokens: number; output_tokens: number } {
  const bodies =
    text.startsWith('data:') || text.startsWith('event:')
      ? text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [line.slice(6)] : []))
      : [text];
  const usage: Record<string, number> = {};
  for (const body of bodies) Object.assign(usage, foundUsage(JSON.parse(body)));
  const sum = (...names: string[]): number => names.reduce((total, name) => total + (usage[name] ?? 0), 0);
  return {
    input_tokens: sum('prompt_tokens', 'input_tokens', 'promptTokenCount'),
    output_tokens: sum('completion_tokens', 'output_tokens', 'candidatesTokenCount', 'thoughtsTokenCount'),
  };
}

interface WithUsage {
  readonly usage?: Record<string, number> | null;
  readonly usageMetadata?: Record<string, number>;
  readonly message?: WithUsage;
  readonly response?: WithUsage;
}

function foundUsage({ usage, usageMetadata, message, response }: WithUsage): Record<string, number> {
  if (usage) return usage;
  return usageMetadata ?? (message ? foundUsage(message) : response ? foundUsage(response) : {});
}
