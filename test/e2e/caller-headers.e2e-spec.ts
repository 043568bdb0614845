import { Fleet, keyValue } from '../support/fleet.js';
import { startGateway, type TestGateway, UPSTREAM_KEY, withGateway } from '../support/gateway.js';

/** What callers, their SDKs, browsers and load balancers send, and what somebody may try. */
const SENT: Readonly<Record<string, string>> = {
  authorization: 'Bearer sk-callers-own-key',
  'x-api-key': 'sk-callers-own-key',
  'api-key': 'sk-callers-own-key',
  'x-goog-api-key': 'sk-callers-own-key',
  'proxy-authorization': 'Basic dXNlcjpwYXNz',
  cookie: 'session=callers-own-cookie',
  'user-agent': 'OpenAI/JS 6.0.0',
  'openai-organization': 'org-1',
  'openai-project': 'proj-1',
  'openai-beta': 'assistants=v2',
  'anthropic-version': '2023-06-01',
  'anthropic-beta': 'x',
  'anthropic-dangerous-direct-browser-access': 'true',
  'x-stainless-lang': 'js',
  'x-stainless-retry-count': '1',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  forwarded: 'for=203.0.113.7;host=evil.example',
  'x-real-ip': '203.0.113.7',
  via: '1.1 proxy.example',
  origin: 'https://evil.example',
  referer: 'https://evil.example/',
  'x-request-id': 'callers-own-id',
  'x-whatever': 'callers-own-value',
  'x-asbru-session': 'callers-own-session',
  'x-base-url': 'http://evil.example',
  'x-portkey-custom-host': 'http://evil.example',
  'x-upstream-url': 'http://evil.example',
  'helicone-target-url': 'http://evil.example',
  'x-http-method-override': 'DELETE',
  'accept-language': 'de',
  'accept-encoding': 'gzip, br',
  'x-amzn-trace-id': 'Root=1-1',
};
/** All that ever goes out, and why: HTTP itself, the credential, who asks, the trace, the number of gateways passed. */
const ALLOWED = new Set([
  'host',
  'connection',
  'content-length',
  'content-type',
  'authorization',
  'user-agent',
  'accept-encoding',
  'traceparent',
  'tracestate',
  'x-asbru-hops',
]);

const CLAUDE = 'anthropic/claude-opus-4-6';
/** The same for Anthropic's API, which has a header of its own for the key. */
const ANTHROPIC_ALLOWED = [...ALLOWED, 'x-api-key', 'anthropic-version'].filter((name) => name !== 'authorization');

const CHAT = { model: 'cerebras/gpt-oss-120b', messages: [{ role: 'user', content: 'Say: hello' }] };

