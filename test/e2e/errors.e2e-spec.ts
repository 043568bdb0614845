import { createServer } from 'node:net';
import type { UpstreamSandbox } from '../../src/gateway/providers/sandbox/upstream-sandbox.js';
import { Fleet } from '../support/fleet.js';
import { CHAT, startGateway, TEXT, type TestGateway, UPSTREAM_KEY, withGateway } from '../support/gateway.js';
import { DONE, dataFrame } from '../support/sse.js';

const flat = (message: string, type: string, param: string, code: string) => ({ message, type, param, code });
const SERVER = flat('Encountered a server error at 10.1.2.3', 'server_error', '', '');

/** What each upstream status becomes (wire.md 2.1): status, body, and the gateway's status, type, code and param. */
const MAPPING: Array<[name: string, status: number, body: unknown, expected: [number, string, string, string | null]]> =
  [
    [
      '#10 400 wrong_api_format',
      400,
      flat('Some field is wrong', 'invalid_request_error', 'temperature', 'wrong_api_format'),
      [400, 'invalid_request_error', 'wrong_api_format', 'temperature'],
    ],
    [
      '#10 400 validation_error takes the path from the message',
      400,
      flat(
        "body.store: property 'body.store' is unsupported",
        'invalid_request_error',
        'validation_error',
        'wrong_api_format',
      ),
      [400, 'invalid_request_error', 'wrong_api_format', 'store'],
    ],
    [
      '#11 422',
      422,
      flat('Unprocessable', 'invalid_request_error', 'validation_error', 'wrong_api_format'),
      [400, 'invalid_request_error', 'wrong_api_format', null],
    ],
    [
      '#13 400 context_length_exceeded',
      400,
      flat('Please reduce the length', 'invalid_request_error', 'validation_error', 'context_length_exceeded'),
      [400, 'invalid_request_error', 'context_length_exceeded', 'messages'],
    ],
    [
      '#12 404 model_not_found',
      404,
      flat('Model X does not exist or you do not have access to it.', 'not_found_error', 'model', 'model_not_found'),
      [404, 'invalid_request_error', 'model_not_found', 'model'],
    ],
    ['#12 404 of an unknown path, empty', 404, '', [502, 'server_error', 'upstream_error', null]],
    [
      '#9 401',
      401,
      flat(`Wrong API Key ${UPSTREAM_KEY}`, 'invalid_request_error', 'api_key', 'wrong_api_key'),
      [502, 'server_error', 'upstream_auth_error', null],
    ],
    ['#9 403 detail', 403, { detail: 'Not authenticated' }, [502, 'server_error', 'upstream_auth_error', null]],
    [
      '#17 402',
      402,
      flat('Payment required', 'payment_required', '', ''),
      [429, 'insufficient_quota', 'insufficient_quota', null],
    ],
    ['408', 408, flat('Timed out', 'timeout', '', ''), [408, 'timeout_error', 'timeout', null]],
    [
      '413',
      413,
      flat('Total request size exceeds maximum', 'content_too_large', '', ''),
      [413, 'invalid_request_error', 'request_too_large', null],
    ],
    [
      '#14 429 requests',
      429,
      flat('RPM', 'too_many_requests_error', 'quota', 'request_quota_exceeded'),
      [429, 'requests', 'rate_limit_exceeded', null],
    ],
    [
      '#14 429 tokens',
      429,
      flat('TPM', 'too_many_tokens_error', 'quota', 'token_quota_exceeded'),
      [429, 'tokens', 'rate_limit_exceeded', null],
    ],
    [
      '#16 429 queue',
      429,
      flat('Busy', 'too_many_requests_error', 'queue', 'queue_exceeded'),
      [429, 'server_error', 'queue_exceeded', null],
    ],
    ['500', 500, SERVER, [502, 'server_error', 'upstream_error', null]],
    ['502', 502, SERVER, [502, 'server_error', 'upstream_error', null]],
    ['503', 503, SERVER, [503, 'server_error', 'upstream_unavailable', null]],
    ['504', 504, SERVER, [504, 'server_error', 'upstream_timeout', null]],
    ['520', 520, SERVER, [502, 'server_error', 'upstream_error', null]],
    [
      '418, which nobody expects',
      418,
      flat('Teapot', 'x', '', ''),
      [400, 'invalid_request_error', 'invalid_request', null],
    ],
  ];

