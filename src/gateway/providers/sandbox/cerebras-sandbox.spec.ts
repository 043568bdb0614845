import { request as httpRequest, type IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import { CerebrasSandbox } from './cerebras-sandbox.js';

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  rawHeaders: string[];
  text: string;
  json: Record<string, unknown>;
}

function send(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(url, { method: options.method ?? 'POST', headers: options.headers });
    outgoing.on('error', reject);
    outgoing.on('response', (incoming: IncomingMessage) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const isJson = incoming.headers['content-type'] === 'application/json';
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          rawHeaders: incoming.rawHeaders,
          text,
          json: isJson ? (JSON.parse(text) as Answer['json']) : {},
        });
      });
    });
    outgoing.end(options.body);
  });
}

const AUTH = { authorization: 'Bearer csk-sandbox', 'content-type': 'application/json' };
const hello = { model: 'gpt-oss-120b', messages: [{ role: 'user', content: 'Hello' }] };

describe('the sandbox on the wire', () => {
  let sandbox: CerebrasSandbox;
  const chat = (body: object = hello, headers: Record<string, string> = {}) =>
    send(`${sandbox.url}/v1/chat/completions`, { headers: { ...AUTH, ...headers }, body: JSON.stringify(body) });
  const get = (path: string, headers: Record<string, string> = AUTH) =>
    send(`${sandbox.url}${path}`, { method: 'GET', headers });

  beforeAll(async () => {
    sandbox = await CerebrasSandbox.start({ paceMs: 0, moreApiKeys: ['csk-second'] });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.close());

  describe('keys and paths', () => {
    const post = (headers: Record<string, string>) =>
      send(`${sandbox.url}/v1/chat/completions`, { headers, body: JSON.stringify(hello) });

    it('answers 403 without a key', async () => {
      const answer = await post({ 'content-type': 'application/json' });
      expect([answer.status, answer.text]).toEqual([403, '{"detail":"Not authenticated"}']);
    });

    it('answers 403 to another scheme', async () => {
      const answer = await post({ ...AUTH, authorization: 'Basic eDp5' });
      expect([answer.status, answer.text]).toEqual([403, '{"detail":"Invalid authentication credentials"}']);
    });

    it('answers 401 to a wrong key, before it looks at the body', async () => {
      const answer = await send(`${sandbox.url}/v1/chat/completions`, {
        headers: { ...AUTH, authorization: 'Bearer csk-wrong' },
        body: 'not json',
      });
      expect(answer.status).toBe(401);
      expect(answer.text).toBe(
        '{"message":"Wrong API Key","type":"invalid_request_error","param":"api_key","code":"wrong_api_key"}',
      );
    });

    it('accepts each of its keys', async () => {
      expect((await chat(hello, { authorization: 'Bearer csk-second' })).status).toBe(200);
      expect(sandbox.requests[0]?.apiKey).toBe('csk-second');
    });

    it.each(['/v1/responses', '/v1/embeddings', '/v1/messages', '/chat/completions', '/'])(
      'answers 404 with no byte to %s',
      async (path) => {
        const answer = await send(`${sandbox.url}${path}`, { headers: AUTH, body: '{}' });
        expect([answer.status, answer.headers['content-type'], answer.text]).toEqual([404, 'text/plain', '']);
      },
    );

    it('answers 405 to another method', async () => {
      const answer = await get('/v1/chat/completions');
      expect([answer.status, answer.headers['allow']]).toEqual([405, 'POST']);
    });

    it('turns python-urllib away, as the edge does', async () => {
      const answer = await chat(hello, { 'user-agent': 'Python-urllib/3.12' });
      expect([answer.status, answer.text]).toEqual([403, 'error code: 1010']);
    });

    it('answers the warm-up of the vendor SDK', async () => {
      expect((await get('/v1/tcp_warming')).status).toBe(200);
      expect((await get('/v1/tcp_warming', {})).status).toBe(403);
    });
  });

  describe('answers', () => {
    it('writes a whole answer in the captured order of keys', async () => {
      const { headers, text } = await chat();
      const id = String(headers['inference-id']);
      const pattern = [
        `^{"id":"${id}","choices":[{"finish_reason":"stop","index":0,"message":{`,
        '"content":"Hello! How can I help you today?","reasoning":"We need to answer about Hello. Keep it short and clear.","role":"assistant"}}],',
        '"created":\\d+,"model":"gpt-oss-120b","system_fingerprint":"fp_[0-9a-f]{20}","object":"chat.completion",',
        '"usage":{"total_tokens":\\d+,"completion_tokens":22,"completion_tokens_details":{"accepted_prediction_tokens":0,"rejected_prediction_tokens":0,"reasoning_tokens":13},',
        '"prompt_tokens":\\d+,"prompt_tokens_details":{"cached_tokens":0}},',
        '"time_info":{"created":[\\d.]+,"queue_time":[\\d.]+,"prompt_time":[\\d.]+,"completion_time":[\\d.]+,"total_time":[\\d.]+}}$',
      ].join('');
      expect(text).toMatch(new RegExp(pattern.replaceAll(/[?.](?=[" ])/g, '\\$&').replaceAll('[{', '\\[{')));
      expect(id).toMatch(/^chatcmpl-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    });

    it('has the headers of the captures and no x-request-id', async () => {
      const { headers } = await chat();
      expect(headers).toMatchObject({
        'content-type': 'application/json',
        server: 'cloudflare',
        'cf-cache-status': 'DYNAMIC',
        'cf-ray': expect.stringMatching(/^[0-9a-f]{16}-[A-Z]{3}$/) as string,
        'alt-svc': 'h3=":443"; ma=86400',
        'referrer-policy': 'strict-origin-when-cross-origin',
        'x-content-type-options': 'nosniff',
        'transfer-encoding': 'chunked',
        'set-cookie': [
          expect.stringMatching(/^__cf_bm=.+; HttpOnly; SameSite=None; Secure; Path=\/; Domain=api\.cerebras\.ai$/),
        ],
      });
      expect(headers['strict-transport-security']).toBeDefined();
      expect(headers['x-request-id']).toBeUndefined();
      expect(headers['content-length']).toBeUndefined();
    });

    it('leaves the inference id and the rate-limit headers off a refusal', async () => {
      const { status, headers } = await chat({ ...hello, store: true });
      expect(status).toBe(400);
      expect(headers['cf-ray']).toBeDefined();
      expect(Object.keys(headers).filter((name) => /ratelimit|inference/.test(name))).toEqual([]);
    });

    it('writes a stream in the captured form', async () => {
      const { headers, text } = await chat({ ...hello, stream: true });
      expect(headers['content-type']).toBe('text/event-stream; charset=utf-8');
      const lines = text.split('\n\n');
      expect(lines.pop()).toBe('');
      expect(lines.pop()).toBe('data: [DONE]');
      const head = `{"id":"${String(headers['inference-id'])}","choices":[`;
      expect(lines[0]).toMatch(
        new RegExp(
          `^data: ${head.replace('[', '\\[')}{"delta":{"role":"assistant"},"index":0}],"created":\\d+,"model":"gpt-oss-120b","system_fingerprint":"fp_[0-9a-f]{20}","object":"chat.completion.chunk"}$`,
        ),
      );
      expect(lines[1]).toContain(`${head}{"delta":{"reasoning":"We"},"index":0}],`);
      expect(lines.every((line) => line.startsWith(`data: ${head}`))).toBe(true);
      const withFinish = lines.filter((line) => /finish_reason|usage|time_info/.test(line));
      expect(withFinish).toEqual([lines.at(-1)]);
      expect(withFinish[0]).toMatch(
        /\[\{"delta":\{\},"finish_reason":"stop","index":0\}\],.*"object":"chat\.completion\.chunk","usage":\{"total_tokens":.*\},"time_info":\{.*\}\}$/,
      );
      const kinds = lines.map((line) => /"delta":\{"(\w+)"/.exec(line)?.[1] ?? 'end');
      expect(kinds.join(' ')).toMatch(/^role( reasoning)+( content)+ end$/);
    });

    it('streams the same words as it answers whole', async () => {
      const question = { ...hello, messages: [{ role: 'user', content: 'Explain tides' }] };
      const whole = (await chat(question)).json as {
        choices: Array<{ message: { content: string; reasoning: string } }>;
      };
      const { text } = await chat({ ...question, stream: true });
      const joined = (key: string) =>
        [...text.matchAll(new RegExp(`"${key}":("(?:[^"\\\\]|\\\\.)*")`, 'g'))]
          .map((match) => JSON.parse(match[1] ?? '""') as string)
          .join('');
      expect(joined('content')).toBe(whole.choices[0]?.message.content);
      expect(joined('reasoning')).toBe(whole.choices[0]?.message.reasoning);
    });
  });

  describe('bodies', () => {
    const post = (body: string | Buffer, headers: Record<string, string>) =>
      send(`${sandbox.url}/v1/chat/completions`, { headers: { ...AUTH, ...headers }, body });
    // {"model":"gpt-oss-120b","messages":[{"role":"user","content":"Hello"}]}
    const packed = Buffer.from(
      '82a56d6f64656cac6770742d6f73732d31323062a86d657373616765739182a4726f6c65a475736572a7636f6e74656e74a548656c6c6f',
      'hex',
    );

    it.each([
      ['gzip', gzipSync(JSON.stringify(hello)), { 'content-encoding': 'gzip' }],
      ['MessagePack', packed, { 'content-type': 'application/vnd.msgpack' }],
      [
        'MessagePack in gzip',
        gzipSync(packed),
        { 'content-type': 'application/vnd.msgpack', 'content-encoding': 'gzip' },
      ],
      [
        'JSON with a charset',
        Buffer.from(JSON.stringify(hello)),
        { 'content-type': 'application/json; charset=utf-8' },
      ],
    ])('reads %s, and keeps the bytes as they came', async (_, body, headers) => {
      const answer = await post(body, headers);
      expect(answer.status).toBe(200);
      expect(sandbox.requests[0]?.rawBody.equals(body)).toBe(true);
      expect(sandbox.requests[0]?.json).toEqual(hello);
    });

    it.each([
      ['broken JSON', '{"model"', {}, 400, 'Request body is not valid JSON'],
      ['nothing', '', {}, 400, 'Request body is not valid JSON'],
      ['broken gzip', 'no gzip', { 'content-encoding': 'gzip' }, 400, 'Request body is not valid gzip'],
      ['another encoding', '{}', { 'content-encoding': 'br' }, 400, "Unsupported content encoding 'br'"],
      [
        'broken MessagePack',
        Buffer.from([0xc1]),
        { 'content-type': 'application/vnd.msgpack' },
        400,
        'Request body is not valid MessagePack',
      ],
      ['another type', '{}', { 'content-type': 'text/plain' }, 415, "Unsupported content type 'text/plain'"],
    ])('refuses %s', async (_, body, headers, status, message) => {
      const answer = await post(body, headers);
      expect([answer.status, answer.json['message']]).toEqual([status, message]);
    });

    it('refuses a body of more than 32 MB', async () => {
      const answer = await post(Buffer.alloc(33 * 1024 * 1024, 0x20), {});
      expect([answer.status, answer.json['message'], answer.json['type']]).toEqual([
        413,
        'Total request size exceeds maximum',
        'content_too_large',
      ]);
    });

    it.each([
      [{ 'x-cerebras-version-patch': '2' }, 200],
      [{ 'x-cerebras-version-patch': 'two' }, 400],
      [{ queue_threshold: '100' }, 400],
    ])('reads the headers %j', async (headers, status) => {
      expect((await chat(hello, headers)).status).toBe(status);
    });

    it('takes a queue threshold with the flexible tiers', async () => {
      const flexible = { ...hello, service_tier: 'auto' };
      const answer = await chat(flexible, { queue_threshold: '100' });
      expect(answer.json).toMatchObject({ service_tier: 'auto', service_tier_used: 'default' });
      expect((await chat(flexible, { queue_threshold: '49' })).status).toBe(400);
    });
  });

  describe('models', () => {
    it('lists them as captured', async () => {
      const { json, text } = await get('/v1/models');
      expect(text).toMatch(
        /^\{"object":"list","data":\[\{"id":"gpt-oss-120b","object":"model","created":0,"owned_by":"Cerebras"\},/,
      );
      expect((json['data'] as Array<{ id: string }>).map(({ id }) => id)).toEqual([
        'gpt-oss-120b',
        'qwen-3.8-27b',
        'gemma-4-31b',
        'zai-glm-4.7',
        'llama-3.3-70b',
        'llama-3.2-90b',
        'llama-3-8b',
      ]);
    });

    it('shows one of them, also by an encoded id', async () => {
      const answer = await get('/v1/models/llama%2D3-8b');
      expect(answer.json).toEqual({ id: 'llama-3-8b', object: 'model', created: 0, owned_by: 'Cerebras' });
    });

    it('answers 404 for one that it has not', async () => {
      const answer = await get('/v1/models/a%2Fb');
      expect([answer.status, answer.json['code'], answer.json['message']]).toEqual([
        404,
        'model_not_found',
        'Model a/b does not exist or you do not have access to it.',
      ]);
      expect((await get('/v1/models/%E0%A4')).status).toBe(404);
    });

    it('needs a key for them, except for the public catalogue', async () => {
      expect((await get('/v1/models', {})).status).toBe(403);
      const { json } = await get('/public/v1/models/gpt-oss-120b', {});
      expect(json).toMatchObject({
        created: 1_754_438_400,
        pricing: { prompt: '0.00000035', completion: '0.00000075' },
        capabilities: { vision: false, reasoning: true, parallel_tool_calls: false },
        limits: { max_context_length: 131_072, max_completion_tokens: 40_960, requests_per_minute: null },
        architecture: { instruct_type: 'harmony' },
      });
      expect((await get('/public/v1/models', {})).json['object']).toBe('list');
    });

    it('writes them in other formats', async () => {
      const router = (await get('/v1/models?format=openrouter')).json as { data: Array<{ id: string }> };
      expect(Object.keys(router)).toEqual(['data']);
      expect(router.data[0]).toMatchObject({ id: 'cerebras/gpt-oss-120b', max_output_length: 40_960 });
      const face = (await get('/public/v1/models/qwen-3.8-27b?format=huggingface')).json;
      expect(face).toMatchObject({ context_length: 131_072, pricing: { input: 0.99, output: 1.49 } });
      expect((await get('/v1/models?format=xml')).status).toBe(400);
    });
  });

  describe('records', () => {
    it('keeps what came, in order, until it is reset', async () => {
      await chat(hello, { 'X-Custom': 'Ä' });
      await get('/v1/models?format=openrouter');
      expect(sandbox.requests.map(({ method, path, url }) => [method, path, url])).toEqual([
        ['POST', '/v1/chat/completions', '/v1/chat/completions'],
        ['GET', '/v1/models', '/v1/models?format=openrouter'],
      ]);
      expect(sandbox.requests[0]?.rawHeaders).toContain('X-Custom');
      expect(await sandbox.requests[0]?.closed).toBe('finished');
      expect(sandbox.requests[0]).toMatchObject({ aborted: false, status: 200 });
      sandbox.reset();
      expect(sandbox.requests).toEqual([]);
    });

    it('says when the client went away before the answer was complete', async () => {
      sandbox.script({ kind: 'stall', afterFrames: 2 });
      const controller = new AbortController();
      const response = await fetch(`${sandbox.url}/v1/chat/completions`, {
        method: 'POST',
        headers: AUTH,
        body: JSON.stringify({ ...hello, stream: true }),
        signal: controller.signal,
      });
      await response.body?.getReader().read();
      const [request] = sandbox.requests;
      expect([request?.aborted, sandbox.activeRequests]).toEqual([false, 1]);
      const before = Date.now();
      controller.abort();
      expect(await request?.closed).toBe('aborted');
      expect(request?.aborted).toBe(true);
      expect(request?.closedAt).toBeGreaterThanOrEqual(before);
      expect(sandbox.activeRequests).toBe(0);
    });

    it('wakes those who wait for requests', async () => {
      sandbox.script({ kind: 'never' });
      const controller = new AbortController();
      const pending = fetch(`${sandbox.url}/v1/chat/completions`, {
        method: 'POST',
        headers: AUTH,
        body: JSON.stringify(hello),
        signal: controller.signal,
      });
      await sandbox.waitForRequests(1);
      controller.abort();
      await expect(pending).rejects.toThrow('abort');
      expect(await sandbox.requests[0]?.closed).toBe('aborted');
    });

    it('keeps no more than it is told to', async () => {
      const small = await CerebrasSandbox.start({ paceMs: 0, keepRequests: 2 });
      const off = await CerebrasSandbox.start({ paceMs: 0, keepRequests: 0 });
      for (const path of ['/a', '/b', '/c']) {
        await send(`${small.url}${path}`, { method: 'GET' });
        await send(`${off.url}${path}`, { method: 'GET' });
      }
      expect(small.requests.map(({ path }) => path)).toEqual(['/b', '/c']);
      expect(off.requests).toEqual([]);
      await Promise.all([small.close(), off.close()]);
    });
  });

  describe('pace', () => {
    it('spreads frames over time, and takes as long for the whole answer', async () => {
      const paced = await CerebrasSandbox.start({ paceMs: 5, latencyMs: 20 });
      const timed = async (body: object) => {
        const start = performance.now();
        const { text } = await send(`${paced.url}/v1/chat/completions`, { headers: AUTH, body: JSON.stringify(body) });
        return { ms: performance.now() - start, frames: text.split('\n\n').length - 2 };
      };
      const stream = await timed({ ...hello, stream: true });
      // Timers may fire up to a millisecond early.
      expect(stream.ms).toBeGreaterThan(20 + stream.frames * 4);
      expect((await timed(hello)).ms).toBeGreaterThan(20 + 4 * 4);
      await paced.close();
    });

    it('sends everything to a client that starts to read late', async () => {
      sandbox.script({ kind: 'raw-frames', frames: Array.from({ length: 24 }, () => 'x'.repeat(1024 * 1024)) });
      const incoming = await new Promise<IncomingMessage>((resolve, reject) => {
        const outgoing = httpRequest(`${sandbox.url}/v1/chat/completions`, { method: 'POST', headers: AUTH });
        outgoing.on('response', resolve).on('error', reject);
        outgoing.end(JSON.stringify(hello));
      });
      const [request] = sandbox.requests;
      expect(request?.closedAt).toBeUndefined();
      let bytes = 0;
      for await (const chunk of incoming) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(24 * 1024 * 1024);
      expect(await request?.closed).toBe('finished');
    });
  });
});

describe('quotas', () => {
  const start = (limits: object) => CerebrasSandbox.start({ paceMs: 0, limits });
  const chat = (sandbox: CerebrasSandbox, body: object = hello) =>
    send(`${sandbox.url}/v1/chat/completions`, { headers: AUTH, body: JSON.stringify(body) });

  it('count down in the headers, for each model apart', async () => {
    const sandbox = await start({ requests: { minute: 5, hour: 150, day: 2400 }, tokens: { minute: 30_000 } });
    const first = await chat(sandbox, { ...hello, max_completion_tokens: 50 });
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit-requests-minute': '5',
      'x-ratelimit-remaining-requests-minute': '4',
      'x-ratelimit-limit-requests-hour': '150',
      'x-ratelimit-remaining-requests-hour': '149',
      'x-ratelimit-limit-requests-day': '2400',
      'x-ratelimit-remaining-requests-day': '2399',
      'x-ratelimit-limit-tokens-minute': '30000',
    });
    expect(Object.keys(first.headers).filter((name) => name.startsWith('x-ratelimit-'))).toHaveLength(18);
    expect(first.headers['x-ratelimit-reset-requests-minute']).toMatch(/^1[12]\.\d{6}$/);
    const second = await chat(sandbox);
    expect(second.headers['x-ratelimit-remaining-requests-minute']).toBe('3');
    const other = await chat(sandbox, { ...hello, model: 'llama-3-8b' });
    expect(other.headers['x-ratelimit-remaining-requests-minute']).toBe('4');
    await sandbox.close();
  });

  it('refuse with the captured bodies when requests are used up', async () => {
    const sandbox = await start({ requests: { hour: 1 } });
    await chat(sandbox);
    const refused = await chat(sandbox);
    expect(refused.status).toBe(429);
    expect(refused.text).toBe(
      '{"message":"Requests per hour limit exceeded - too many requests sent.","type":"too_many_requests_error","param":"quota","code":"request_quota_exceeded"}',
    );
    expect(refused.headers['x-ratelimit-remaining-requests-hour']).toBe('0');
    expect(refused.headers['retry-after']).toBeUndefined();
    sandbox.reset();
    expect((await chat(sandbox)).status).toBe(200);
    await sandbox.close();
  });

  it('reserve the tokens that an answer may need, and give back what it did not', async () => {
    const sandbox = await start({ tokens: { minute: 20_000 } });
    for (let turn = 0; turn < 3; turn++) expect((await chat(sandbox)).status).toBe(200);
    const refused = await chat(sandbox, { ...hello, max_completion_tokens: 25_000 });
    expect(refused.json).toEqual({
      message: 'Tokens per minute limit exceeded - too many tokens processed.',
      type: 'too_many_tokens_error',
      param: 'quota',
      code: 'token_quota_exceeded',
    });
    await sandbox.close();
  });
});