describe('Headers and queries of callers', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  it.each([
    ['/v1/chat/completions', CHAT],
    ['/v1/chat/completions', { ...CHAT, stream: true }],
    ['/openai/chat/completions', CHAT],
    ['/v1/completions', { model: CHAT.model, prompt: 'Hello' }],
    ['/v1/completions', { model: CHAT.model, prompt: 'Hello', stream: true }],
    ['/v1/responses', { model: CHAT.model, input: 'Say: hello' }],
    ['/anthropic/v1/messages', { ...CHAT, max_tokens: 64 }],
    ['/anthropic/v1/messages', { ...CHAT, max_tokens: 64, stream: true }],
    ['/v1/responses', { model: CHAT.model, input: 'Say: hello', stream: true }],
  ])('%s: none reaches the upstream but by the allow-list', async (path, body) => {
    const query = '?api_base=http://evil.example&beta=true&key=callers-own-key';
    const answer = await gateway.post(path + query, body, { ...SENT });
    expect(answer.status).toBe(200);
    const [sent, ...more] = gateway.sent;
    expect(more).toEqual([]);
    expect(Object.keys(sent?.headers ?? {}).filter((name) => !ALLOWED.has(name))).toEqual([]);
    expect(sent?.headers).toMatchObject({
      host: new URL(gateway.sandbox.url).host,
      authorization: `Bearer ${UPSTREAM_KEY}`,
      'user-agent': 'asbru',
      'accept-encoding': 'identity',
    });
    expect(sent?.url).not.toContain('?');
    expect(JSON.stringify(sent?.rawHeaders)).not.toMatch(/callers-own|evil|sk-callers|203\.0\.113/);
  });

  it.each(['base_url', 'api_base', 'api_key', 'baseURL', 'host', 'headers', 'extra_headers', 'extra_query', 'url'])(
    'a field %s of the body changes nothing about where the request goes',
    async (field) => {
      const value = field.includes('headers') ? { host: 'evil.example', authorization: 'evil' } : 'http://evil.example';
      const answer = await gateway.post('/v1/chat/completions', { ...CHAT, [field]: value });
      expect(answer.status).toBe(200);
      expect(answer.filtered).toContain(field);
      expect(gateway.sent.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${UPSTREAM_KEY}`]);
      expect(gateway.sentText).not.toContain('evil');
    },
  );

  it('an upstream at a link-local address is not connected to, and the answer says why', async () => {
    await withGateway({ upstream: 'http://[::ffff:169.254.169.254]' }, async (refused) => {
      for (const stream of [false, true]) {
        const answer = await refused.chat({ stream });
        expect(answer.status).toBe(502);
        expect(answer.error).toMatchObject({ code: 'egress_denied', message: expect.stringContaining('base_url') });
        expect(answer.text).not.toMatch(/169|a9fe/);
        expect(answer.headers['x-asbru-attempts']).toBe('1');
      }
    });
  });

  describe('with a provider of another type', () => {
    let fleet: Fleet;

    beforeAll(async () => {
      fleet = await Fleet.start({ providers: { anthropic: { type: 'anthropic' } } });
    });
    afterAll(() => fleet.close());
    beforeEach(() => fleet.reset());

    const MESSAGE = { ...CHAT, model: CLAUDE, max_tokens: 64 };

    it.each([
      ['/v1/chat/completions', { ...CHAT, model: CLAUDE }, ANTHROPIC_ALLOWED],
      ['/v1/chat/completions', { ...CHAT, model: CLAUDE, stream: true }, ANTHROPIC_ALLOWED],
      ['/anthropic/v1/messages', MESSAGE, [...ANTHROPIC_ALLOWED, 'anthropic-beta']],
      ['/anthropic/v1/messages', { ...MESSAGE, stream: true }, [...ANTHROPIC_ALLOWED, 'anthropic-beta']],
    ])('%s: what its own dialect needs, and nothing else', async (path, body, allowed) => {
      const query = '?beta=true&api_base=http://evil.example&key=callers-own-key';
      const answer = await fleet.gateway.post(path + query, body, { ...SENT });
      expect(answer.status).toBe(200);
      const [sent] = fleet.sent('anthropic');
      expect(Object.keys(sent?.headers ?? {}).filter((name) => !allowed.includes(name))).toEqual([]);
      expect(sent?.headers).toMatchObject({
        host: new URL(fleet.sandbox('anthropic').url).host,
        'x-api-key': keyValue('anthropic', 'main'),
      });
      expect(sent?.url).not.toMatch(/api_base|key=/);
      expect(JSON.stringify(sent?.rawHeaders)).not.toMatch(/callers-own|evil|sk-callers|203\.0\.113/);
    });

    it.each(['/v1/chat/completions', '/anthropic/v1/messages'])('%s: a redirect is not followed', async (path) => {
      for (const stream of [false, true]) {
        fleet
          .sandbox('anthropic')
          .script({ kind: 'redirect', location: `${gateway.sandbox.url}/v1/messages`, times: 3 });
        const answer = await fleet.gateway.post(path, { ...MESSAGE, stream });
        expect(answer.status).toBe(502);
        expect(answer.text).toContain('redirect');
        // A good answer closes the breaker's count of failures.
        fleet.reset();
        expect((await fleet.gateway.post(path, MESSAGE)).status).toBe(200);
      }
      expect(gateway.sandbox.requests.filter(({ path: seen }) => seen === '/v1/messages')).toEqual([]);
    });
  });
});
