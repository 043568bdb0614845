import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { CHAT, startGateway, type TestGateway } from '../support/gateway.js';
import { RawSocket, rawPost } from '../support/raw-socket.js';

const CHAT_PATH = '/v1/chat/completions';
const LIMIT = 64 * 1024;

describe('Transport', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ env: { ASBRU_BODY_LIMIT: String(LIMIT) } });
  });

  afterAll(() => gateway.close());
  beforeEach(() => gateway.reset());

  describe('routes', () => {
    it.each(['/', '/v1', '/v1/chat', '/v1/nothing?x=1', '/v2/chat/completions', '/v1/chatter'])(
      '#3 GET %s is an unknown path: 404 in OpenAI form',
      async (path) => {
        const answer = await gateway.get(path);
        expect(answer.status).toBe(404);
        expect(answer.headers['content-type']).toMatch(/^application\/json/);
        expect(answer.error).toEqual({
          message: expect.stringContaining('Unknown request URL'),
          type: 'invalid_request_error',
          param: null,
          code: 'not_found',
        });
      },
    );

    it.each([
      ['PUT', CHAT_PATH, 'POST'],
      ['DELETE', CHAT_PATH, 'POST'],
      ['GET', '/v1/completions', 'POST'],
      ['POST', '/v1/models', 'GET'],
      ['PATCH', '/v1/models/cerebras/gpt-oss-120b', 'GET'],
    ] as const)('#3 %s %s is a wrong method: 405 with allow', async (method, path, allow) => {
      const answer = await gateway.call(path, { method });
      expect(answer.status).toBe(405);
      expect(String(answer.headers.allow).split(', ')).toContain(allow);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', code: 'method_not_allowed' });
    });

    it('#3 a path that is no valid percent-encoding is a 4xx in OpenAI form', async () => {
      const answer = await gateway.get('/v1/models/%E0%A4%A');
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
      expect(answer.error.type).toBe('invalid_request_error');
      expect(answer.headers['x-request-id']).toEqual(expect.stringMatching(/^req_/));
    });

    it('#3 a path that is too long is a 4xx in OpenAI form', async () => {
      const answer = await gateway.get(`/v1/models/${'x'.repeat(2_000)}`);
      expect(answer.status).toBe(404);
      expect(answer.error.type).toBe('invalid_request_error');
    });
  });

  describe('what is not HTTP', () => {
    it('headers over the limit are 431 in OpenAI form', async () => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(`GET /v1/models HTTP/1.1\r\nhost: x\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`);
      await socket.closed;
      expect(socket.text).toMatch(/^HTTP\/1\.1 431 [^]*"type":"invalid_request_error"[^]*"code":"headers_too_large"/);
    });

    it.each([
      'HELLO\r\n\r\n',
      'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n',
      '\x16\x03\x01\x02\x00',
    ])('%j is 400 in OpenAI form, and the connection is closed', async (text) => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(text);
      await socket.closed;
      expect(socket.text).toMatch(/^HTTP\/1\.1 400 [^]*"type":"invalid_request_error"/);
    });

    it('#21 a body that ends early harms nobody', async () => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(CHAT_PATH, JSON.stringify(CHAT)).slice(0, -10));
      socket.close();
      await socket.closed;
      expect((await gateway.chat()).status).toBe(200);
      expect(gateway.sent).toHaveLength(1);
    });
  });

  describe('bodies', () => {
    it.each([
      ['not JSON', '{"model":', 'invalid_json'],
      ['text', 'hello', 'invalid_json'],
      ['empty', '', 'invalid_json'],
      ['white space', '  \n ', 'invalid_json'],
      ['two documents', '{}{}', 'invalid_json'],
      ['an array', '[]', 'invalid_type'],
      ['a string', '"x"', 'invalid_type'],
      ['a number', '1', 'invalid_type'],
      ['a large number', '12345678901234567890', 'invalid_type'],
      ['null', 'null', 'invalid_type'],
      ['true', 'true', 'invalid_type'],
      ['a key __proto__', '{"__proto__":{"model":"x"}}', 'invalid_json'],
      ['an escaped key __proto__', String.raw`{"model":"cerebras/x","__pr\u006fto__":{"messages":[]}}`, 'invalid_json'],
      ['nesting without end', `{"model":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'invalid_json'],
    ])('#4 %s is 400 and the upstream is not called', async (_, body, code) => {
      for (const path of [CHAT_PATH, '/v1/completions']) {
        const answer = await gateway.post(path, body);
        expect({ status: answer.status, error: answer.error }).toEqual({
          status: 400,
          error: { message: expect.any(String), type: 'invalid_request_error', param: null, code },
        });
      }
      expect(gateway.sent).toHaveLength(0);
    });

    it('#4 bytes that are not UTF-8 are 400', async () => {
      const body = Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
      const answer = await gateway.post(CHAT_PATH, body);
      expect(answer.status).toBe(400);
      expect(answer.error.code).toBe('invalid_json');
    });

    it('#4 no body at all is 400', async () => {
      const answer = await gateway.call(CHAT_PATH);
      expect(answer.status).toBe(400);
      expect(answer.error.type).toBe('invalid_request_error');
    });

    it.each([
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/vnd.msgpack',
    ])('#4 a body of type %s is 415 in OpenAI form', async (type) => {
      const answer = await gateway.post(CHAT_PATH, JSON.stringify(CHAT), { 'content-type': type });
      expect(answer.status).toBe(415);
      expect(answer.error).toMatchObject({ type: 'invalid_request_error', code: 'unsupported_media_type' });
      expect(gateway.sent).toHaveLength(0);
    });

    it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/problem+json'])(
      'a body of type %s is read',
      async (type) => {
        const answer = await gateway.post(CHAT_PATH, JSON.stringify(CHAT), { 'content-type': type });
        expect(answer.status).toBe(200);
      },
    );

    it('a BOM before the JSON is ignored', async () => {
      expect((await gateway.post(CHAT_PATH, `\uFEFF${JSON.stringify(CHAT)}`)).status).toBe(200);
    });

    it.each([
      ['gzip', gzipSync],
      ['x-gzip', gzipSync],
      ['GZIP', gzipSync],
      ['deflate', deflateSync],
      ['br', brotliCompressSync],
    ] as const)('#5 content-encoding %s is decoded', async (encoding, compress) => {
      const messages = [{ role: 'user', content: `Say: ${'é😀'.repeat(200)}` }];
      const body = compress(Buffer.from(JSON.stringify({ ...CHAT, messages })));
      const answer = await gateway.post(CHAT_PATH, body, { 'content-encoding': encoding });
      expect(answer.status).toBe(200);
      expect(gateway.sentBody.messages).toEqual(messages);
    });

    it.each([
      ['no gzip at all', Buffer.from(JSON.stringify(CHAT))],
      ['a cut end', gzipSync(Buffer.from(JSON.stringify(CHAT))).subarray(0, -12)],
      ['nothing', Buffer.alloc(0)],
    ])('#5 broken gzip (%s) is 400', async (_, body) => {
      const answer = await gateway.post(CHAT_PATH, body, { 'content-encoding': 'gzip' });
      expect(answer.status).toBe(400);
      expect(answer.error.type).toBe('invalid_request_error');
      expect(gateway.sent).toHaveLength(0);
    });

    it('#5 gzip that unfolds over the limit is 413', async () => {
      const body = gzipSync(Buffer.alloc(16 * 1024 * 1024, 32));
      expect(body.length).toBeLessThan(LIMIT);
      const answer = await gateway.post(CHAT_PATH, body, { 'content-encoding': 'gzip' });
      expect(answer.status).toBe(413);
      expect(answer.error.code).toBe('request_too_large');
    });

    it.each(['zstd', 'compress', 'gzip, gzip', 'constructor', '__proto__', 'tostring'])(
      '#5 content-encoding %s is 415',
      async (encoding) => {
        const answer = await gateway.post(CHAT_PATH, CHAT, { 'content-encoding': encoding });
        expect(answer.status).toBe(415);
        expect(answer.error.code).toBe('unsupported_media_type');
      },
    );

    it('#6 a chunked body in pieces of one byte arrives unchanged', async () => {
      const messages = [{ role: 'user', content: 'Say: é 😀 \u2028 "q" \\ end' }];
      const bytes = Buffer.from(JSON.stringify({ ...CHAT, messages }));
      const socket = await RawSocket.open(gateway.port);
      socket.socket.setNoDelay(true);
      await socket.write(
        `POST ${CHAT_PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      for (const byte of bytes)
        await socket.write(Buffer.concat([Buffer.from('1\r\n'), Buffer.of(byte), Buffer.from('\r\n')]));
      await socket.write('0\r\n\r\n');
      expect(await socket.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
      expect(gateway.sentBody.messages).toEqual(messages);
      socket.close();
    });

    it('#7 a body over the limit is 413, and the connection can be used again', async () => {
      const socket = await RawSocket.open(gateway.port);
      await socket.write(rawPost(CHAT_PATH, JSON.stringify({ ...CHAT, user: 'x'.repeat(LIMIT) })));
      const refusal = await socket.until(/"code":"request_too_large"[^]*\}$/);
      expect(refusal).toMatch(/^HTTP\/1\.1 413 /);
      expect(gateway.sent).toHaveLength(0);
      socket.clear();
      await socket.write(rawPost(CHAT_PATH, JSON.stringify(CHAT)));
      expect(await socket.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200 /);
      socket.close();
    });

    it('#7 a chunked body over the limit is 413', async () => {
      const chunk = Buffer.alloc(32 * 1024, 97).toString();
      async function* body() {
        yield '{"model":"';
        for (let i = 0; i < 8; i++) yield chunk;
        yield '"}';
      }
      const response = await fetch(`${gateway.origin}${CHAT_PATH}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: ReadableStream.from(body()).pipeThrough(new TextEncoderStream()),
        duplex: 'half',
      });
      expect(response.status).toBe(413);
      expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
    });

    it('#7 a body just under the limit passes', async () => {
      const rest = JSON.stringify({ ...CHAT, prompt_cache_retention: '' }).length;
      const answer = await gateway.chat({ prompt_cache_retention: 'x'.repeat(LIMIT - rest) });
      expect(answer.status).toBe(200);
    });
  });

  describe('headers', () => {
    it('#8 every answer has its own x-request-id, and the log has it too', async () => {
      const answers = await Promise.all([
        gateway.chat(),
        gateway.chat({ stream: true }),
        gateway.chat({ n: 0 }),
        gateway.get('/nothing'),
        gateway.get('/v1/models'),
        gateway.post('/v1/embeddings', {}),
        gateway.post(CHAT_PATH, '{'),
      ]);
      const ids = answers.map(({ headers }) => headers['x-request-id']);
      expect(ids).toEqual(ids.map(() => expect.stringMatching(/^req_[0-9a-f]{32}$/)));
      expect(new Set(ids).size).toBe(ids.length);
      for (const id of ids) expect(await gateway.log.lineOf(id)).toMatchObject({ request_id: id });
    });

    it('#8 the id of the upstream stands apart', async () => {
      const answer = await gateway.chat();
      expect(answer.headers['inference-id']).toBe(answer.completion.id);
      expect(answer.headers['x-request-id']).not.toBe(answer.completion.id);
    });

    it("#8 the caller's own id is not taken over", async () => {
      const answer = await gateway.chat({}, { 'x-request-id': 'mine-12345678' });
      expect(answer.headers['x-request-id']).not.toBe('mine-12345678');
      const line = await gateway.log.lineOf(answer.headers['x-request-id']);
      expect(line.client_request_id).toBe('mine-12345678');
    });

    it('#24 nothing of the caller goes upstream but the request', async () => {
      const answer = await gateway.chat(
        {},
        {
          authorization: 'Bearer sk-caller',
          cookie: 'session=1',
          'x-api-key': 'sk-caller-2',
          'x-cerebras-version-patch': '1',
          queue_threshold: '100',
          te: 'trailers',
          'x-forwarded-for': '1.2.3.4',
          'x-stainless-os': 'Linux',
          'openai-organization': 'org-1',
          'user-agent': 'caller/1',
        },
      );
      expect(answer.status).toBe(200);
      const [sent] = gateway.sent;
      expect(Object.keys(sent?.headers ?? {}).toSorted()).toEqual([
        'accept-encoding',
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'user-agent',
      ]);
      expect(sent?.apiKey).not.toContain('caller');
      expect(JSON.stringify(sent?.headers)).not.toContain('caller');
    });

    it('#24 nothing of the upstream comes back but the ids and the limits', async () => {
      const answer = await gateway.chat();
      expect(
        Object.keys(answer.headers)
          .filter((name) => !/^x-(?:ratelimit|asbru)-/.test(name))
          .toSorted(),
      ).toEqual(['connection', 'content-length', 'content-type', 'date', 'inference-id', 'keep-alive', 'x-request-id']);
    });

    it('#14 the minute window of the limits stands under the names that OpenAI clients read', async () => {
      const { headers } = await gateway.chat();
      expect(headers['x-ratelimit-limit-requests']).toBe(headers['x-ratelimit-limit-requests-minute']);
      expect(headers['x-ratelimit-remaining-tokens']).toBe(headers['x-ratelimit-remaining-tokens-minute']);
      expect(headers['x-ratelimit-reset-requests']).toMatch(/^(\d+h)?(\d+m)?\d+(\.\d+)?m?s$/);
    });

    it('requests that follow each other on one connection are all answered', async () => {
      const socket = await RawSocket.open(gateway.port);
      const body = JSON.stringify(CHAT);
      await socket.write(rawPost(CHAT_PATH, body) + rawPost(CHAT_PATH, '{') + rawPost(CHAT_PATH, body));
      const text = await socket.until(/(HTTP\/1\.1 [^]*){3}chat\.completion[^]*\}$/);
      expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '400', '200']);
      socket.close();
    });
  });
});
