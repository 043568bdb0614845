import type { Answer } from '../support/answer.js';
import { Fleet, type FleetOptions, keyValue } from '../support/fleet.js';
import { RawUpstream } from '../support/raw-upstream.js';

const MODEL = 'alpha/gpt-oss-120b';
const MESSAGES = [{ role: 'user', content: 'Say: hello' }];
/** Keys of two callers that the upstream takes, and one that it does not. */
const HIS = 'csk-of-a-caller';
const HERS = 'csk-of-another-caller';
const WRONG = 'csk-that-nobody-gave-out';
const ALWAYS = { times: 'always' } as const;

describe('Keys of callers (passthrough_keys)', () => {
  let fleet: Fleet | undefined;

  afterEach(async () => {
    await fleet?.close();
    fleet = undefined;
  });

  const start = async (options: FleetOptions): Promise<Fleet> => {
    fleet = await Fleet.start(options);
    return fleet;
  };
  /** One provider that takes them, with a key of the gateway's own or without. */
  const passing = (settings: Record<string, unknown> = {}): Promise<Fleet> =>
    start({
      providers: {
        alpha: {
          sandbox: { moreApiKeys: [keyValue('alpha', 'main'), HIS, HERS] },
          settings: { passthrough_keys: true, ...settings },
        },
      },
    });
  const ask = (running: Fleet, headers: Record<string, string> = {}, body: object = {}): Promise<Answer> =>
    running.gateway.chat({ model: MODEL, messages: MESSAGES, ...body }, headers);
  const bearer = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
  const keysSeen = (running: Fleet, provider = 'alpha'): Array<string | undefined> =>
    running.sent(provider).map(({ apiKey }) => apiKey);

  it.each(['Bearer ', 'bearer   '])('takes the place of the gateway’s own key: authorization: %s', async (scheme) => {
    const running = await passing();
    const answer = await ask(running, { authorization: `${scheme}${HIS}` });
    expect(answer.status).toBe(200);
    expect(keysSeen(running)).toEqual([HIS]);
  });

  it.each(['x-api-key', 'api-key', 'x-goog-api-key'])(
    'is taken from %s, and sent in the provider’s way',
    async (name) => {
      const running = await passing();
      expect((await ask(running, { [name]: HIS })).status).toBe(200);
      const [sent] = running.sent('alpha');
      expect(sent?.headers.authorization).toBe(`Bearer ${HIS}`);
      expect(sent?.headers[name]).toBeUndefined();
    },
  );

  it('is taken from the header that the provider reads before any other', async () => {
    const running = await passing();
    await ask(running, { 'x-api-key': HERS, ...bearer(HIS) });
    expect(keysSeen(running)).toEqual([HIS]);
  });

  it('is taken for streams, text completions and responses too', async () => {
    const running = await passing();
    await ask(running, bearer(HIS), { stream: true });
    await running.gateway.text({ model: MODEL }, bearer(HIS));
    await running.gateway.post('/v1/responses', { model: MODEL, input: 'Say: hello' }, bearer(HIS));
    expect(keysSeen(running)).toEqual([HIS, HIS, HIS]);
  });

  it('leaves the gateway’s own key to those who send none', async () => {
    const running = await passing();
    expect((await ask(running)).status).toBe(200);
    expect((await ask(running, { authorization: 'Basic dXNlcjpwYXNz' })).status).toBe(200);
    expect(keysSeen(running)).toEqual([keyValue('alpha', 'main'), keyValue('alpha', 'main')]);
  });

  it('is asked for where the gateway has none', async () => {
    const running = await passing({ keys: undefined });
    const refused = await ask(running);
    expect(refused.status).toBe(401);
    expect(refused.error).toMatchObject({ code: 'invalid_api_key', message: expect.stringContaining('alpha') });
    expect(running.sent('alpha')).toEqual([]);
    expect((await ask(running, bearer(HIS))).status).toBe(200);
    expect((await ask(running, {}, { stream: true })).status).toBe(401);
  });

  it('is never forwarded without the setting', async () => {
    const running = await start({ providers: { alpha: {} } });
    await ask(running, { ...bearer(HIS), 'x-api-key': HERS });
    expect(JSON.stringify(running.sent('alpha').map(({ rawHeaders }) => rawHeaders))).not.toMatch(/csk-of/);
    expect(keysSeen(running)).toEqual([keyValue('alpha', 'main')]);
  });

  it.each([true, false])(
    'that the provider refuses is the caller’s fault, and nobody else’s (stream: %s)',
    async (stream) => {
      const running = await passing();
      for (let count = 0; count < 3; count++) {
        const refused = await ask(running, bearer(WRONG), { stream });
        expect(refused.status).toBe(401);
        expect(refused.error).toMatchObject({ code: 'invalid_api_key', message: expect.stringContaining('alpha') });
        expect(refused.text).not.toContain(WRONG);
      }
      expect((await ask(running, bearer(HIS))).status).toBe(200);
      expect((await ask(running)).status).toBe(200);
      // One request upstream for each: nothing was tried with another key.
      expect(keysSeen(running)).toEqual([WRONG, WRONG, WRONG, HIS, keyValue('alpha', 'main')]);
      expect(running.gateway.log.lines.filter((line) => line.includes('key retired'))).toEqual([]);
    },
  );

  it.each([
    [402, 429, 'insufficient_quota'],
    [403, 403, 'invalid_api_key'],
  ])('is named in the answer to the upstream’s %d', async (status, expected, code) => {
    const running = await passing();
    running.sandbox('alpha').script({ kind: 'status', status });
    const refused = await ask(running, bearer(HIS));
    expect(refused.status).toBe(expected);
    expect(refused.error).toMatchObject({ code, message: expect.stringContaining('you sent') });
    expect((await ask(running, bearer(HIS))).status).toBe(200);
    expect((await ask(running)).status).toBe(200);
  });

  it('has limits that are nobody else’s', async () => {
    const running = await passing();
    running.sandbox('alpha').script({ kind: 'rate-limit', quota: 'requests', retryAfter: 60 });
    const limited = await ask(running, bearer(HIS));
    expect(limited.status).toBe(429);
    expect(limited.headers['retry-after']).toBe('60');
    expect((await ask(running, bearer(HERS))).status).toBe(200);
    expect((await ask(running)).status).toBe(200);
    expect(keysSeen(running)).toEqual([HIS, HERS, keyValue('alpha', 'main')]);
  });

  it('goes to the provider that was asked for, not to fallbacks', async () => {
    const running = await start({
      providers: {
        alpha: { sandbox: { moreApiKeys: [HIS] }, settings: { passthrough_keys: true } },
        beta: { settings: { passthrough_keys: true } },
        gamma: { settings: { passthrough_keys: true, keys: undefined } },
      },
    });
    running.sandbox('alpha').script({ kind: 'status', status: 503, ...ALWAYS });
    const answer = await ask(running, bearer(HIS), { fallbacks: ['gamma/gpt-oss-120b', 'beta/gpt-oss-120b'] });
    expect(answer.status).toBe(200);
    expect(answer.headers['x-asbru-provider']).toBe('beta');
    expect(new Set(keysSeen(running))).toEqual(new Set([HIS]));
    expect(keysSeen(running, 'beta')).toEqual([keyValue('beta', 'main')]);
    expect(keysSeen(running, 'gamma')).toEqual([]);
  });

  it('is in no log line and no answer', async () => {
    const running = await passing();
    const answers = [await ask(running, bearer(HIS)), await ask(running, bearer(WRONG))];
    for (const answer of answers) {
      await running.gateway.log.lineOf(answer.headers['x-request-id']);
      expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/csk-/);
    }
    expect(running.gateway.log.lines.join('\n')).not.toMatch(/csk-/);
    expect(running.gateway.log.lines.join('\n')).toContain('"key":"_caller"');
  });

  it('has connections of its own: no key’s request goes out on another’s socket', async () => {
    const seen = new Map<number | undefined, Set<string | undefined>>();
    const upstream = await RawUpstream.start((request, response) => {
      const port = request.socket.remotePort;
      seen.set(port, (seen.get(port) ?? new Set()).add(request.headers.authorization));
      const choices = [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }];
      const body = JSON.stringify({ id: 'x', object: 'chat.completion', created: 1, model: 'm', choices });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
    });
    try {
      const running = await start({
        providers: { alpha: { baseUrl: upstream.url, settings: { passthrough_keys: true } } },
      });
      for (let round = 0; round < 3; round++) {
        for (const key of [HIS, HERS, 'third']) expect((await ask(running, bearer(key))).status).toBe(200);
        expect((await ask(running)).status).toBe(200);
      }
      // Kept connections are used again: four credentials, four sockets, each with one of them.
      const keys = [...seen.values()].map((set) => [...set].join(' and '));
      expect(keys).toHaveLength(4);
      expect(new Set(keys)).toEqual(
        new Set([HIS, HERS, 'third', keyValue('alpha', 'main')].map((key) => `Bearer ${key}`)),
      );
    } finally {
      await upstream.close();
    }
  });

  describe('for Anthropic', () => {
    const CLAUDE = 'claude/claude-opus-4-6';
    const askAt = (running: Fleet, path: string, headers: Record<string, string>, stream = false): Promise<Answer> =>
      running.gateway.post(path, { model: CLAUDE, messages: MESSAGES, max_tokens: 64, stream }, headers);
    const claude = (): Promise<Fleet> =>
      start({
        providers: {
          claude: {
            type: 'anthropic',
            sandbox: { moreApiKeys: [HIS] },
            settings: { passthrough_keys: true, keys: undefined },
          },
        },
      });

    it.each(['/v1/chat/completions', '/anthropic/v1/messages'])('goes out as x-api-key: %s', async (path) => {
      const running = await claude();
      for (const headers of [bearer(HIS), { 'x-api-key': HIS }, { 'x-api-key': HIS, ...bearer('not-this-one') }]) {
        for (const stream of [false, true]) expect((await askAt(running, path, headers, stream)).status).toBe(200);
      }
      const sent = running.sent('claude').map(({ headers }) => [headers['x-api-key'], headers.authorization]);
      expect(sent).toHaveLength(6);
      expect(sent.every(([key, authorization]) => key === HIS && authorization === undefined)).toBe(true);
    });

    it('is refused in the dialect of the caller', async () => {
      const running = await claude();
      for (const stream of [false, true]) {
        const refused = await askAt(running, '/anthropic/v1/messages', { 'x-api-key': WRONG }, stream);
        expect(refused.status).toBe(401);
        expect(refused.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error' } });
        expect((await askAt(running, '/v1/chat/completions', bearer(WRONG), stream)).status).toBe(401);
        expect((await askAt(running, '/anthropic/v1/messages', {}, stream)).status).toBe(401);
      }
    });
  });
});
