import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Fleet } from '../support/fleet.js';
import { Answer } from '../support/answer.js';
import { form, FORM_END, FORM_TYPE, type FormPart, partHead } from '../support/multipart.js';
import { RecordingUpstream } from '../support/recording-upstream.js';
import { until, within } from '../support/within.js';

const SMALL = randomBytes(20_000);
const LARGE = randomBytes(3_000_000);
const MODEL: FormPart = { name: 'model', content: 'openai/gpt-4o-mini-transcribe' };
const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const file = (content: Buffer, name = 'file'): FormPart => ({ name, filename: 'a.wav', content });
const heard = (content: Buffer): string => `a.wav: ${content.length} bytes, ${hash(content)}`;

describe('operations that are relayed: forms', () => {
  let one: Fleet;
  let two: Fleet;

  beforeAll(async () => {
    one = await Fleet.start({ providers: { openai: { type: 'openai', keys: ['a', 'b'] }, cerebras: {} } });
    two = await Fleet.start({
      providers: { openai: { type: 'openai' }, second: { type: 'openai' } },
      env: { ASBRU_UPLOAD_LIMIT: '4000000' },
    });
  });
  afterAll(async () => {
    await one.close();
    await two.close();
  });
  beforeEach(() => {
    one.reset();
    two.reset();
  });

  const send = (fleet: Fleet, path: string, parts: FormPart[], headers: Record<string, string> = {}) =>
    fleet.gateway.call(path, { body: form(...parts), headers: { ...FORM_TYPE, ...headers } });
  const transcribe = (fleet: Fleet, parts: FormPart[], headers?: Record<string, string>) =>
    send(fleet, '/v1/audio/transcriptions', parts, headers);
  const sentModel = (fleet: Fleet, provider: string): string | undefined =>
    /name="model"\r\n\r\n(.*?)\r\n/.exec(fleet.sent(provider).at(-1)?.rawBody.toString('latin1') ?? '')?.[1];

  it.each([
    ['a small file, the model first', [MODEL, file(SMALL)], SMALL],
    ['a small file, the model last', [file(SMALL), MODEL], SMALL],
    ['a large file, the model first', [MODEL, file(LARGE)], LARGE],
    ['a large file, the model last', [file(LARGE), MODEL], LARGE],
  ] as const)('%s', async (_, parts, content) => {
    const answer = await transcribe(one, [...parts]);
    expect(answer.status).toBe(200);
    expect(answer.json()).toMatchObject({ text: heard(content), usage: { type: 'tokens' } });
    expect(sentModel(one, 'openai')).toBe('gpt-4o-mini-transcribe');
    expect(answer.headers).toMatchObject({ 'x-asbru-provider': 'openai', 'x-asbru-attempts': '1' });
  });

  it('the length is stated to the upstream whenever it is known', async () => {
    await transcribe(one, [MODEL, file(LARGE)]);
    const [sent] = one.sent('openai');
    expect(Number(sent?.headers['content-length'])).toBe(sent?.rawBody.length);
    one.reset();
    await transcribe(one, [file(LARGE), MODEL]);
    expect(one.sent('openai')[0]?.headers['transfer-encoding']).toBe('chunked');
  });

  it.each([
    ['text', 'text/plain; charset=utf-8', `${heard(SMALL)}\n`],
    ['srt', 'text/plain; charset=utf-8', `1\n00:00:00,000 --> 00:00:01,000\n${heard(SMALL)}\n\n`],
  ])('%s is passed on as it came', async (format, type, text) => {
    const answer = await transcribe(one, [MODEL, { name: 'response_format', content: format }, file(SMALL)]);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.text).toBe(text);
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
  });

  it('a transcript as events', async () => {
    const answer = await transcribe(one, [MODEL, { name: 'stream', content: 'true' }, file(SMALL)]);
    expect(answer.headers['content-type']).toMatch(/^text\/event-stream/);
    const types = answer.frames.map(({ event }) => event);
    expect(types.at(-1)).toBe('transcript.text.done');
    const line = await one.gateway.log.lineOf(answer.headers['x-request-id']);
    expect(line).toMatchObject({ input_tokens: 14, output_tokens: expect.any(Number) });
  });

  it('translations, edits and variations', async () => {
    const translated = await send(one, '/v1/audio/translations', [
      { name: 'model', content: 'whisper-1' },
      file(SMALL),
    ]);
    expect(translated.json()).toMatchObject({ text: heard(SMALL) });
    const image = file(SMALL, 'image');
    const edited = await send(one, '/v1/images/edits', [image, { name: 'prompt', content: 'more light' }]);
    expect(edited.text).toContain(hash(SMALL));
    const varied = await send(one, '/v1/images/variations', [image]);
    expect(varied.text).toContain(hash(SMALL));
  });

  it('a small form is tried again, a large one is not', async () => {
    one.sandbox('openai').script({ kind: 'status', status: 500 });
    const small = await transcribe(one, [MODEL, file(SMALL)]);
    expect(small.status).toBe(200);
    expect(small.headers['x-asbru-attempts']).toBe('2');
    one.reset();
    one.sandbox('openai').script({ kind: 'status', status: 500 });
    const large = await transcribe(one, [MODEL, file(LARGE)]);
    expect(large.status).toBe(502);
    expect(large.headers['x-asbru-attempts']).toBe('1');
    expect(one.counts.openai).toBe(1);
  });

  it('the provider of a large form whose model comes late has to be named when several could be meant', async () => {
    const late = [file(LARGE), { name: 'model', content: 'second/whisper-1' }];
    const unnamed = await transcribe(two, late);
    expect(unnamed.status).toBe(400);
    expect(unnamed.error.message).toMatch(
      /Send the field 'model' before the file.*'x-asbru-provider': 'openai' or 'second'/,
    );
    expect(two.counts).toEqual({ openai: 0, second: 0 });

    const named = await transcribe(two, late, { 'x-asbru-provider': 'second' });
    expect(named.json()).toMatchObject({ text: heard(LARGE) });
    expect(sentModel(two, 'second')).toBe('whisper-1');
    expect(two.counts).toEqual({ openai: 0, second: 1 });
  });

  it('a late model that names another provider than the one that is asked', async () => {
    const late = [file(LARGE), { name: 'model', content: 'openai/whisper-1' }];
    const answer = await transcribe(two, late, { 'x-asbru-provider': 'second' });
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ param: 'model', code: 'invalid_value' });
  });

  it.each([
    ['small', SMALL],
    ['large', LARGE],
  ])('two models in a %s form are refused', async (_, content) => {
    const answer = await transcribe(one, [MODEL, file(content), { name: 'model', content: 'whisper-1' }]);
    expect(answer.status).toBe(400);
    expect(answer.error).toMatchObject({ param: 'model' });
    expect(one.sent('openai').filter(({ status }) => status === 200)).toHaveLength(0);
  });

  it.each([
    ['no form', 'text/plain', 'x', 415],
    ['a form without a boundary', 'multipart/form-data', 'x', 400],
    ['JSON that is broken', 'application/json', '{', 400],
  ])('%s', async (_, type, body, status) => {
    const answer = await one.gateway.call('/v1/audio/transcriptions', { body, headers: { 'content-type': type } });
    expect(answer.status).toBe(status);
    if (status === 415) expect(answer.error.message).toContain('multipart/form-data');
  });

  it('a compressed form is refused: its model cannot be read', async () => {
    const answer = await transcribe(one, [MODEL, file(SMALL)], { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(415);
    expect(one.counts.openai).toBe(0);
  });

  it('edits as JSON are relayed as such', async () => {
    const answer = await one.gateway.post('/v1/images/edits', { model: 'openai/gpt-image-1', prompt: 'x', images: [] });
    expect(answer.error.message).toBe('Could not parse multipart form');
    expect(one.sent('openai')[0]?.json).toEqual({ model: 'gpt-image-1', prompt: 'x', images: [] });
  });

  it('a form above the limit is refused, by its stated length or when it gets there', async () => {
    const stated = await transcribe(two, [{ ...MODEL }, file(Buffer.alloc(4_000_000))]);
    expect(stated.status).toBe(413);
    expect(two.counts.openai).toBe(0);

    const { client, answered } = open(two, {});
    client.on('error', () => undefined);
    client.write(partHead(MODEL) + MODEL.content + '\r\n' + partHead(file(SMALL)));
    for (let sent = 0; sent < 5_000_000; sent += 500_000) client.write(Buffer.alloc(500_000));
    client.end(FORM_END);
    const answer = await read(await answered);
    expect(answer.status).toBe(413);
    expect(answer.error.code).toBe('request_too_large');
    expect(two.sent('openai').filter(({ status }) => status === 200)).toHaveLength(0);
  });

  it('works at the base that OpenAI clients are given', async () => {
    const answer = await send(one, '/openai/v1/audio/transcriptions', [MODEL, file(SMALL)]);
    expect(answer.status).toBe(200);
  });

  /** A form whose bytes a test sends itself. */
  function open(
    fleet: Fleet,
    headers: Record<string, string>,
  ): { client: ClientRequest; answered: Promise<IncomingMessage> } {
    const client = httpRequest(`${fleet.gateway.origin}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { ...FORM_TYPE, ...headers },
    });
    const answered = once(client, 'response').then(([response]) => response as IncomingMessage);
    // A test that does not wait for an answer does not care that there is none.
    answered.catch(() => undefined);
    return { client, answered };
  }

  async function read(response: IncomingMessage): Promise<Answer> {
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    return new Answer(response.statusCode ?? 0, response.headers, Buffer.concat(chunks).toString());
  }

  describe('while they are sent', () => {
    let handle: (request: IncomingMessage, response: ServerResponse) => void;
    let upstream: Slow;
    let fleet: Fleet;

    beforeEach(async () => {
      upstream = await Slow.start((request, response) => handle(request, response));
      fleet = await Fleet.start({
        providers: { openai: { type: 'openai', baseUrl: upstream.url, settings: { type: 'openai' } } },
      });
    });
    afterEach(async () => {
      await fleet.close();
      await upstream.close();
    });

    const begin = (extra: Record<string, string> = {}) => {
      const sending = open(fleet, extra);
      sending.client.on('error', () => undefined);
      sending.client.write(partHead(MODEL) + MODEL.content + '\r\n' + partHead(file(SMALL)));
      return sending;
    };

    it('an upstream that does not read stops the client; nothing is held but what is on its way', async () => {
      handle = (request, response) => {
        request.pause();
        upstream.arrived(request, response);
      };
      const total = 100 * 1024 * 1024;
      const block = Buffer.alloc(64 * 1024, 'x');
      const { client, answered } = begin();
      let written = 0;
      let blocked = false;
      const pump = async (): Promise<void> => {
        for (; written < total; written += block.length) {
          if (client.write(block)) continue;
          const pause = setTimeout(() => (blocked = true), 500);
          await once(client, 'drain');
          clearTimeout(pause);
        }
        client.end(FORM_END);
      };
      const pumped = pump();
      const [request, response] = await upstream.next();
      await until(10_000, 'the client to be stopped', () => blocked);
      // The sockets of both sides, the part that is read ahead, and the buffers between them.
      expect(written).toBeLessThan(24 * 1024 * 1024);
      let received = 0;
      request.on('data', (chunk: Buffer) => (received += chunk.length));
      request.resume();
      await once(request, 'end');
      await pumped;
      expect(received).toBeGreaterThan(total);
      response.setHeader('content-type', 'application/json');
      response.end('{"text":"all of it"}');
      expect((await read(await answered)).json()).toEqual({ text: 'all of it' });
    }, 30_000);

    it('a client that leaves takes the upstream request with it', async () => {
      handle = (request, response) => upstream.arrived(request.resume(), response);
      const { client } = begin();
      client.write(Buffer.alloc(2_000_000));
      const [request] = await upstream.next();
      const closed = new Promise((resolve) => request.on('error', () => undefined).once('close', resolve));
      client.destroy();
      await within(5_000, 'the upstream request to be aborted', closed);
      expect(request.complete).toBe(false);
      expect(await fleet.gateway.log.lineWith('"aborted":true')).toContain('"route":"/v1/audio/transcriptions"');
    });

    it('an upstream that refuses before it has all of it is heard', async () => {
      handle = (request, response) => {
        request.once('data', () => {
          response.writeHead(400, { 'content-type': 'application/json' });
          response.end('{"error":{"message":"Too quiet.","type":"invalid_request_error","param":"file","code":null}}');
        });
      };
      const { client, answered } = begin();
      client.write(Buffer.alloc(2_000_000));
      const answer = await read(await within(5_000, 'an answer', answered));
      client.destroy();
      expect(answer.status).toBe(400);
      expect(answer.error).toMatchObject({ message: 'Too quiet.', param: 'file' });
    });

    it('an upstream that breaks the connection is a 502', async () => {
      handle = (request) => request.once('data', () => request.socket.destroy());
      const { client, answered } = begin();
      client.write(Buffer.alloc(2_000_000));
      const answer = await read(await within(5_000, 'an answer', answered));
      client.destroy();
      expect(answer.status).toBe(502);
      expect(answer.headers['x-asbru-attempts']).toBe('1');
    });

    it('a client that is slower than the upstream would wait for an answer is waited for', async () => {
      await fleet.rewrite({
        ...fleet.written,
        providers: {
          openai: {
            ...(fleet.written.providers as Record<string, Record<string, unknown>>).openai,
            timeouts: { first_byte_ms: 800, idle_ms: 800, total_ms: 1_000 },
          },
        },
      });
      await fleet.gateway.log.lineWith('config');
      handle = (request, response) => {
        upstream.arrived(request.resume(), response);
        request.once('end', () => response.setHeader('content-type', 'application/json').end('{"text":"late"}'));
      };
      const { client, answered } = begin();
      client.write(Buffer.alloc(1_100_000));
      const [request] = await upstream.next();
      // Longer than each of the upstream's clocks: they measure the upstream, not the client.
      await Promise.race([once(request, 'close'), new Promise((resolve) => setTimeout(resolve, 1_300))]);
      client.end(FORM_END);
      expect((await read(await within(5_000, 'an answer', answered))).json()).toEqual({ text: 'late' });
    });
  });
});

describe('operations that are relayed: their own upstream', () => {
  it('headers of the client do not reach it, and it is asked where it is configured', async () => {
    const upstream = await RecordingUpstream.start();
    upstream.answer = () => ({ body: { text: 'ok' } });
    const fleet = await Fleet.start({
      providers: { openai: { type: 'openai', baseUrl: `${upstream.origin}/v1`, settings: { type: 'openai' } } },
    });
    const answer = await fleet.gateway.call('/v1/audio/transcriptions', {
      body: form(MODEL, file(SMALL)),
      headers: {
        ...FORM_TYPE,
        authorization: 'Bearer callers-own',
        cookie: 'a=b',
        'x-forwarded-host': 'evil.example',
        'x-asbru-base-url': 'http://evil.example',
      },
    });
    expect(answer.status).toBe(200);
    const { headers, path } = upstream.last;
    expect(path).toBe('/v1/audio/transcriptions');
    expect(Object.keys(headers).toSorted()).toEqual(
      [
        'accept-encoding',
        'authorization',
        'connection',
        'content-length',
        'content-type',
        'host',
        'traceparent',
        'user-agent',
      ].filter((name) => name in headers),
    );
    expect(headers.authorization).toBe('Bearer csk-openai-main');
    await fleet.close();
    await upstream.close();
  });
});

/** An upstream whose requests a test handles one by one. */
class Slow {
  private readonly waiting: Array<(exchange: [IncomingMessage, ServerResponse]) => void> = [];
  private readonly exchanges: Array<[IncomingMessage, ServerResponse]> = [];

  private constructor(private readonly server: Server) {}

  static async start(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<Slow> {
    const server = createServer((request, response) => {
      if (request.method === 'POST') return handle(request, response);
      response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Slow(server);
  }

  get url(): string {
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  arrived(request: IncomingMessage, response: ServerResponse): void {
    const next = this.waiting.shift();
    if (next) next([request, response]);
    else this.exchanges.push([request, response]);
  }

  next(): Promise<[IncomingMessage, ServerResponse]> {
    const exchange = this.exchanges.shift();
    return exchange ? Promise.resolve(exchange) : new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
