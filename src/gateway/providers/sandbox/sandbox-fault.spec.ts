import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { CerebrasSandbox } from './cerebras-sandbox.js';
import type { FaultKind, SandboxFault } from './sandbox-fault.js';

const AUTH = { authorization: 'Bearer csk-sandbox', 'content-type': 'application/json' };
const hello = { model: 'llama-3.3-70b', messages: [{ role: 'user', content: 'Hello' }] };
const streamed = { ...hello, stream: true };
/** What `hello` is answered with, in frames. */
const FRAMES = ['role', 'Hello', '! How can I', ' help you', ' today?', 'finish', '[DONE]'];

interface Wire {
  /** Everything that came after the request, as it came. */
  raw: Buffer;
  /** The body with its chunk sizes taken off. */
  body: string;
  /** The sizes of the HTTP chunks: one for each write of the sandbox. */
  chunks: number[];
  /** The body was ended in order. */
  complete: boolean;
  /** The connection was reset rather than ended. */
  reset: boolean;
}

function unchunk(raw: Buffer): Pick<Wire, 'body' | 'chunks' | 'complete'> {
  let rest = raw.subarray(raw.indexOf('\r\n\r\n') + 4);
  const parts: Buffer[] = [];
  for (;;) {
    const line = rest.indexOf('\r\n');
    const size = line === -1 ? NaN : Number.parseInt(rest.subarray(0, line).toString(), 16);
    if (!(size > 0)) {
      return { body: Buffer.concat(parts).toString(), chunks: parts.map(({ length }) => length), complete: size === 0 };
    }
    parts.push(rest.subarray(line + 2, line + 2 + size));
    rest = rest.subarray(line + 2 + size + 2);
  }
}

