import type { SandboxFault } from '../../src/gateway/providers/sandbox/sandbox-fault.js';
import { Accumulated, type Answer } from '../support/answer.js';
import { Fleet, type FleetProvider, keyValue } from '../support/fleet.js';
import { RawUpstream } from '../support/raw-upstream.js';
import { within } from '../support/within.js';

const MODEL = 'alpha/gpt-oss-120b';
const ROUTE = { settings: { routes: { both: { targets: [MODEL, 'beta/zai-glm-4.7'] } } } };
const TEXT = 'the whole answer';
const MESSAGES = [{ role: 'user', content: `Say: ${TEXT}` }];
const ALWAYS = { times: 'always' } as const;
/** pino's number. */
const ERROR_LEVEL = 50;

/** What an upstream can show before the first token, and what the client, the upstreams and the log see of it. */
describe('Failures before the first token', () => {
  let fleet: Fleet | undefined;

  afterEach(async () => {
    await fleet?.close();
    fleet = undefined;
  });

  const start = async (providers: Record<string, FleetProvider>, settings: object = {}): Promise<Fleet> => {
    fleet = await Fleet.start({ providers, ...settings });
    return fleet;
  };
  /** Two keys of one provider. */
  const twoKeys = (settings?: Record<string, unknown>): Promise<Fleet> =>
    start({ alpha: { keys: ['one', 'two'], settings } });
  /** A route with a primary and a fallback of another model. */
  const primaryAndFallback = (settings?: Record<string, unknown>): Promise<Fleet> =>
    start({ alpha: { settings }, beta: {} }, ROUTE);
  const ask = (running: Fleet, body: Record<string, unknown> = {}, headers?: Record<string, string>): Promise<Answer> =>
    within(4_000, 'an answer', running.gateway.chat({ model: MODEL, messages: MESSAGES, ...body }, headers));

  const contentOf = (answer: Answer): string | null =>
    answer.headers['content-type'] === 'application/json; charset=utf-8'
      ? answer.choice.message.content
      : new Accumulated(answer.chunks).content;
  const expectAnswer = (answer: Answer, provider: string, model: string, attempts: number): void => {
    expect(answer.status).toBe(200);
    expect(contentOf(answer)).toBe(TEXT);
    expect(answer.headers).toMatchObject({
      'x-asbru-provider': provider,
      'x-asbru-model': model,
      'x-asbru-attempts': String(attempts),
    });
  };
  const expectPrimary = (answer: Answer, attempts: number): void =>
    expectAnswer(answer, 'alpha', 'gpt-oss-120b', attempts);
  const expectFallback = (answer: Answer, attempts: number): void =>
    expectAnswer(answer, 'beta', 'zai-glm-4.7', attempts);

  describe('limits (429)', () => {
    it.each([true, false])(
      'rotates to the second key, and no request asks the first again (stream: %s)',
      async (stream) => {
        const running = await twoKeys();
        running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'requests', retryAfter: 30 });
        expectPrimary(await ask(running, { stream }), 2);
        const [limited, other] = running.sent('alpha').map((request) => running.keyOf('alpha', request));
        expect(other).not.toBe(limited);

        const later = await Promise.all(Array.from({ length: 20 }, () => ask(running, { stream })));
        for (const answer of later) expectPrimary(answer, 1);
        expect(running.sent('alpha', limited)).toHaveLength(1);
        expect(running.counts.alpha).toBe(22);
      },
    );

    it.each([
      ['seconds', { retryAfter: 25 }, 25_000],
      ['an HTTP date', { retryAfter: new Date(Date.now() + 3_600_000).toUTCString() }, 3_600_000],
      ['milliseconds', { headers: { 'retry-after-ms': '25000' } }, 25_000],
      [
        'the reset of the window that is used up',
        { headers: { 'x-ratelimit-remaining-requests-day': '0', 'x-ratelimit-reset-requests-day': '25' } },
        25_000,
      ],
    ])('reads %s', async (_, wait, ms) => {
      const running = await start({ alpha: {} });
      running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'requests', window: 'day', ...wait });
      for (const attempts of ['1', '0']) {
        const answer = await ask(running);
        expect(answer.status).toBe(429);
        expect(answer.headers['x-asbru-attempts']).toBe(attempts);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(ms / 1000 - 20);
        expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(ms / 1000);
      }
      expect(running.counts.alpha).toBe(1);
    });

    it('for ever: the shortest wait of all keys, and nobody is asked meanwhile', async () => {
      const running = await twoKeys();
      const match = { apiKey: keyValue('alpha', 'one') };
      running
        .sandbox('alpha')
        .script(
          { kind: 'rate-limit', quota: 'requests', retryAfter: 40, match, ...ALWAYS },
          { kind: 'rate-limit', quota: 'requests', retryAfter: 20, ...ALWAYS },
        );
      const refused = await ask(running);
      expect(refused.status).toBe(429);
      expect(refused.error.code).toBe('rate_limit_exceeded');
      expect(refused.headers).toMatchObject({
        'retry-after': '20',
        'x-asbru-attempts': '2',
        'x-asbru-provider': 'alpha',
      });
      for (const answer of await Promise.all(Array.from({ length: 10 }, () => ask(running)))) {
        expect(answer.status).toBe(429);
        expect(answer.headers['x-asbru-attempts']).toBe('0');
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(15);
        expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(20);
      }
      expect(running.counts.alpha).toBe(2);
    });

    it('a limit that asks for no wait goes to the other key all the same', async () => {
      const running = await twoKeys();
      for (let round = 0; round < 3; round++) {
        running.reset();
        running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'requests', retryAfter: 0 });
        expectPrimary(await ask(running), 2);
        const keys = running.sent('alpha').map((request) => running.keyOf('alpha', request));
        expect(new Set(keys)).toEqual(new Set(['one', 'two']));
      }
    });

    it('a short wait is waited for', async () => {
      const running = await start({ alpha: {} });
      running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'queue', headers: { 'retry-after-ms': '80' } });
      const begin = performance.now();
      expectPrimary(await ask(running), 2);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(80);
    });
  });

  describe('an upstream that fails', () => {
    it.each([true, false])('one 500 is tried again on the only key (stream: %s)', async (stream) => {
      const running = await start({ alpha: {} });
      running.sandbox('alpha').script({ kind: 'status', status: 500 });
      expectPrimary(await ask(running, { stream }), 2);
      expect(running.counts).toEqual({ alpha: 2 });
    });

    it('one 500 moves to the other key at once', async () => {
      const running = await twoKeys({ retries: { max: 2, base_ms: 60_000 } });
      running.sandbox('alpha').script({ kind: 'status', status: 500 });
      expectPrimary(await ask(running), 2);
      const keys = running.sent('alpha').map((request) => running.keyOf('alpha', request));
      expect(new Set(keys)).toEqual(new Set(['one', 'two']));
    });

    it.each([
      ['503', { kind: 'status', status: 503 }],
      ['an HTML page', { kind: 'html', status: 520 }],
      ['a reset before the headers', { kind: 'cut', afterFrames: 0, how: 'reset' }],
      ['a page instead of an answer', { kind: 'html', status: 200 }],
      ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }],
    ] as const)('%s for ever: the fallback answers', async (_, fault) => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script({ ...fault, ...ALWAYS });
      for (const stream of [true, false]) expectFallback(await ask(running, { model: 'both', stream }), 2);
      expect(running.counts).toEqual({ alpha: 2, beta: 2 });
    });

    it('a wait that a 503 states is kept by all requests', async () => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script({ kind: 'status', status: 503, headers: { 'retry-after': '30' } });
      expectFallback(await ask(running, { model: 'both' }), 2);
      for (let request = 0; request < 5; request++) expectFallback(await ask(running, { model: 'both' }), 1);
      expect(running.counts).toEqual({ alpha: 1, beta: 6 });
    });

    it('a connection that is refused goes to the fallback', async () => {
      const running = await start({ alpha: { baseUrl: 'http://127.0.0.1:9' }, beta: {} }, ROUTE);
      expectFallback(await ask(running, { model: 'both' }), 2);
    });

    describe('a connection that is reset before the headers', () => {
      let upstream: RawUpstream | undefined;
      afterEach(async () => {
        await upstream?.close();
        upstream = undefined;
      });
      const COMPLETION = { choices: [{ index: 0, message: { content: TEXT }, finish_reason: 'stop' }] };
      /** An upstream that may break a connection, by how many requests it has served, and no retries. */
      const breaksWhen = async (breaks: (served: number) => boolean): Promise<Fleet> => {
        const served = new WeakMap<object, number>();
        upstream = await RawUpstream.start(({ socket }, response) => {
          const count = served.get(socket) ?? 0;
          served.set(socket, count + 1);
          if (breaks(count)) socket.resetAndDestroy();
          else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(COMPLETION));
        });
        return start({ alpha: { baseUrl: upstream.url, settings: { retries: { max: 0 } } } });
      };

      it('is made again once when it was a kept one, and nobody is to blame', async () => {
        let hasBroken = true;
        const running = await breaksWhen((served) => (hasBroken = served > 0 && !hasBroken));
        let attempts = 0;
        for (let request = 0; request < 30; request++) {
          const answer = await ask(running);
          expect(answer.status).toBe(200);
          attempts += Number(answer.headers['x-asbru-attempts']);
        }
        expect(attempts).toBeGreaterThan(40);
      });

      it('is a failure when it was new', async () => {
        const answer = await ask(await breaksWhen(() => true));
        expect(answer.status).toBe(502);
        expect(answer.error.code).toBe('upstream_error');
        expect(answer.headers['x-asbru-attempts']).toBe('1');
      });
    });

    it('the last failure that is left says its own status', async () => {
      const running = await start({ alpha: {} });
      running.sandbox('alpha').script({ kind: 'status', status: 503, ...ALWAYS });
      const answer = await ask(running);
      expect(answer.status).toBe(503);
      expect(answer.error).toMatchObject({ code: 'upstream_unavailable', type: 'server_error' });
      expect(answer.headers).toMatchObject({ 'x-asbru-attempts': '3', 'x-asbru-model': 'gpt-oss-120b' });
      expect(running.counts).toEqual({ alpha: 3 });
    });

    it('everything failed: the reason of the primary, the shortest wait of all', async () => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'tokens', retryAfter: 50, ...ALWAYS });
      running.sandbox('beta').script({ kind: 'status', status: 503, headers: { 'retry-after': '7' }, ...ALWAYS });
      const answer = await ask(running, { model: 'both' });
      expect(answer.status).toBe(429);
      expect(answer.error).toMatchObject({ code: 'rate_limit_exceeded', type: 'tokens' });
      expect(answer.headers).toMatchObject({
        'retry-after': '7',
        'x-asbru-provider': 'alpha',
        'x-asbru-model': 'gpt-oss-120b',
        'x-asbru-attempts': '2',
      });
      expect(running.counts).toEqual({ alpha: 1, beta: 1 });
    });
  });

  describe('an upstream that is silent', () => {
    const clocks = { timeouts: { first_byte_ms: 150, first_token_ms: 400, idle_ms: 3_000 } };

    it('is left for the fallback after the first-byte limit, and its other key is not tried', async () => {
      const running = await start({ alpha: { keys: ['one', 'two'], settings: clocks }, beta: {} }, ROUTE);
      running.sandbox('alpha').script({ kind: 'never', ...ALWAYS });
      for (const stream of [true, false]) {
        const begin = performance.now();
        expectFallback(await ask(running, { model: 'both', stream }), 2);
        expect(performance.now() - begin).toBeGreaterThanOrEqual(149);
        expect(performance.now() - begin).toBeLessThan(1_000);
      }
      expect(running.counts).toEqual({ alpha: 2, beta: 2 });
      expect(await Promise.all(running.sent('alpha').map(({ closed }) => closed))).toEqual(['aborted', 'aborted']);
    });

    it('without a fallback is a 504, after one attempt', async () => {
      const running = await twoKeys(clocks);
      running.sandbox('alpha').script({ kind: 'never', ...ALWAYS });
      const answer = await ask(running);
      expect(answer.status).toBe(504);
      expect(answer.error.code).toBe('upstream_timeout');
      expect(answer.headers['x-asbru-attempts']).toBe('1');
      expect(running.counts).toEqual({ alpha: 1 });
    });

    it.each<[string, SandboxFault]>([
      ['comments', { kind: 'pings', everyMs: 10 }],
      ['a role', { kind: 'stall', afterFrames: 1 }],
      ['early headers', { kind: 'slow', ms: 60_000, headers: 'early' }],
    ])('%s are no token: the first-token limit moves on', async (_, fault) => {
      const running = await primaryAndFallback(clocks);
      running.sandbox('alpha').script(fault);
      const begin = performance.now();
      expectFallback(await ask(running, { model: 'both', stream: true }), 2);
      expect(performance.now() - begin).toBeGreaterThanOrEqual(399);
      expect(running.counts).toEqual({ alpha: 1, beta: 1 });
      expect(await running.sent('alpha')[0]?.closed).toBe('aborted');
    });

    it('a first token that is late but in time is the answer', async () => {
      const running = await primaryAndFallback(clocks);
      running.sandbox('alpha').script({ kind: 'pings', ms: 250, everyMs: 10 });
      expectPrimary(await ask(running, { model: 'both', stream: true }), 1);
      expect(running.counts).toEqual({ alpha: 1, beta: 0 });
    });
  });

  describe('a request that the model refuses', () => {
    const tooLong: SandboxFault = {
      kind: 'status',
      status: 400,
      body: {
        message: 'Please reduce the length of the messages or completion.',
        type: 'invalid_request_error',
        param: 'messages',
        code: 'context_length_exceeded',
      },
      ...ALWAYS,
    };
    const filtered: SandboxFault = {
      kind: 'status',
      status: 400,
      body: {
        message: 'The content filter refused.',
        type: 'invalid_request_error',
        param: '',
        code: 'content_filter',
      },
      ...ALWAYS,
    };

    it('a prompt that is too long is a 400 after one attempt, though there is another key', async () => {
      const running = await twoKeys();
      running.sandbox('alpha').script(tooLong);
      const answer = await ask(running);
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('context_length_exceeded');
      expect(answer.headers['x-asbru-attempts']).toBe('1');
      expect(running.counts).toEqual({ alpha: 1 });
    });

    it('a prompt that is too long for the primary goes to the fallback', async () => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script(tooLong);
      expectFallback(await ask(running, { model: 'both' }), 2);
      expect(running.counts).toEqual({ alpha: 1, beta: 1 });
    });

    it('a prompt that is too long for all is a 400', async () => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script(tooLong);
      running.sandbox('beta').script(tooLong);
      const answer = await ask(running, { model: 'both' });
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('context_length_exceeded');
      expect(running.counts).toEqual({ alpha: 1, beta: 1 });
    });

    it.each([400, 413, 422])('%i is not sent to the same model again', async (status) => {
      const running = await twoKeys();
      running.sandbox('alpha').script({ kind: 'status', status, ...ALWAYS });
      expect((await ask(running)).status).toBe(status === 413 ? 413 : 400);
      expect(running.counts).toEqual({ alpha: 1 });
    });

    it('a model that does not exist is not asked for again', async () => {
      const running = await twoKeys();
      running.sandbox('alpha').script({ kind: 'status', status: 404, ...ALWAYS });
      const answer = await ask(running);
      expect(answer.status).toBe(404);
      expect(answer.error.code).toBe('model_not_found');
      expect(running.counts).toEqual({ alpha: 1 });
    });

    it('a fallback that refuses the request does not hide why the primary failed', async () => {
      const running = await primaryAndFallback();
      const prefill = { message: 'The last message must not be from the assistant.', type: 'invalid_request_error' };
      running.sandbox('alpha').script({ kind: 'status', status: 503, headers: { 'retry-after': '9' }, ...ALWAYS });
      running.sandbox('beta').script({ kind: 'status', status: 400, body: prefill, ...ALWAYS });
      const answer = await ask(running, { model: 'both' });
      expect(answer.status).toBe(503);
      expect(answer.error.code).toBe('upstream_unavailable');
      expect(answer.headers['retry-after']).toBe('9');
      expect(running.counts).toEqual({ alpha: 1, beta: 1 });
    });

    it('a content filter is not routed around', async () => {
      const running = await primaryAndFallback();
      running.sandbox('alpha').script(filtered);
      const answer = await ask(running, { model: 'both' });
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('content_filter');
      expect(running.counts).toEqual({ alpha: 1, beta: 0 });
    });

    it('a content filter is routed around when the route says so', async () => {
      const targets = [MODEL, 'beta/zai-glm-4.7'];
      const routes = { both: { targets, fallback_on_content_filter: true } };
      const running = await start({ alpha: {}, beta: {} }, { settings: { routes } });
      running.sandbox('alpha').script(filtered);
      expectFallback(await ask(running, { model: 'both' }), 2);
    });
  });

  describe('a key that is refused', () => {
    it.each([401, 402, 403])('%i retires it: an alarm, and later requests go to the other', async (status) => {
      const running = await twoKeys();
      running
        .sandbox('alpha')
        .script({ kind: 'status', status, ...ALWAYS, match: { apiKey: keyValue('alpha', 'one') } });
      const answers: Answer[] = [];
      for (let request = 0; request < 12; request++) answers.push(await ask(running));
      for (const answer of answers) expect(answer.status).toBe(200);
      const total = answers.reduce((sum, { headers }) => sum + Number(headers['x-asbru-attempts']), 0);
      expect(running.sent('alpha', 'one')).toHaveLength(1);
      expect(total).toBe(13);
      const line = JSON.parse(await running.gateway.log.lineWith('key retired')) as Record<string, unknown>;
      expect(line).toMatchObject({ provider: 'alpha', key: 'one', event: 'retired' });
      expect(line.level).toBe(ERROR_LEVEL);
      expect(running.gateway.log.lines.join('')).not.toContain('csk-');
    });

    it('the only one: the same error without asking again', async () => {
      const running = await start({ alpha: {} });
      running.sandbox('alpha').script({ kind: 'status', status: 401, ...ALWAYS });
      for (const attempts of ['1', '0']) {
        const answer = await ask(running);
        expect(answer.status).toBe(502);
        expect(answer.error.code).toBe('upstream_auth_error');
        expect(answer.headers['x-asbru-attempts']).toBe(attempts);
        expect(answer.text).not.toContain('csk-');
      }
      expect(running.counts).toEqual({ alpha: 1 });
    });

    it('is probed twice as late when it is refused again, with another alarm', async () => {
      const running = await start({ alpha: { settings: { retired_key_probe_ms: 1_000 } } });
      running.sandbox('alpha').script({ kind: 'status', status: 401, ...ALWAYS });
      await ask(running);
      const end = performance.now() + 3_000;
      while (running.sent('alpha').length < 2 && performance.now() < end) expect((await ask(running)).status).toBe(502);
      expect(running.counts).toEqual({ alpha: 2 });
      const alarm = JSON.parse(await running.gateway.log.lineWith('key still refused')) as Record<string, unknown>;
      expect(alarm).toMatchObject({ provider: 'alpha', key: 'main', level: ERROR_LEVEL, probeInMs: 2_000 });
    });

    it('is probed after its time with one request, and taken back into use', async () => {
      const running = await start({ alpha: { settings: { retired_key_probe_ms: 1_000 } } });
      running.sandbox('alpha').script({ kind: 'status', status: 401 });
      expect((await ask(running)).status).toBe(502);
      const end = performance.now() + 3_000;
      let answer = await ask(running);
      while (answer.status !== 200 && performance.now() < end) answer = await ask(running);
      expectPrimary(answer, 1);
      expect(running.counts).toEqual({ alpha: 2 });
      expect(await running.gateway.log.lineWith('key reinstated')).toContain('"provider":"alpha"');
    });
  });

  it('the log tells each attempt: key, status, time and why it ended', async () => {
    const running = await primaryAndFallback();
    running.sandbox('alpha').script({ kind: 'status', status: 503 });
    const answer = await ask(running, { model: 'both' });
    const line = await running.gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({
      provider: 'beta',
      model: 'zai-glm-4.7',
      attempts: 2,
      tried: [
        { provider: 'alpha', key: 'main', cause: 'first', outcome: 'upstream_unavailable', status: 503 },
        { provider: 'beta', key: 'main', cause: 'fallback', outcome: 'ok', status: 200 },
      ],
    });
  });
});
