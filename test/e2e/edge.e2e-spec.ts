import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { OverloadMonitor } from '../../src/common/overload/overload-monitor.js';
import { CHAT, startGateway, type TestGateway, withGateway } from '../support/gateway.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';

const CHAT_PATH = '/v1/chat/completions';
const BODY = JSON.stringify(CHAT);

describe('The edge', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_ALLOWED_HOSTS: 'gateway, *.example.com, 127.0.0.1' } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  /** The answer to a request that is written by hand. */
  async function raw(text: string, until = /\r\n\r\n[^]*\}$/): Promise<string> {
    const socket = await RawSocket.open(gateway.port);
    await socket.write(text);
    const answer = await socket.until(until);
    socket.close();
    return answer;
  }

  const post = (host: string, ...headers: string[]): string =>
    rawPost(CHAT_PATH, BODY, headers).replace('host: gateway', host);

  describe('Host', () => {
    it.each([
      ['two', 'host: gateway\r\nHost: gateway', 400, 'invalid_request'],
      ['two different', 'host: gateway\r\nHost: evil.org', 400, 'invalid_request'],
      ['a path', 'host: gateway/?x=#y', 400, 'invalid_request'],
      ['no name', 'host:', 400, 'invalid_request'],
      ['not allowed', 'host: evil.org', 421, 'misdirected_request'],
      ['the domain of a wildcard', 'host: example.com', 421, 'misdirected_request'],
    ])('%s: refused in OpenAI form, and the connection lives', async (_, host, status, code) => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(post(host));
      const refusal = await socket.until(/\r\n\r\n[^]*\}$/);
      expect(refusal).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [^]*x-request-id: req_[^]*"code":"${code}"`));
      expect(gateway.sent).toHaveLength(0);
      socket.clear();
      await socket.write(post('host: gateway'));
      expect(await socket.until(/\r\n\r\n[^]*\}$/)).toMatch(/^HTTP\/1\.1 200 /);
      socket.close();
    });

    it.each(['host: gateway:8080', 'Host: API.example.com'])('%s is answered', async (host) => {
      expect(await raw(post(host))).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('a probe of a load balancer may name any host, or in HTTP/1.0 none', async () => {
      expect(await raw('GET /health/ready HTTP/1.1\r\nhost: 10.0.0.7:8080\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
      expect(await raw('GET /health/ready HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /);
    });
  });

  it.each(['meet-me', '200-ok'])('Expect: %s is 417 in OpenAI form', async (expectation) => {
    const answer = await raw(post('host: gateway', `expect: ${expectation}`));
    expect(answer).toMatch(/^HTTP\/1\.1 417 [^]*"code":"expectation_failed"/);
    expect(gateway.sent).toHaveLength(0);
  });

  it('Expect: 100-continue is met', async () => {
    const answer = await raw(post('host: gateway', 'expect: 100-continue'), /HTTP\/1\.1 200 [^]*\}$/);
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  it('two lengths are refused by the parser', async () => {
    expect(await raw(post('host: gateway', 'content-length: 1'))).toMatch(/^HTTP\/1\.1 400 /);
    expect(gateway.sent).toHaveLength(0);
  });

  it('a header with an underscore is never acted upon', async () => {
    const body = { ...CHAT, store: true };
    const strict = await gateway.post(CHAT_PATH, body, { 'x-asbru-strict': 'true' });
    const loose = await gateway.post(CHAT_PATH, body, { x_asbru_strict: 'true', 'x_asbru-strict': 'true' });
    expect([strict.status, loose.status]).toEqual([400, 200]);
  });

  it('a request that goes round in circles is refused', async () => {
    for (const [name, value] of Object.entries({ 'x-asbru-hops': '4', via: '1.1 asbru,'.repeat(4) })) {
      const answer = await gateway.chat({}, { [name]: value });
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('request_loop');
    }
    expect((await gateway.chat({}, { 'x-asbru-hops': '3', via: '1.1 asbru' })).status).toBe(200);
  });

  it('gateways behind gateways count themselves, so that a circle ends', async () => {
    await gateway.chat();
    await gateway.chat({}, { 'user-agent': 'asbru' });
    await gateway.chat({}, { 'x-asbru-hops': '2' });
    await gateway.chat({}, { 'x-asbru-hops': '3' });
    expect(gateway.sent.map(({ headers }) => headers['x-asbru-hops'])).toEqual([undefined, '2', '3', '4']);
    expect(gateway.sent[0]?.headers['user-agent']).toBe('asbru');
  });

  it('tells clients how long an idle connection lives', () =>
    withGateway({ env: { ASBRU_HTTP_KEEP_ALIVE_MS: '20000' } }, async (patient) => {
      expect((await patient.chat()).headers['keep-alive']).toBe('timeout=20');
      expect((await gateway.chat()).headers['keep-alive']).toBe('timeout=75');
    }));

  it('a key that stands twice in one object is 400 and named', async () => {
    const twice = `{"model":"${CHAT.model}","messages":[{"role":"user","content":"a","\\u0063ontent":"b"}]}`;
    for (const path of [CHAT_PATH, '/v1/completions', '/v1/responses']) {
      const answer = await gateway.post(path, twice);
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ code: 'invalid_json', message: expect.stringContaining("'content' twice") });
    }
    expect(gateway.sent).toHaveLength(0);
  });

  it('a refusal is logged with its reason', async () => {
    const answer = await gateway.chat({}, { 'x-asbru-hops': '4' });
    const line = await gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({ status: 400, route: CHAT_PATH, error: { code: 'request_loop', fault: 'caller' } });
  });
});

describe("The client's address", () => {
  const FORWARDED = { 'x-forwarded-for': '1.2.3.4, 203.0.113.7' };

  it('is the connection by default, whatever a header says', () =>
    withGateway({}, async (gateway) => {
      const answer = await gateway.chat({}, FORWARDED);
      expect(await gateway.log.lineOf(answer.headers['x-request-id'])).toMatchObject({ client_address: '127.0.0.1' });
    }));

  it('is what a trusted proxy says, and is not told to the upstream', () =>
    withGateway({ env: { ASBRU_TRUSTED_PROXIES: '127.0.0.0/8' } }, async (gateway) => {
      const answer = await gateway.chat({}, { ...FORWARDED, 'x-forwarded-host': 'a', forwarded: 'for=1.2.3.4' });
      expect(await gateway.log.lineOf(answer.headers['x-request-id'])).toMatchObject({ client_address: '203.0.113.7' });
      expect(JSON.stringify(gateway.sent[0]?.headers)).not.toMatch(/forwarded|203\.0/);
    }));
});

describe('Overload', () => {
  it('refuses answers of models and nothing else, says when to come back, and recovers', () =>
    withGateway({ env: { ASBRU_MAX_IN_FLIGHT: '1' }, sandbox: { paceMs: 25 } }, async (gateway) => {
      const busy = await gateway.open(CHAT_PATH, { body: { ...CHAT, stream: true } });
      for (const path of [CHAT_PATH, '/v1/completions', '/v1/responses']) {
        // What is no JSON at all shows that the body is not looked at.
        const refused = await gateway.post(path, '{');
        expect({ path, status: refused.status, code: refused.error.code }).toEqual({
          path,
          status: 503,
          code: 'overloaded',
        });
        expect(refused.headers['retry-after']).toMatch(/^[123]$/);
      }
      for (const path of ['/health/live', '/health/ready', '/metrics', '/v1/models', '/docs/openapi.json']) {
        expect({ path, status: (await gateway.get(path)).status }).toEqual({ path, status: 200 });
      }
      expect(gateway.sent).toHaveLength(1);
      expect(gateway.app.get(OverloadMonitor).shed).toMatchObject({ in_flight: 3 });
      expect((await gateway.get('/metrics')).text).toMatch(/^asbru_requests_shed_total\{reason="in_flight"\} 3$/m);
      expect(await busy.body.text()).toMatch(/data: \[DONE\]\n\n$/);
      await gateway.log.lineOf(busy.headers['x-request-id']);
      expect((await gateway.chat()).status).toBe(200);
    }));

  it('looks at its load only from when the port is open: a start takes the processor for itself', async () => {
    let start: jest.SpyInstance | undefined;
    let looksBefore: number | undefined;
    const beforeListening = async (app: NestFastifyApplication): Promise<void> => {
      start = jest.spyOn(app.get(OverloadMonitor), 'start');
      await app.init();
      looksBefore = start.mock.calls.length;
    };
    await withGateway({ beforeListening }, async (gateway) => {
      expect((await gateway.chat()).status).toBe(200);
      expect([looksBefore, start?.mock.calls.length]).toEqual([0, 1]);
    });
  });

  it('refuses when the process cannot keep up', () =>
    withGateway({ env: { ASBRU_SHED_LOOP_DELAY_MS: '500' } }, async (gateway) => {
      const monitor = gateway.app.get(OverloadMonitor);
      // From here on two looks in a row are taken by hand: the timer's own would see a process that keeps up.
      monitor.stop();
      for (let look = 0; look < 2; look++) monitor.observe({ loopDelayMs: 600, inFlight: 0, heap: 0.1, rss: 0 });
      const refused = await gateway.chat();
      expect([refused.status, refused.error.code]).toEqual([503, 'overloaded']);
      monitor.observe({ loopDelayMs: 1, inFlight: 0, heap: 0.1, rss: 0 });
      expect((await gateway.chat()).status).toBe(200);
    }));
});