/** Another key is asked after these, where there is one. */
const OF_KEYS: ReadonlySet<number> = new Set([401, 402, 403, 429]);

describe('Errors of the upstream', () => {
  describe.each(['flat', 'nested'] as const)('in the %s shape', (shape) => {
    describe.each([
      ['chat', '/v1/chat/completions', { ...CHAT }],
      ['chat stream', '/v1/chat/completions', { ...CHAT, stream: true }],
      ['text', '/v1/completions', { ...TEXT }],
      ['text stream', '/v1/completions', { ...TEXT, stream: true }],
    ] as const)('%s', (_kind, path, request) => {
      // A key for each test: what a failure does to the standing of one must not reach the next.
      let fleet: Fleet;
      beforeAll(async () => {
        const keys = MAPPING.map((_, index) => `key${index}`);
        fleet = await Fleet.start({ providers: { cerebras: { keys, settings: { retries: { max: 0 } } } } });
      });
      afterAll(() => fleet.close());

      it.each(MAPPING)('%s', async (_, status, body, [expected, type, code, param]) => {
        const ask = async (gateway: TestGateway, sandbox: UpstreamSandbox): Promise<void> => {
          sandbox.script({ kind: 'status', status, body, shape });
          const answer = await gateway.post(path, request);
          expect(answer.headers['content-type']).toMatch(/^application\/json/);
          expect({ status: answer.status, error: answer.error }).toEqual({
            status: expected,
            error: { message: expect.stringMatching(/./), type, code, param },
          });
          expect(answer.text).not.toContain(UPSTREAM_KEY);
          expect(answer.text).not.toContain('10.1.2.3');
          // ai/cerebras reads only the flat fields, all of them strings (wire.md 2.1).
          expect(answer.json()).toMatchObject({ message: answer.error.message, type, code, param: param ?? '' });
        };
        if (!OF_KEYS.has(status)) return ask(fleet.gateway, fleet.sandbox('cerebras'));
        return withGateway({ env: { ASBRU_MAX_RETRIES: '0' } }, (alone) => ask(alone, alone.sandbox));
      });
    });
  });
});