describe('faults', () => {
  let sandbox: CerebrasSandbox;

  beforeAll(async () => {
    sandbox = await CerebrasSandbox.start({ paceMs: 0 });
  });
  afterEach(() => sandbox.reset());
  afterAll(() => sandbox.close());

  const post = (body: object = hello, init: RequestInit = {}, path = '/v1/chat/completions') =>
    fetch(`${sandbox.url}${path}`, {
      method: 'POST',
      headers: AUTH,
      body: JSON.stringify(body),
      redirect: 'manual',
      ...init,
    });

  /** One exchange over a bare socket, read until the other side closes or `until` says that enough has come. */
  function exchange(body: object, until?: (raw: Buffer) => boolean): Promise<Wire> {
    const json = JSON.stringify(body);
    const head = [
      'POST /v1/chat/completions HTTP/1.1',
      'host: sandbox',
      'connection: close',
      ...Object.entries(AUTH).map(([name, value]) => `${name}: ${value}`),
      `content-length: ${json.length}`,
    ].join('\r\n');
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(sandbox.url).port), '127.0.0.1');
      let raw = Buffer.alloc(0);
      let reset = false;
      socket.on('data', (chunk) => {
        raw = Buffer.concat([raw, chunk]);
        if (until?.(raw)) socket.destroy();
      });
      socket.on('error', () => (reset = true));
      socket.on('close', () => resolve({ raw, reset, ...unchunk(raw) }));
      socket.write(`${head}\r\n\r\n${json}`);
    });
  }

  const scripted = async (fault: FaultKind, body: object = streamed): Promise<Wire> => {
    sandbox.script(fault);
    return exchange(body);
  };

  const payloads = (body: string) =>
    body
      .split('\n\n')
      .slice(0, -1)
      .map((frame) => frame.replace('data: ', ''));
  /** What each frame says, in the words of FRAMES. */
  const said = (body: string) =>
    payloads(body).map((data) => {
      if (data === '[DONE]') return data;
      const { choices } = JSON.parse(data) as {
        choices: Array<{ delta: Record<string, string>; finish_reason?: string }>;
      };
      const [choice] = choices;
      return choice?.finish_reason ? 'finish' : (choice?.delta['content'] ?? Object.keys(choice?.delta ?? {})[0]);
    });
  type Documents = Array<Record<string, unknown> & { choices: Array<Record<string, unknown>> }>;
  const documents = (body: string) =>
    payloads(body)
      .filter((data) => data !== '[DONE]')
      .map((data) => JSON.parse(data) as Documents[number]);

  it('are not needed: the plain stream', async () => {
    const wire = await exchange(streamed);
    expect(said(wire.body)).toEqual(FRAMES);
    expect(wire).toMatchObject({ complete: true, reset: false });
  });

  describe('that replace the answer', () => {
    it.each([
      [401, 'wrong_api_key'],
      [402, 'payment_required'],
      [404, 'model_not_found'],
      [408, ''],
      [413, 'content_too_large'],
      [422, 'wrong_api_format'],
      [429, 'request_quota_exceeded'],
      [500, ''],
      [503, 'service_unavailable'],
    ])('status %d has a flat body of its own', async (status, code) => {
      sandbox.script({ kind: 'status', status });
      const response = await post();
      const body = (await response.json()) as Record<string, unknown>;
      expect([response.status, body['code']]).toEqual([status, code]);
      expect(Object.keys(body)).toEqual(['message', 'type', 'param', 'code']);
      expect(response.headers.get('cf-ray')).not.toBeNull();
    });

    it('status 403 is about the key', async () => {
      sandbox.script({ kind: 'status', status: 403 });
      expect(await (await post()).text()).toBe('{"detail":"Not authenticated"}');
    });

    it('any status, body and headers', async () => {
      sandbox.script(
        { kind: 'status', status: 500, shape: 'nested' },
        { kind: 'status', status: 400, body: { error: { message: 'x' } }, shape: 'nested' },
        { kind: 'status', status: 503, body: 'upstream connect error', headers: { 'retry-after': '3' } },
        { kind: 'status', status: 504, body: '', headers: { 'Content-Type': 'text/x' } },
      );
      expect(await (await post()).json()).toMatchObject({ error: { type: 'server_error' } });
      expect(await (await post()).text()).toBe('{"error":{"message":"x"}}');
      const plain = await post();
      expect([plain.headers.get('content-type'), plain.headers.get('retry-after')]).toEqual(['text/plain', '3']);
      expect(await plain.text()).toBe('upstream connect error');
      expect((await post()).headers.get('content-type')).toBe('text/x');
    });

    it.each([
      [{ quota: 'requests' }, 'Requests per minute limit exceeded - too many requests sent.', 'request_quota_exceeded'],
      [
        { quota: 'requests', window: 'second' },
        'Requests per second limit exceeded - too many requests sent.',
        'request_quota_exceeded',
      ],
      [
        { quota: 'tokens', window: 'day' },
        'Tokens per day limit exceeded - too many tokens processed.',
        'token_quota_exceeded',
      ],
      [{ quota: 'queue' }, "We're experiencing high traffic right now! Please try again soon.", 'queue_exceeded'],
    ] as const)('rate limit %j', async (limit, message, code) => {
      const headers = { 'x-ratelimit-reset-tokens-minute': '5.5' };
      sandbox.script([
        { kind: 'rate-limit', ...limit },
        { kind: 'rate-limit', ...limit, retryAfter: 49, headers },
      ]);
      const bare = await post();
      expect([bare.status, bare.headers.get('retry-after')]).toEqual([429, null]);
      expect(await bare.json()).toMatchObject({ message, code });
      const timed = await post();
      expect(timed.headers.get('retry-after')).toBe('49');
      expect(timed.headers.get('x-ratelimit-reset-tokens-minute')).toBe('5.5');
      await timed.text();
    });

    it.each([200, 502, 503, 520])('HTML with status %d', async (status) => {
      sandbox.script({ kind: 'html', status });
      const response = await post();
      expect([response.status, response.headers.get('content-type')]).toEqual([status, 'text/html; charset=UTF-8']);
      expect(await response.text()).toMatch(/^<!DOCTYPE html>/);
    });

    it('a redirect', async () => {
      sandbox.script({ kind: 'redirect', location: 'https://example.com/' });
      const response = await post();
      expect([response.status, response.headers.get('location')]).toEqual([307, 'https://example.com/']);
    });

    it('no answer at all', async () => {
      sandbox.script({ kind: 'never' });
      const controller = new AbortController();
      const pending = post(hello, { signal: controller.signal });
      await sandbox.waitForRequests(1);
      controller.abort();
      await expect(pending).rejects.toThrow('abort');
      expect(await sandbox.requests[0]?.closed).toBe('aborted');
    });

    it('exactly the bytes of a capture', async () => {
      const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
      sandbox.script(
        { kind: 'raw-body', body: bytes },
        { kind: 'raw-body', body: 'data: x', status: 201, contentType: 'text/event-stream', headers: { 'x-a': 'b' } },
      );
      expect(Buffer.from(await (await post()).arrayBuffer()).equals(bytes)).toBe(true);
      const second = await post();
      expect([second.status, second.headers.get('content-type'), second.headers.get('x-a')]).toEqual([
        201,
        'text/event-stream',
        'b',
      ]);
      expect(await second.text()).toBe('data: x');
    });

    it('exactly the frames of a capture, each in a write of its own', async () => {
      const frames = ['data: {"a":', '1}\n', '\ndata: [DONE]\n\n'];
      const wire = await scripted({ kind: 'raw-frames', frames });
      expect(wire).toMatchObject({ chunks: [11, 3, 15], complete: true });
      expect(wire.body).toBe(frames.join(''));
      expect(wire.raw.toString()).toContain('content-type: text/event-stream; charset=utf-8\r\n');
    });

    it.each([
      ['end', { complete: true, reset: false }],
      ['close', { complete: false, reset: false }],
      ['reset', { complete: false, reset: true }],
    ] as const)('frames that end with %s', async (ending, expected) => {
      const wire = await scripted({ kind: 'raw-frames', frames: ['data: 1\n\n'], ending, gapMs: 1 });
      expect(wire).toMatchObject({ ...expected, body: 'data: 1\n\n' });
      expect(await sandbox.requests[0]?.closed).toBe(ending === 'end' ? 'finished' : 'cut');
    });

    it('frames after which nothing happens', async () => {
      sandbox.script({ kind: 'raw-frames', frames: ['data: 1\n\n'], ending: 'park' });
      await exchange(streamed, (raw) => raw.includes('data: 1\n\n'));
      expect(await sandbox.requests[0]?.closed).toBe('aborted');
    });

    it('whatever the request is: it is not validated', async () => {
      sandbox.script({ kind: 'status', status: 500 });
      expect((await post({ nonsense: true }, { headers: {} })).status).toBe(500);
    });
  });

  describe('that spoil the answer', () => {
    it.each([
      ['after frames, in order', { afterFrames: 2 }, FRAMES.slice(0, 2), { complete: true, reset: false }],
      [
        'after frames, by closing',
        { afterFrames: 3, how: 'close' },
        FRAMES.slice(0, 3),
        { complete: false, reset: false },
      ],
      [
        'after frames, by a reset',
        { afterFrames: 3, how: 'reset' },
        FRAMES.slice(0, 3),
        { complete: false, reset: true },
      ],
      ['in the middle', {}, FRAMES.slice(0, 3), { complete: true, reset: false }],
      ['at once', { afterFrames: 0, how: 'reset' }, [], { complete: false, reset: true }],
    ] as const)('cut %s', async (_, how, frames, expected) => {
      const wire = await scripted({ kind: 'cut', ...how });
      expect(said(wire.body)).toEqual(frames);
      expect(wire).toMatchObject(expected);
    });

    it('cut at a byte, also of JSON', async () => {
      expect((await scripted({ kind: 'cut', atByte: 9 })).body).toBe('data: {"i');
      expect((await scripted({ kind: 'cut', atByte: 9 }, hello)).body).toBe('{"id":"ch');
    });

    it('truncate JSON in the middle', async () => {
      const wire = await scripted({ kind: 'cut' }, hello);
      expect(wire.complete).toBe(true);
      expect(() => JSON.parse(wire.body) as unknown).toThrow(SyntaxError);
      expect(wire.body.length).toBeGreaterThan(100);
    });

    it('stall for a while', async () => {
      const start = performance.now();
      const wire = await scripted({ kind: 'stall', afterFrames: 2, ms: 60 });
      expect(performance.now() - start).toBeGreaterThan(55);
      expect(said(wire.body)).toEqual(FRAMES);
    });

    it('stall for ever', async () => {
      sandbox.script({ kind: 'stall', afterFrames: 1 });
      const wire = await exchange(streamed, (raw) => raw.includes('"role"'));
      expect(said(wire.body)).toEqual(['role']);
      expect(await sandbox.requests[0]?.closed).toBe('aborted');
    });

    it('stall inside a frame', async () => {
      sandbox.script({ kind: 'stall', atByte: 10, ms: 5 });
      const wire = await exchange(streamed);
      expect(wire.chunks[0]).toBe(10);
      expect(said(wire.body)).toEqual(FRAMES);
    });

    it.each(['late', 'early'] as const)('come slowly, with %s headers', async (headers) => {
      sandbox.script({ kind: 'slow', ms: 60, headers });
      const start = performance.now();
      const response = await post();
      const headersAt = performance.now() - start;
      await response.text();
      const bodyAt = performance.now() - start;
      expect(bodyAt).toBeGreaterThan(55);
      expect(headers === 'late' ? headersAt : bodyAt - headersAt).toBeGreaterThan(30);
    });

    it.each([
      [
        { afterFrames: 2 },
        'data: {"error":{"message":"Encountered a server error, please try again.","type":"server_error","param":"","code":"","id":""},"status_code":500}\n\n',
      ],
      [
        { afterFrames: 2, event: true, statusCode: 503, error: { message: 'x', type: null } },
        'event: error\ndata: {"error":{"message":"x","type":null},"status_code":503}\n\n',
      ],
      [{ afterFrames: 2, statusCode: null, error: {} }, 'data: {"error":{}}\n\n'],
    ])('break off with an error %j', async (error, last) => {
      const { body, complete } = await scripted({ kind: 'stream-error', ...error });
      expect(body.endsWith(last)).toBe(true);
      expect(said(body.slice(0, -last.length))).toEqual(FRAMES.slice(0, 2));
      expect(complete).toBe(true);
    });

    it('begin with an error', async () => {
      const { body } = await scripted({ kind: 'stream-error', afterFrames: 0, statusCode: 429 });
      expect(body).toMatch(/^data: \{"error":\{"message":"Requests per minute.*"status_code":429\}\n\n$/);
    });

    it('leave out [DONE]', async () => {
      const wire = await scripted({ kind: 'no-done' });
      expect(said(wire.body)).toEqual(FRAMES.slice(0, -1));
      expect(wire.complete).toBe(true);
    });

    it('leave out [DONE] and stay open', async () => {
      sandbox.script({ kind: 'no-done', park: true });
      const wire = await exchange(streamed, (raw) => raw.includes('time_info'));
      expect(said(wire.body)).toEqual(FRAMES.slice(0, -1));
      expect(wire.complete).toBe(false);
    });

    it('put the usage into a chunk of its own', async () => {
      const { body } = await scripted({ kind: 'usage-chunk' });
      const [finish, usage] = documents(body).slice(-2);
      expect(finish).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
      expect(finish).not.toHaveProperty('usage');
      expect(usage).toMatchObject({ choices: [], usage: { completion_tokens: 9 }, time_info: {} });
      expect(payloads(body).at(-1)).toBe('[DONE]');
    });

    it.each([
      ['crlf', '\r\n'],
      ['cr', '\r'],
    ] as const)('end lines with %s', async (lineEnd, end) => {
      const { body } = await scripted({ kind: 'format', lineEnd });
      expect(body.replaceAll(end, '')).not.toMatch(/[\r\n]/);
      expect(said(body.replaceAll(end, '\n'))).toEqual(FRAMES);
    });

    it('begin with a byte order mark', async () => {
      const { body } = await scripted({ kind: 'format', bom: true });
      expect(body.startsWith('\u{feff}data: {')).toBe(true);
    });

    it('write comments and other fields between the frames', async () => {
      const { body } = await scripted({ kind: 'format', noise: true });
      expect(body.startsWith(': keep-alive\n\n: frame 0\nevent: message\nid: 0\nretry: 3000\ndata: {')).toBe(true);
      expect(said(body.replaceAll(/^(:.*|event:.*|id:.*|retry:.*)\n+/gm, ''))).toEqual(FRAMES);
    });

    it('write data without the space', async () => {
      const { body } = await scripted({ kind: 'format', noSpace: true });
      expect(body).toMatch(/^data:\{/);
      expect(said(body.replaceAll('data:', 'data: '))).toEqual(FRAMES);
    });

    it('write data in several lines', async () => {
      const { body } = await scripted({ kind: 'format', multiLine: true });
      expect(body).toMatch(/^data: \{\ndata: "id".*\ndata: \}\n\n/);
      expect(
        said(
          body
            .replaceAll('\ndata: ', '\n')
            .replaceAll('\n\n', '\0')
            .replaceAll('\n', '')
            .replaceAll('\0', '\n\ndata: '),
        ),
      ).toEqual(FRAMES);
    });

    it('write single bytes', async () => {
      const { body, chunks } = await scripted({ kind: 'split', sizes: 1 });
      expect(said(body)).toEqual(FRAMES);
      expect(new Set(chunks)).toEqual(new Set([1]));
    });

    it('write in the given sizes, across the borders of frames', async () => {
      const { body, chunks } = await scripted({ kind: 'split', sizes: [1, 500, 7], gapMs: 1 });
      expect(said(body)).toEqual(FRAMES);
      expect(chunks.slice(0, 4)).toEqual([1, 500, 7, 1]);
    });

    it.each([
      ['bad-json', '{"id":"chatcmpl-broken","choices":[{"delta":{"content":"x"'],
      ['null-choices', '{"id":"chatcmpl-null","choices":null,"object":"chat.completion.chunk"}'],
      [{ raw: 'anything' }, 'anything'],
    ] as const)('insert a frame: %j', async (data, text) => {
      const { body } = await scripted({ kind: 'extra-frame', afterFrames: 1, data });
      const all = payloads(body);
      expect(all[1]).toBe(text);
      expect(all).toHaveLength(FRAMES.length + 1);
    });

    it('give other reasons to finish, or none', async () => {
      const reasons = (body: string) => documents(body).map(({ choices }) => choices[0]?.['finish_reason']);
      expect(reasons((await scripted({ kind: 'finish-reason', value: 'done' })).body).at(-1)).toBe('done');
      expect(reasons((await scripted({ kind: 'finish-reason', value: null })).body)).toEqual(
        Array.from({ length: 6 }, () => undefined),
      );
      const whole = JSON.parse(
        (await scripted({ kind: 'finish-reason', value: 'done' }, hello)).body,
      ) as Documents[number];
      expect(whole.choices[0]).toMatchObject({ finish_reason: 'done', message: { role: 'assistant' } });
    });

    it('spoil tool calls', async () => {
      const tools = [
        {
          type: 'function',
          function: { name: 'weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
        },
      ];
      const body = { ...hello, messages: [{ role: 'user', content: 'Weather in Paris and London' }], tools };
      const calls = (text: string) =>
        documents(text).flatMap(({ choices }) => {
          const delta = choices[0]?.['delta'] as { tool_calls?: Array<Record<string, unknown>> };
          return delta.tool_calls ?? [];
        });
      const spoiled = await scripted(
        { kind: 'tool-delta', without: ['index', 'type'], duplicateIds: true },
        { ...body, stream: true },
      );
      const deltas = calls(spoiled.body);
      expect(deltas.length).toBeGreaterThan(4);
      expect(deltas.filter((call) => 'index' in call || 'type' in call)).toEqual([]);
      expect(deltas.flatMap((call) => call['id'] ?? [])).toEqual(['0d0d0d0d0', '0d0d0d0d0']);
      const whole = JSON.parse(
        (await scripted({ kind: 'tool-delta', duplicateIds: true }, body)).body,
      ) as Documents[number];
      expect(whole.choices[0]?.['message']).toMatchObject({ tool_calls: [{ id: '0d0d0d0d0' }, { id: '0d0d0d0d0' }] });
    });

    it('shape text chunks like chat chunks', async () => {
      const ask = async (delta: boolean) => {
        sandbox.script({ kind: 'chat-shape', delta });
        const prompt = { model: 'llama-3-8b', prompt: 'The capital of France is', stream: true };
        return documents(await (await post(prompt, {}, '/v1/completions')).text());
      };
      expect((await ask(false))[0]).toMatchObject({ object: 'chat.completion.chunk', choices: [{ text: ' Paris' }] });
      const [first] = await ask(true);
      expect(first?.choices[0]).toMatchObject({ delta: { content: ' Paris' } });
      expect(first?.choices[0]).not.toHaveProperty('text');
    });

    it('compress what nobody wanted compressed', async () => {
      sandbox.script({ kind: 'gzip' });
      const wire = await exchange(streamed);
      expect(wire.raw.toString('latin1')).toContain('content-encoding: gzip\r\n');
      const start = wire.raw.indexOf('\r\n', wire.raw.indexOf('\r\n\r\n') + 4) + 2;
      expect(said(gunzipSync(wire.raw.subarray(start, start + (wire.chunks[0] ?? 0))).toString())).toEqual(FRAMES);
    });

    it('ping before the answer, or for ever', async () => {
      const { body } = await scripted({ kind: 'pings', ms: 30, everyMs: 10 });
      expect(body.startsWith(': ping\n\n: ping\n\n: ping\n\ndata: {')).toBe(true);
      sandbox.script({ kind: 'pings', everyMs: 1 });
      const endless = await exchange(streamed, (raw) => raw.toString().split(': ping').length > 5);
      expect(endless.body).not.toContain('data:');
    });

    it('do not hide that a request is refused', async () => {
      sandbox.script({ kind: 'cut', afterFrames: 1 });
      const response = await post({ ...streamed, store: true });
      expect([response.status, await response.json()]).toEqual([
        400,
        expect.objectContaining({ code: 'wrong_api_format' }),
      ]);
    });

    it('work together', async () => {
      const { body, chunks, reset } = await scripted({
        kind: 'together',
        faults: [
          { kind: 'format', bom: true, lineEnd: 'crlf' },
          { kind: 'usage-chunk' },
          { kind: 'split', sizes: 3 },
          { kind: 'cut', afterFrames: 7, how: 'reset' },
        ],
      });
      expect(reset).toBe(true);
      expect(body.startsWith('\u{feff}data: {')).toBe(true);
      expect(body).toContain('"choices":[],');
      expect(body).not.toContain('[DONE]');
      expect(chunks[0]).toBe(3);
    });

    it('spoil replaced answers too', async () => {
      const { body, chunks } = await scripted({
        kind: 'together',
        faults: [
          { kind: 'raw-frames', frames: ['abc', 'def'] },
          { kind: 'split', sizes: 2 },
        ],
      });
      expect([body, chunks]).toEqual(['abcdef', [2, 2, 2]]);
    });
  });

  describe('in a script', () => {
    const statuses = async (count: number, body: object = hello) => {
      const found: number[] = [];
      for (let turn = 0; turn < count; turn++) {
        const response = await post(body);
        found.push(response.status);
        await response.text();
      }
      return found;
    };

    it('are taken one by one', async () => {
      sandbox.script({ kind: 'status', status: 500 }, { kind: 'status', status: 503, times: 2 });
      expect(sandbox.pendingFaults).toBe(3);
      expect(await statuses(4)).toEqual([500, 503, 503, 200]);
      expect(sandbox.pendingFaults).toBe(0);
    });

    it('stay until the reset when they are always there', async () => {
      sandbox.script({ kind: 'status', status: 500, times: 'always' });
      expect(await statuses(3)).toEqual([500, 500, 500]);
      sandbox.reset();
      expect(await statuses(1)).toEqual([200]);
    });

    it.each<[string, SandboxFault['match'], number[]]>([
      ['a function', (request) => (request.json as { user?: string }).user === 'u', [200, 500]],
      ['a model', { model: 'llama-3-8b' }, [200, 500]],
      ['a path', { path: '/v1/completions' }, [200, 200]],
      ['a stream', { stream: false, method: 'POST' }, [500, 200]],
      ['a key', { apiKey: 'csk-other' }, [200, 200]],
    ])('wait for the request that %s names', async (_, match, expected) => {
      sandbox.script({ kind: 'status', status: 500, match });
      const first = await statuses(1);
      const second = await statuses(1, { ...hello, model: 'llama-3-8b', user: 'u' });
      expect([...first, ...second]).toEqual(expected);
    });

    it('look at a body that cannot be read, and leave its refusal as it is', async () => {
      sandbox.script({ kind: 'status', status: 500, match: { model: 'llama-3.3-70b' } });
      const response = await post(hello, { body: '{"model"' });
      expect(await response.json()).toMatchObject({ message: 'Request body is not valid JSON' });
      expect(sandbox.pendingFaults).toBe(1);
    });

    it('leave GET alone unless they name it', async () => {
      sandbox.script({ kind: 'status', status: 500 }, { kind: 'status', status: 503, match: { path: '/v1/models' } });
      const models = await fetch(`${sandbox.url}/v1/models`, { headers: AUTH });
      expect(models.status).toBe(503);
      await models.text();
      expect(await statuses(1)).toEqual([500]);
    });
  });

  describe('over HTTP', () => {
    const control = async (method: string, path: string, body?: unknown) => {
      const response = await fetch(`${sandbox.url}/__sandbox/${path}`, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: response.status, json: await response.json() };
    };

    it('are added and removed without a key', async () => {
      const faults = [
        { kind: 'status', status: 503, times: 2, match: { model: 'llama-3.3-70b' } },
        { kind: 'together', faults: [{ kind: 'split', sizes: [1, 2] }, { kind: 'cut' }] },
      ];
      expect(await control('POST', 'faults', faults)).toEqual({ status: 200, json: { pending: 3 } });
      expect((await post()).status).toBe(503);
      expect(await control('DELETE', 'faults')).toEqual({ status: 200, json: { pending: 0 } });
      expect((await post()).status).toBe(200);
    });

    it.each([
      ['no list', {}, /^faults: Input should be a valid list$/],
      ['an unknown kind', [{ kind: 'explode' }], /^faults\.0\.kind: Input should be 'status', /],
      ['an unknown member', [{ kind: 'never', x: 1 }], /^faults\.0\.x: property 'faults\.0\.x' is unsupported$/],
      ['a missing member', [{ kind: 'html' }], /^faults\.0\.status: Field required$/],
      [
        'a wrong one inside',
        [{ kind: 'together', faults: [{ kind: 'split', sizes: 0 }] }],
        /^faults\.0\.faults\.0\.sizes: Input should be greater than or equal to 1$/,
      ],
      ['no times', [{ kind: 'never', times: 0 }], /^faults\.0\.times: Input should be greater than or equal to 1$/],
    ])('are refused: %s', async (_, faults, issue) => {
      const { status, json } = await control('POST', 'faults', faults);
      expect(status).toBe(400);
      expect(json).toEqual({ issues: [expect.stringMatching(issue)] });
      expect(sandbox.pendingFaults).toBe(0);
    });

    it('show what was received, but not themselves', async () => {
      await (await post()).text();
      const { json } = await control('GET', 'requests');
      expect(json).toEqual([
        expect.objectContaining({ method: 'POST', url: '/v1/chat/completions', body: hello, status: 200 }),
      ]);
      await control('DELETE', 'requests');
      expect((await control('GET', 'requests')).json).toEqual([]);
      expect((await control('GET', 'nothing')).status).toBe(404);
    });
  });
});
