import { until } from '../support/within.js';
import { bearer, Governed, type HeldKey, MODELS } from '../support/governed.js';
import { ask, codeIn, ENVELOPES, errorOf } from '../support/governed-calls.js';

const SHORT = { max_completion_tokens: 20 };

describe('Limits', () => {
  let governed: Governed;

  beforeAll(async () => {
    governed = await Governed.start();
  });
  afterEach(() => governed.reset());
  afterAll(() => governed.close());

  const limited = (limit: Record<string, unknown>, terms: Record<string, unknown> = {}): Promise<HeldKey> =>
    governed.key({ rate_limits: [{ window: '1h', ...limit }], ...terms });
  const used = async (key: HeldKey): Promise<number | undefined> => (await governed.standing(key)).rate_limits[0]?.used;

  describe.each(ENVELOPES)('in the dialect of $name', (asking) => {
    it('of requests refuse the one too many, and say when there is room', async () => {
      const key = await limited({ metric: 'requests', limit: 2, window: '30s' });
      const first = await ask(governed.gateway, asking, bearer(key.key));
      expect([first.status, (await ask(governed.gateway, asking, bearer(key.key))).status]).toEqual([200, 200]);
      const answer = await ask(governed.gateway, asking, bearer(key.key));
      const error = errorOf(answer, asking.envelope);
      expect(error).toMatchObject({ status: 429, code: codeIn(asking.envelope, 'rate_limit_exceeded') });
      expect(error.message).toContain('2 requests in 30s of this API key');
      const seconds = Number(answer.headers['retry-after']);
      expect(seconds).toBeGreaterThan(0);
      expect(seconds).toBeLessThanOrEqual(30);
      expect(Math.ceil(Number(answer.headers['retry-after-ms']) / 1_000)).toBe(seconds);
      expect(answer.headers['x-should-retry']).toBe('true');
      expect(await used(key)).toBe(2);
    });
  });

  it('of a minute are waited out by SDKs, which wait no longer than that', async () => {
    for (let turn = 0; turn < 10; turn++) {
      const key = await limited({ metric: 'requests', limit: 1, window: '1m' });
      expect((await governed.chat(key, SHORT)).status).toBe(200);
      const { status, headers } = await governed.chat(key, SHORT);
      expect([status, headers['retry-after'], headers['x-should-retry']]).toEqual([429, '60', 'true']);
      expect(Number(headers['retry-after-ms'])).toBeLessThanOrEqual(60_000);
    }
  });

  it('are told as OpenAI does, in answers of either kind', async () => {
    const key = await governed.key({
      rate_limits: [
        { metric: 'requests', limit: 60, window: '1m' },
        { metric: 'total_tokens', limit: 6_000, window: '1m' },
      ],
      budgets: [{ amount_usd: '5.00', period: 'month' }],
    });
    for (const body of [SHORT, { ...SHORT, stream: true }]) {
      const { headers } = await governed.chat(key, body);
      expect(headers['x-ratelimit-limit-requests']).toBe('60');
      expect(headers['x-ratelimit-limit-tokens']).toBe('6000');
      expect(Number(headers['x-ratelimit-remaining-requests'])).toBeLessThan(60);
      expect(Number(headers['x-ratelimit-remaining-tokens'])).toBeLessThan(6_000);
      expect(headers['x-ratelimit-reset-requests']).toMatch(/^[\dhms.]+s$/);
      expect(headers['x-asbru-budget-remaining']).toMatch(/^4\.99/);
    }
  });

  it.each([
    ['input_tokens', 'prompt_tokens'],
    ['output_tokens', 'completion_tokens'],
    ['total_tokens', 'total_tokens'],
  ] as const)('of %s count what was used when it is known, and refuse when it is too much', async (metric, name) => {
    const key = await limited({ metric, limit: 60 });
    const { completion } = await governed.chat(key, SHORT);
    expect(await used(key)).toBe(completion.usage?.[name]);
    let answer = await governed.chat(key, SHORT);
    for (let n = 0; n < 20 && answer.status === 200; n++) answer = await governed.chat(key, SHORT);
    expect([answer.status, answer.error.code]).toEqual([429, 'rate_limit_exceeded']);
    expect(answer.error.message).toContain(metric.replace('_', ' '));
    // A wait that no SDK should sit out.
    expect(answer.headers['x-should-retry']).toBe('false');
    // The last one that was let in may have used more than it was taken to.
    expect((await used(key)) ?? 0).toBeLessThanOrEqual(60 + (completion.usage?.[name] ?? 0));
  });

  it('refuse a prompt that never fits, without a time to come back', async () => {
    const key = await limited({ metric: 'input_tokens', limit: 10 });
    const answer = await governed.chat(key, { messages: [{ role: 'user', content: 'word '.repeat(200) }] });
    expect([answer.status, answer.headers['retry-after'], answer.headers['x-should-retry']]).toEqual([
      429,
      undefined,
      'false',
    ]);
    expect(await used(key)).toBe(0);
  });

  it('of calls at once refuse one too many, and let the next in when one has ended', async () => {
    const key = await governed.key({ rate_limits: [{ metric: 'concurrency', limit: 2 }] });
    governed.script('cerebras', { kind: 'never', times: 2 });
    const leaving = new AbortController();
    const running = [1, 2].map(() =>
      governed.gateway
        .open('/v1/chat/completions', {
          body: { model: MODELS.cerebras, messages: [{ role: 'user', content: 'hi' }] },
          headers: bearer(key.key),
          signal: leaving.signal,
        })
        .catch(() => undefined),
    );
    await until(5_000, 'both to be under way', () => governed.fleet.counts.cerebras === 2);
    const answer = await governed.chat(key);
    expect([answer.status, answer.error.code, answer.headers['retry-after']]).toEqual([
      429,
      'concurrency_limit_exceeded',
      '1',
    ]);
    leaving.abort();
    await Promise.all(running);
    let next = await governed.chat(key);
    for (let n = 0; n < 100 && next.status === 429; n++) next = await governed.chat(key);
    expect(next.status).toBe(200);
  });

  it('for some models bind those', async () => {
    const key = await limited({ metric: 'requests', limit: 1, models: ['gemini*'] });
    for (let n = 0; n < 3; n++) expect((await governed.chat(key, SHORT)).status).toBe(200);
    expect((await governed.chat(key, { model: MODELS.gemini })).status).toBe(200);
    expect((await governed.chat(key, { model: MODELS.gemini })).status).toBe(429);
    expect((await governed.chat(key, SHORT)).status).toBe(200);
  });

  it('of all levels hold, and a refused call drains none of them', async () => {
    const team = await governed.make('teams', {
      name: 'Crowd',
      rate_limits: [{ metric: 'requests', limit: 3, window: '1h' }],
    });
    const terms = { team_id: team.id, budgets: [{ amount_usd: '5', period: 'month' }] };
    const [one, other] = [await limited({ metric: 'requests', limit: 2 }, terms), await governed.key(terms)];
    expect([(await governed.chat(one)).status, (await governed.chat(one)).status]).toEqual([200, 200]);
    for (let n = 0; n < 5; n++) expect((await governed.chat(one)).status).toBe(429);
    // The five took nothing from the team.
    expect((await governed.chat(other)).status).toBe(200);
    const refused = await governed.chat(other);
    expect([refused.status, refused.error.message]).toEqual([429, expect.stringContaining("team 'Crowd'")]);
    expect(await governed.settled(one)).toMatchObject({ held_usd: '0.00' });
    expect(
      (await governed.standing(one)).rate_limits.map(({ used: taken }) => taken).toSorted((a, b) => a - b),
    ).toEqual([2, 3]);
  });
});
