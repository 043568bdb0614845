import { Accumulated, type Answer } from '../support/answer.js';
import { Fleet, type FleetProvider, keyValue } from '../support/fleet.js';
import { frames } from '../support/sse.js';
import { within } from '../support/within.js';

const TEXT = 'the whole answer';
const MESSAGES = [{ role: 'user', content: `Say: ${TEXT}` }];
const ALPHA = 'alpha/gpt-oss-120b';
const BETA = 'beta/zai-glm-4.7';
const DOWN = { kind: 'status', status: 503, times: 'always' } as const;

/** Which of the configured targets a request goes to. */
describe('Routes', () => {
  let fleet: Fleet;

  const start = async (settings: Record<string, unknown> = {}, providers?: Record<string, FleetProvider>) => {
    // Only at this level the log says that a changed file is in use.
    const env = { ASBRU_LOG_LEVEL: 'debug' };
    fleet = await Fleet.start({ providers: providers ?? { alpha: {}, beta: {} }, settings, env });
  };
  afterEach(() => fleet.close());

  const ask = (body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Answer> =>
    within(4_000, 'an answer', fleet.gateway.chat({ model: ALPHA, messages: MESSAGES, ...body }, headers));
  const many = async (count: number, body: Record<string, unknown> = {}, headers?: Record<string, string>) => {
    for (let request = 0; request < count; request++) expect((await ask(body, headers)).status).toBe(200);
  };

  describe('fallbacks of a request', () => {
    it('of the body are asked when the model fails, and are not sent upstream', async () => {
      await start();
      fleet.sandbox('alpha').script(DOWN);
      const answer = await ask({ fallbacks: [BETA] });
      expect(answer.status).toBe(200);
      expect(answer.choice.message.content).toBe(TEXT);
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-model': 'zai-glm-4.7' });
      expect(answer.filtered).toEqual([]);
      for (const { json } of [...fleet.sent('alpha'), ...fleet.sent('beta')])
        expect(json).not.toHaveProperty('fallbacks');
      expect(fleet.counts).toEqual({ alpha: 1, beta: 1 });
    });

    it.each([BETA, ` ${BETA} , beta/gpt-oss-120b`])('of the header are asked (%s)', async (value) => {
      await start();
      fleet.sandbox('alpha').script(DOWN);
      const answer = await ask({ stream: true }, { 'x-asbru-fallbacks': value });
      expect(new Accumulated(answer.chunks).content).toBe(TEXT);
      expect(answer.headers['x-asbru-model']).toBe('zai-glm-4.7');
    });

    it('are asked in their order, those of the body first', async () => {
      await start();
      fleet.sandbox('alpha').script(DOWN);
      fleet.sandbox('beta').script({ ...DOWN, match: { model: 'qwen-3.8-27b' } });
      const answer = await ask({ fallbacks: ['beta/qwen-3.8-27b'] }, { 'x-asbru-fallbacks': BETA });
      expect(answer.headers).toMatchObject({ 'x-asbru-model': 'zai-glm-4.7', 'x-asbru-attempts': '3' });
      const models = fleet.sent('beta').map(({ json }) => (json as { model: string }).model);
      expect(models).toEqual(['qwen-3.8-27b', 'zai-glm-4.7']);
    });

    it('are left alone while the model answers', async () => {
      await start();
      await many(5, { fallbacks: [BETA] });
      expect(fleet.counts).toEqual({ alpha: 5, beta: 0 });
    });

    it.each([
      ['body', { fallbacks: ['gamma/unknown'] }, undefined],
      ['header', {}, { 'x-asbru-fallbacks': 'gamma/unknown' }],
    ])('that do not exist are a 404 before anything is asked (%s)', async (_, body, headers) => {
      await start();
      const answer = await ask(body, headers);
      expect(answer.status).toBe(404);
      expect(answer.error).toMatchObject({ code: 'model_not_found', param: 'fallbacks' });
      expect(fleet.counts).toEqual({ alpha: 0, beta: 0 });
    });

    it.each([
      ['more than eight', Array.from({ length: 9 }, () => BETA)],
      ['something that is no text', [7]],
      ['no list', BETA],
    ])('%s are a 400', async (_, fallbacks) => {
      await start();
      const answer = await ask({ fallbacks });
      expect(answer.status).toBe(400);
      expect(answer.error.param).toMatch(/^fallbacks/);
    });

    it('work for text completions and responses', async () => {
      await start();
      fleet.sandbox('alpha').script(DOWN);
      const text = await fleet.gateway.text({ model: ALPHA, fallbacks: [BETA] });
      const response = await fleet.gateway.post('/v1/responses', {
        model: ALPHA,
        input: 'Say: yes',
        fallbacks: [BETA],
      });
      for (const { status, headers } of [text, response]) {
        expect(status).toBe(200);
        expect(headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-attempts': '2' });
      }
    });
  });

  describe('names', () => {
    it('an alias, a pattern and an alias of a route lead to their targets', async () => {
      const aliases = { small: BETA, 'gpt-4o*': 'both', other: 'both' };
      await start({ models: { aliases }, routes: { both: { targets: [ALPHA, BETA] } } });
      const models: unknown[] = [];
      for (const model of ['small', 'gpt-4o-mini', 'other', 'both']) {
        models.push((await ask({ model })).headers['x-asbru-model']);
      }
      expect(models).toEqual(['zai-glm-4.7', 'gpt-oss-120b', 'gpt-oss-120b', 'gpt-oss-120b']);
    });

    it('a route as a fallback brings its own order', async () => {
      await start({ routes: { both: { targets: [BETA, 'beta/gpt-oss-120b'] } } });
      fleet.sandbox('alpha').script(DOWN);
      expect((await ask({ fallbacks: ['both'] })).headers['x-asbru-model']).toBe('zai-glm-4.7');
    });

    it('a key is used for its own models only', async () => {
      const keys = [
        { name: 'one', models: ['gpt-oss-*'] },
        { name: 'two', models: ['zai-*'] },
      ];
      await start({}, { alpha: { keys } });
      for (let request = 0; request < 4; request++) {
        await many(1);
        await many(1, { model: 'alpha/zai-glm-4.7' });
      }
      const used = fleet
        .sent('alpha')
        .map((sent) => [fleet.keyOf('alpha', sent), (sent.json as { model: string }).model]);
      expect(new Set(used.map(String))).toEqual(new Set(['one,gpt-oss-120b', 'two,zai-glm-4.7']));
    });
  });

  describe('strategies', () => {
    it('ordered: the first as long as it answers', async () => {
      await start({ routes: { both: { targets: [BETA, ALPHA] } } });
      await many(10, { model: 'both' });
      expect(fleet.counts).toEqual({ alpha: 0, beta: 10 });
    });

    it('weighted: shares by weight', async () => {
      const targets = [{ model: ALPHA, weight: 3 }, BETA];
      await start({ routes: { both: { strategy: 'weighted', targets } } });
      await many(400, { model: 'both' });
      // Five standard deviations of a fair draw of 400 with a share of 3 in 4.
      expect(Math.abs((fleet.counts.alpha ?? 0) - 300)).toBeLessThan(44);
      expect((fleet.counts.alpha ?? 0) + (fleet.counts.beta ?? 0)).toBe(400);
    });

    it('weighted: a target with more keys gets no more', async () => {
      const routes = { both: { strategy: 'weighted', targets: [ALPHA, BETA] } };
      await start({ routes }, { alpha: { keys: ['one', 'two', 'three', 'four'] }, beta: {} });
      await many(200, { model: 'both' });
      // Five standard deviations of a fair draw of 200.
      expect(Math.abs((fleet.counts.alpha ?? 0) - 100)).toBeLessThan(36);
      for (const key of ['one', 'two', 'three', 'four']) expect(fleet.sent('alpha', key).length).toBeGreaterThan(5);
    });

    it('ordered: the keys of the first share its requests', async () => {
      await start({ routes: { both: { targets: [ALPHA, BETA] } } }, { alpha: { keys: ['one', 'two'] }, beta: {} });
      await Promise.all(Array.from({ length: 60 }, () => ask({ model: 'both' })));
      expect(fleet.counts).toEqual({ alpha: 60, beta: 0 });
      for (const key of ['one', 'two']) expect(fleet.sent('alpha', key).length).toBeGreaterThan(15);
    });

    it('weighted: the other takes over when one fails', async () => {
      await start({ routes: { both: { strategy: 'weighted', targets: [ALPHA, BETA] } } });
      fleet.sandbox('alpha').script(DOWN);
      await many(40, { model: 'both' });
      expect(fleet.counts.beta).toBe(40);
      expect(fleet.counts.alpha).toBeLessThanOrEqual(5);
    });

    it('keys of equal standing: the heavier gets more, both are used', async () => {
      const keys = [{ name: 'one', weight: 3 }, 'two'];
      await start({ routing: { adaptive: { exploration_percent: 50 } } }, { alpha: { keys } });
      await many(100);
      const [one = 0, two = 0] = ['one', 'two'].map((key) => fleet.sent('alpha', key).length);
      expect(one).toBeGreaterThan(two);
      expect(two).toBeGreaterThan(5);
    });

    it('adaptive: a key that fails gets few requests, though no breaker opens', async () => {
      await start(
        { routing: { adaptive: { recompute_ms: 100 } } },
        {
          alpha: {
            keys: ['one', 'two'],
            settings: {
              breaker: { consecutive_failures: 1_000, failure_ratio: 1 },
              retries: { max: 2, base_ms: 1, budget_percent: 100 },
            },
          },
        },
      );
      const match = { apiKey: keyValue('alpha', 'one') };
      fleet.sandbox('alpha').script({ kind: 'status', status: 500, times: 'always', match });
      await many(200);
      expect(fleet.sent('alpha', 'one').length).toBeLessThan(50);
      expect(fleet.sent('alpha', 'two')).toHaveLength(200);
    });

    it('requests of a session stay with one key', async () => {
      await start({}, { alpha: { keys: ['one', 'two', 'three'] } });
      for (const session of ['a', 'b', 'c', 'd']) {
        const before = fleet.sent('alpha').length;
        await many(5, {}, { 'x-asbru-session': session });
        await many(5, { prompt_cache_key: session });
        const keys = fleet
          .sent('alpha')
          .slice(before)
          .map((sent) => fleet.keyOf('alpha', sent));
        expect(new Set(keys).size).toBe(1);
      }
    });
  });

  describe('hedging', () => {
    const hedged = { both: { targets: [ALPHA, BETA], hedge: { enabled: true, percentile: 95, min_ms: 50 } } };

    it('asks a second target when the first token is late; the first to answer wins, the other is aborted', async () => {
      await start({ routes: hedged });
      await many(40, { model: 'both', stream: true });
      expect(fleet.counts).toEqual({ alpha: 40, beta: 0 });
      fleet.sandbox('alpha').script({ kind: 'never' });
      const answer = await ask({ model: 'both', stream: true });
      expect(new Accumulated(answer.chunks)).toMatchObject({ content: TEXT, finish: 'stop' });
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-attempts': '2' });
      expect(await within(1_000, 'the abort', fleet.sent('alpha')[40]?.closed ?? Promise.reject())).toBe('aborted');
      expect(fleet.sent('beta')).toHaveLength(1);
      const line = await fleet.gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line.tried).toMatchObject([
        { provider: 'alpha', outcome: 'cancelled' },
        { provider: 'beta', cause: 'hedge', outcome: 'ok' },
      ]);
    });

    it('keeps the first target when it answers first after all', async () => {
      await start({ routes: hedged });
      await many(40, { model: 'both', stream: true });
      fleet.sandbox('alpha').script({ kind: 'slow', ms: 150 });
      fleet.sandbox('beta').script({ kind: 'never' });
      const answer = await ask({ model: 'both', stream: true });
      expect(new Accumulated(answer.chunks).content).toBe(TEXT);
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'alpha', 'x-asbru-attempts': '2' });
      expect(await within(1_000, 'the abort', fleet.sent('beta')[0]?.closed ?? Promise.reject())).toBe('aborted');
    });

    it('ends both requests when the client leaves', async () => {
      await start({ routes: hedged });
      await many(40, { model: 'both', stream: true });
      fleet.sandbox('alpha').script({ kind: 'never' });
      fleet.sandbox('beta').script({ kind: 'never' });
      const leaving = new AbortController();
      const body = { model: 'both', messages: MESSAGES, stream: true };
      const answer = fleet.gateway.open('/v1/chat/completions', { body, signal: leaving.signal }).catch(() => 'left');
      const second = await within(2_000, 'the second request', fleet.arrival('beta'));
      leaving.abort();
      expect(await answer).toBe('left');
      const first = await fleet.arrival('alpha', 41);
      const ends = within(1_000, 'the abort of both', Promise.all([first.closed, second.closed]));
      expect(await ends).toEqual(['aborted', 'aborted']);
    });

    it('goes on with the next when both fail', async () => {
      const targets = [ALPHA, BETA, 'beta/gpt-oss-120b'];
      await start({ routes: { both: { ...hedged.both, targets } } });
      await many(40, { model: 'both', stream: true });
      fleet.sandbox('alpha').script({
        kind: 'together',
        faults: [
          { kind: 'slow', ms: 300 },
          { kind: 'status', status: 503 },
        ],
      });
      fleet.sandbox('beta').script({ kind: 'status', status: 500, match: { model: 'zai-glm-4.7' } });
      const answer = await ask({ model: 'both', stream: true });
      expect(new Accumulated(answer.chunks).content).toBe(TEXT);
      expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'beta', 'x-asbru-model': 'gpt-oss-120b' });
    });

    it('does nothing for an answer that is not streamed, nor without being asked for', async () => {
      await start({ routes: { ...hedged, plain: { targets: [ALPHA, BETA] } } });
      await many(40, { model: 'both', stream: true });
      fleet.sandbox('alpha').script({ kind: 'slow', ms: 200, times: 2 });
      expect((await ask({ model: 'both' })).headers['x-asbru-attempts']).toBe('1');
      expect((await ask({ model: 'plain', stream: true })).headers['x-asbru-attempts']).toBe('1');
      expect(fleet.counts).toEqual({ alpha: 42, beta: 0 });
    });
  });

  describe('a file that changes', () => {
    it('is used for new requests, while a stream that runs goes on with the old', async () => {
      await start({}, { alpha: { keys: ['old'] } });
      fleet.sandbox('alpha').script({ kind: 'stall', afterFrames: 4, ms: 600 });
      const before = await fleet.gateway.open('/v1/chat/completions', {
        body: { model: ALPHA, messages: MESSAGES, stream: true },
      });
      const version = before.headers['x-asbru-config'];
      expect(version).toMatch(/^[0-9a-f]{12}$/);

      const settings = fleet.written;
      const { alpha } = settings.providers as { alpha: { keys: object[] } };
      alpha.keys = [{ name: 'new', value: 'csk-sandbox' }];
      await fleet.rewrite(settings);
      await within(4_000, 'the reload', fleet.gateway.log.lineWith('configuration changed'));

      const after = await ask();
      expect(after.status).toBe(200);
      expect(after.headers['x-asbru-config']).toMatch(/^[0-9a-f]{12}$/);
      expect(after.headers['x-asbru-config']).not.toBe(version);
      expect(fleet.sent('alpha').map(({ apiKey }) => apiKey)).toEqual(['csk-alpha-old', 'csk-sandbox']);
      expect(await textOf(before.body)).toBe(`${TEXT}[DONE]`);
      expect(await fleet.sent('alpha')[0]?.closed).toBe('finished');
    });

    it('and is broken changes nothing, and the log says why', async () => {
      await start();
      const { headers } = await ask();
      await fleet.rewrite('version: 1\nproviders: {}\nnonsense: true\n');
      const line = await within(4_000, 'the refusal', fleet.gateway.log.lineWith('configuration kept'));
      expect(line).toContain('nonsense');
      const answer = await ask();
      expect(answer.status).toBe(200);
      expect(answer.headers['x-asbru-config']).toBe(headers['x-asbru-config']);
    });

    it('and takes a model away: a 404 from then on', async () => {
      await start({ models: { aliases: { gone: ALPHA } } });
      expect((await ask({ model: 'gone' })).status).toBe(200);
      const { models: _models, ...settings } = fleet.written;
      await fleet.rewrite(settings);
      await within(4_000, 'the reload', fleet.gateway.log.lineWith('configuration changed'));
      expect((await ask({ model: 'gone' })).status).toBe(404);
    });
  });
});

/** The words of a stream and its end mark. */
async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const { data } of frames(body)) {
    if (data === '[DONE]') return `${text}[DONE]`;
    const { choices } = JSON.parse(data ?? '{}') as { choices?: Array<{ delta?: { content?: string } }> };
    text += choices?.[0]?.delta?.content ?? '';
  }
  return text;
}