describe('An error of the upstream', () => {
  let gateway: TestGateway;

  // A gateway for each test: what a failure does to the standing of a key must not reach the next test.
  beforeEach(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '0' } });
  });

  afterEach(() => gateway.close());

  it('#10 the message of the upstream is kept', async () => {
    gateway.sandbox.script({
      kind: 'status',
      status: 400,
      body: flat('Pick a lower temperature', 'x', 'temperature', 'y'),
    });
    expect((await gateway.chat()).error.message).toBe('Pick a lower temperature');
  });

  it('#12 a model that the upstream does not have is 404', async () => {
    const answer = await gateway.chat({ model: 'cerebras/not-a-model' });
    expect(answer.status).toBe(404);
    expect(answer.error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found', param: 'model' });
  });

  it.each(['not-a-model', 'openai/gpt-4o', 'gpt-oss-12b'])(
    '#12 the model %s without a provider is 404, and the upstream is not called',
    async (model) => {
      const answer = await gateway.chat({ model });
      expect(answer.status).toBe(404);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', code: 'model_not_found', param: 'model' });
      expect(gateway.sent).toHaveLength(0);
    },
  );

  it('#12 a model that is nearly right is named', async () => {
    expect((await gateway.chat({ model: 'gpt-oss-12b' })).error.message).toContain('gpt-oss-120b');
  });

  it('#14 retry-after of the upstream is kept, with the limits', async () => {
    gateway.sandbox.script({
      kind: 'rate-limit',
      quota: 'requests',
      retryAfter: 49,
      headers: { 'x-ratelimit-limit-requests-minute': '5', 'x-ratelimit-remaining-requests-minute': '0' },
    });
    const { status, headers } = await gateway.chat();
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'retry-after': '49',
      'x-ratelimit-limit-requests': '5',
      'x-ratelimit-limit-requests-minute': '5',
      'x-ratelimit-remaining-requests': '0',
    });
  });

  it('#15 without retry-after it is worked out of the reset', async () => {
    gateway.sandbox.script({
      kind: 'rate-limit',
      quota: 'tokens',
      headers: { 'x-ratelimit-reset-tokens-minute': '5.5' },
    });
    const { headers } = await gateway.chat();
    expect(headers).toMatchObject({ 'retry-after': '6', 'retry-after-ms': '5500', 'x-ratelimit-reset-tokens': '5.5s' });
  });

  it.each([
    ['1m26.4s', '87', '86400'],
    ['825ms', '1', '825'],
    ['12s', '12', '12000'],
  ])('#15 a reset of %s is understood', async (reset, seconds, ms) => {
    gateway.sandbox.script({
      kind: 'rate-limit',
      quota: 'tokens',
      headers: { 'x-ratelimit-reset-tokens-minute': reset },
    });
    expect((await gateway.chat()).headers).toMatchObject({ 'retry-after': seconds, 'retry-after-ms': ms });
  });

  it('#15 the longest window that is used up counts', async () => {
    gateway.sandbox.script({
      kind: 'rate-limit',
      quota: 'requests',
      headers: {
        'x-ratelimit-remaining-requests-minute': '0',
        'x-ratelimit-reset-requests-minute': '3',
        'x-ratelimit-remaining-requests-day': '0',
        'x-ratelimit-reset-requests-day': '33011.382867',
      },
    });
    expect((await gateway.chat()).headers['retry-after']).toBe('33012');
  });

  it('#16 with no retries left a full queue is 429 with retry-after 1', async () => {
    gateway.sandbox.script({ kind: 'rate-limit', quota: 'queue' });
    const answer = await gateway.chat();
    expect(answer.status).toBe(429);
    expect(answer.headers['retry-after']).toBe('1');
    expect(gateway.sent).toHaveLength(1);
  });

  it('#17 402 tells the SDK not to retry', async () => {
    gateway.sandbox.script({ kind: 'status', status: 402 });
    expect((await gateway.chat()).headers['x-should-retry']).toBe('false');
  });

  it.each([502, 503, 504, 520])('#18 an HTML page with status %i becomes JSON without HTML', async (status) => {
    for (const stream of [false, true]) {
      gateway.sandbox.script({ kind: 'html', status });
      const answer = await gateway.chat({ stream });
      expect(answer.status).toBeGreaterThanOrEqual(502);
      expect(answer.error.type).toBe('server_error');
      expect(answer.text).not.toMatch(/<|cloudflare|DOCTYPE/i);
    }
  });

  it('#18 HTML inside a JSON message does not pass', async () => {
    gateway.sandbox.script({
      kind: 'status',
      status: 400,
      body: flat('<!DOCTYPE html><html>secret</html>', 'x', '', ''),
    });
    const answer = await gateway.chat();
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain('secret');
  });

  it.each([
    ['an HTML page', { kind: 'html', status: 200 }],
    ['truncated JSON', { kind: 'raw-body', body: '{"id":"x","choices":[{"mess' }],
    ['nothing', { kind: 'raw-body', body: '' }],
    ['JSON that is no completion', { kind: 'raw-body', body: '{"ok":true}' }],
    ['no choices', { kind: 'raw-body', body: '{"id":"x","choices":[]}' }],
    ['null', { kind: 'raw-body', body: 'null' }],
    ['a gzip body that nobody asked for', { kind: 'gzip' }],
  ] as const)('#20 200 with %s is 502', async (_, fault) => {
    for (const send of [() => gateway.chat(), () => gateway.text()]) {
      gateway.sandbox.script(fault);
      const answer = await send();
      expect(answer.status).toBe(502);
      expect(answer.error).toMatchObject({ type: 'server_error', code: 'upstream_invalid_response' });
    }
  });

  it('#20 200 with JSON where a stream was asked for is 502', async () => {
    gateway.sandbox.script({ kind: 'raw-body', body: '{"id":"x","choices":[]}' });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(502);
  });

  it('#20 a whole answer that breaks off is 502', async () => {
    for (const how of ['end', 'close', 'reset'] as const) {
      gateway.sandbox.script({ kind: 'cut', how });
      const answer = await gateway.chat();
      expect(answer.status).toBe(502);
      expect(answer.error.type).toBe('server_error');
    }
  });

  it('a redirect is never followed', async () => {
    gateway.sandbox.script({ kind: 'redirect', location: `${gateway.sandbox.url}/v1/chat/completions` });
    const answer = await gateway.chat();
    expect(answer.status).toBe(502);
    expect(answer.error.code).toBe('upstream_redirect');
    expect(gateway.sent).toHaveLength(1);
  });

  it('#64 an error as the first frame of a stream is an HTTP status', async () => {
    gateway.sandbox.script({
      kind: 'stream-error',
      afterFrames: 0,
      statusCode: 429,
      error: flat('Slow down', 'too_many_requests_error', 'quota', 'request_quota_exceeded'),
    });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(429);
    expect(answer.headers['content-type']).toMatch(/^application\/json/);
    expect(answer.headers['retry-after']).toEqual(expect.any(String));
    expect(answer.error).toMatchObject({ message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' });
  });

  it('#62 an error before the first content, behind the role, is HTTP 500', async () => {
    gateway.sandbox.script({
      kind: 'stream-error',
      afterFrames: 1,
      statusCode: 500,
      error: { message: 'boom', type: null },
    });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(500);
    expect(answer.error).toEqual({ message: 'boom', type: 'server_error', param: null, code: 'upstream_error' });
  });

  it('no cookie, key or foreign header leaves with an error', async () => {
    gateway.sandbox.script({
      kind: 'status',
      status: 500,
      headers: { 'set-cookie': 'a=b', 'x-internal': UPSTREAM_KEY },
    });
    const answer = await gateway.chat();
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(JSON.stringify(answer.headers)).not.toContain(UPSTREAM_KEY);
  });
});

describe('Retries', () => {
  let gateway: TestGateway;

  // A gateway for each test: what a failure does to the standing of a key must not reach the next test.
  beforeEach(async () => {
    gateway = await startGateway({ env: { ASBRU_MAX_RETRIES: '2' } });
  });

  afterEach(() => gateway.close());

  it.each([false, true])('#16 a full queue once and then an answer is 200 (stream: %s)', async (stream) => {
    gateway.sandbox.script({ kind: 'rate-limit', quota: 'queue', headers: { 'retry-after-ms': '10' } });
    const answer = await gateway.chat({ stream });
    expect(answer.status).toBe(200);
    expect(gateway.sent).toHaveLength(2);
    expect(gateway.sent[0]?.rawBody).toEqual(gateway.sent[1]?.rawBody);
    expect(answer.headers['retry-after']).toBeUndefined();
  });

  it.each([
    ['503', { kind: 'status', status: 503 }],
    ['500', { kind: 'status', status: 500 }],
    ['an HTML page', { kind: 'html', status: 502 }],
    ['a reset connection', { kind: 'cut', atByte: 0, how: 'reset' }],
    ['an end before the first frame', { kind: 'cut', afterFrames: 0, how: 'end' }],
    ['an error as the first frame', { kind: 'stream-error', afterFrames: 0, statusCode: 503 }],
  ] as const)('%s before the first content is tried again', async (_, fault) => {
    gateway.sandbox.script(fault, fault);
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(200);
    expect(answer.endsWithDone).toBe(true);
    expect(gateway.sent).toHaveLength(3);
  });

  it('after the last retry the failure is told', async () => {
    gateway.sandbox.script({ kind: 'status', status: 503, times: 'always' });
    const answer = await gateway.chat();
    expect(answer.status).toBe(503);
    expect(gateway.sent).toHaveLength(3);
  });

  it.each([
    ['400', { kind: 'status', status: 400 }],
    ['401', { kind: 'status', status: 401 }],
    ['402', { kind: 'status', status: 402 }],
    ['a quota', { kind: 'rate-limit', quota: 'requests' }],
    ['a long wait', { kind: 'rate-limit', quota: 'queue', retryAfter: 30 }],
  ] as const)('%s is not tried again', async (_, fault) => {
    gateway.sandbox.script(fault);
    expect((await gateway.chat()).status).not.toBe(200);
    expect(gateway.sent).toHaveLength(1);
  });

  it('after the first content nothing is tried again', async () => {
    gateway.sandbox.script({ kind: 'cut', how: 'reset' });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(200);
    expect(answer.endsWithDone).toBe(false);
    expect(gateway.sent).toHaveLength(1);
  });
});

describe('An upstream that cannot be reached', () => {
  it.each([
    ['refuses connections', () => Promise.resolve({ url: 'http://127.0.0.1:1', close: () => undefined })],
    ['has no address', () => Promise.resolve({ url: 'http://nowhere.invalid', close: () => undefined })],
    ['never finishes the handshake', silentServer],
  ] as const)('#19 one that %s is 502 within the connect timeout', async (_, start) => {
    const { url, close } = await start();
    const env = { ASBRU_MAX_RETRIES: '0', ASBRU_CONNECT_TIMEOUT_MS: '300' };
    await withGateway({ upstream: url, env }, async (gateway) => {
      const begin = performance.now();
      const answer = await gateway.chat();
      expect(answer.status).toBe(502);
      expect(answer.error).toMatchObject({ type: 'server_error', code: 'upstream_unreachable' });
      expect(answer.text).not.toMatch(/127\.0\.0\.1|invalid"/);
      expect(performance.now() - begin).toBeLessThan(2_000);
    }).finally(close);
  });
});

describe('Timeouts', () => {
  let gateway: TestGateway;

  // A gateway for each test: what a failure does to the standing of a key must not reach the next test.
  beforeEach(async () => {
    const env = { ASBRU_FIRST_BYTE_TIMEOUT_MS: '150', ASBRU_IDLE_TIMEOUT_MS: '100', ASBRU_TOTAL_TIMEOUT_MS: '700' };
    gateway = await startGateway({ env });
  });

  afterEach(() => gateway.close());

  it.each([false, true])(
    '#19 an upstream that never answers is 504 at the first-byte timeout (stream: %s)',
    async (stream) => {
      gateway.sandbox.script({ kind: 'never' });
      const begin = performance.now();
      const answer = await gateway.chat({ stream });
      expect(answer.status).toBe(504);
      expect(answer.error).toMatchObject({ type: 'server_error', code: 'upstream_timeout' });
      expect(performance.now() - begin).toBeGreaterThanOrEqual(145);
      expect(await gateway.sent[0]?.closed).toBe('aborted');
      expect(gateway.sent).toHaveLength(1);
    },
  );

  it.each([false, true])('a head without a body is 504 at the idle timeout (stream: %s)', async (stream) => {
    gateway.sandbox.script({ kind: 'slow', ms: 60_000, headers: 'early' });
    const answer = await gateway.chat({ stream });
    expect(answer.status).toBe(504);
    expect(await gateway.sent[0]?.closed).toBe('aborted');
  });

  it('#69 a stall in the middle is an error frame, and the upstream is aborted', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(200);
    expect(answer.chunks.at(-1)).toMatchObject({ error: { type: 'server_error', code: 'upstream_timeout' } });
    expect(answer.endsWithDone).toBe(false);
    expect(answer.text).not.toContain('"finish_reason":"stop"');
    expect(await gateway.sent[0]?.closed).toBe('aborted');
  });

  it("#69 the upstream's comments are silence", async () => {
    gateway.sandbox.script({ kind: 'pings', everyMs: 10 });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(504);
    expect(await gateway.sent[0]?.closed).toBe('aborted');
  });

  it('a stream that goes on for ever ends at the total timeout', async () => {
    const piece = dataFrame({ id: 'c', choices: [{ index: 0, delta: { content: 'x' } }], created: 1, model: 'm' });
    gateway.sandbox.script({ kind: 'raw-frames', frames: Array.from({ length: 1_000 }, () => piece), gapMs: 20 });
    const answer = await gateway.chat({ stream: true });
    expect(answer.status).toBe(200);
    expect(answer.chunks.at(-1)).toMatchObject({ error: { code: 'upstream_timeout' } });
    expect(answer.endsWithDone).toBe(false);
    expect(await gateway.sent[0]?.closed).toBe('aborted');
  });

  it('an upstream that keeps its connection open behind the end does not hold the answer', async () => {
    const end = dataFrame({
      id: 'c',
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      created: 1,
      model: 'm',
    });
    const word = dataFrame({ id: 'c', choices: [{ index: 0, delta: { content: 'x' } }], created: 1, model: 'm' });
    gateway.sandbox.script({ kind: 'raw-frames', frames: [word, end, DONE], ending: 'park' });
    const answer = await gateway.chat({ stream: true });
    expect(answer.endsWithDone).toBe(true);
    expect(answer.text).not.toContain('error');
  });
});

describe('What the gateway itself refuses', () => {
  it('is never blamed on the upstream, and needs none', async () => {
    await withGateway({ upstream: 'http://127.0.0.1:1' }, async (gateway) => {
      const answer = await gateway.chat({ temperature: 3 });
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', param: 'temperature' });
      expect((await gateway.post('/v1/chat/completions', { model: CHAT.model })).error.param).toBe('messages');
    });
  });
});

/** Accepts connections and says nothing, so that a TLS handshake never ends. */
async function silentServer() {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => sockets.add(socket));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `https://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`, close };
}
