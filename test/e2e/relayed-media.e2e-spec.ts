import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Fleet } from '../support/fleet.js';
import { form, FORM_TYPE, type FormPart } from '../support/multipart.js';
import { RawUpstream } from '../support/raw-upstream.js';
import { until, within } from '../support/within.js';

const SPEECH = { model: 'openai/gpt-4o-mini-tts', input: 'The bridge is open.', voice: 'alloy' };
const CONTENT = randomBytes(300_000);

describe('operations that are relayed: speech, files and batches', () => {
  let fleet: Fleet;
  let two: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.start({ providers: { openai: { type: 'openai', keys: ['a', 'b'] }, cerebras: {} } });
    two = await Fleet.start({ providers: { openai: { type: 'openai' }, second: { type: 'openai' } } });
  });
  afterAll(async () => {
    await fleet.close();
    await two.close();
  });
  beforeEach(() => {
    fleet.reset();
    two.reset();
  });

  const speak = (body: Record<string, unknown> = {}) =>
    fleet.gateway.open('/v1/audio/speech', { body: { ...SPEECH, ...body } });
  const upload = (where: Fleet, parts: FormPart[], headers: Record<string, string> = {}) =>
    where.gateway.call('/v1/files', { body: form(...parts), headers: { ...FORM_TYPE, ...headers } });
  const store = async (where: Fleet, content: Buffer, purpose = 'batch', headers: Record<string, string> = {}) => {
    const parts = [
      { name: 'purpose', content: purpose },
      { name: 'file', filename: 'requests.jsonl', content },
    ];
    return String((await upload(where, parts, headers)).json().id);
  };

  it('speech: the bytes, their type and length', async () => {
    const { statusCode, headers, body } = await speak({ response_format: 'wav' });
    const audio = Buffer.from(await body.arrayBuffer());
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'audio/wav',
      'content-length': String(audio.length),
      'x-asbru-provider': 'openai',
      'x-asbru-model': 'gpt-4o-mini-tts',
      'x-content-type-options': 'nosniff',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    const block = createHash('sha512').update(SPEECH.input).digest();
    expect(audio.subarray(0, 64).equals(block) && audio.subarray(-64).equals(block)).toBe(true);
  });

  it('speech as events', async () => {
    const { headers, body } = await speak({ stream_format: 'sse' });
    const text = await body.text();
    expect(headers['content-type']).toMatch(/^text\/event-stream/);
    expect(text).toMatch(/event: speech\.audio\.done\ndata: .*"total_tokens":25/);
  });

  it('speech that fails at first is tried again', async () => {
    fleet.sandbox('openai').script({ kind: 'status', status: 503 });
    const { statusCode, headers, body } = await speak();
    await body.dump();
    expect(statusCode).toBe(200);
    expect(headers['x-asbru-attempts']).toBe('2');
  });

  it.each([
    [{ voice: 7 }, 'voice'],
    [{ input: '' }, 'input'],
    [{ speed: 9 }, 'speed'],
    [{ model: null }, 'model'],
  ])('speech: %j names the field', async (body, param) => {
    const answer = await speak(body);
    expect(answer.statusCode).toBe(400);
    expect(await answer.body.json()).toMatchObject({ error: { param } });
    expect(fleet.counts.openai).toBe(0);
  });

  it.each(['reset', 'close'] as const)('speech that is cut (%s) is no whole answer', async (how) => {
    fleet.sandbox('openai').script({ kind: 'cut', atByte: 3000, how });
    const { body, headers } = await speak();
    await expect(body.arrayBuffer()).rejects.toThrow();
    const line = await fleet.gateway.log.lineOf(headers['x-request-id']);
    expect(line).toMatchObject({ aborted: true, error: { fault: 'upstream' } });
  });

  it('a page in the place of speech is no answer', async () => {
    fleet.sandbox('openai').script({ kind: 'html', status: 200, times: 'always' });
    const { statusCode, body } = await speak();
    expect(statusCode).toBe(502);
    expect(await body.text()).not.toMatch(/html/i);
  });

  it('a client that leaves stops the speech', async () => {
    fleet.sandbox('openai').script({ kind: 'stall', atByte: 2000 });
    const { body } = await speak();
    body.on('error', () => undefined);
    await once(body, 'readable');
    body.destroy();
    const [sent] = fleet.sent('openai');
    expect(
      await within(5_000, 'the upstream request to end', sent?.closed ?? Promise.reject(new Error('not sent'))),
    ).toBe('aborted');
  });

  it('files: stored, listed, read, taken away', async () => {
    const id = await store(fleet, CONTENT);
    expect(id).toMatch(/^file-/);
    const listed = await fleet.gateway.get('/v1/files?purpose=batch&limit=1');
    expect(listed.json()).toMatchObject({ object: 'list', data: [{ id, bytes: CONTENT.length, purpose: 'batch' }] });
    expect((await fleet.gateway.get('/v1/files?purpose=vision')).json()).toMatchObject({ data: [] });
    expect((await fleet.gateway.get(`/v1/files/${id}`)).json()).toMatchObject({ id, filename: 'requests.jsonl' });

    const { headers, body } = await fleet.gateway.open(`/v1/files/${id}/content`, { method: 'GET' });
    expect(Buffer.from(await body.arrayBuffer()).equals(CONTENT)).toBe(true);
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(CONTENT.length),
      'content-disposition': 'attachment; filename="requests.jsonl"',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
    });

    const removed = await fleet.gateway.call(`/v1/files/${id}`, { method: 'DELETE' });
    expect(removed.json()).toEqual({ id, object: 'file', deleted: true });
    const gone = await fleet.gateway.get(`/v1/files/${id}`);
    expect(gone.status).toBe(404);
    expect(gone.error).toEqual({
      message: `No such File object: ${id}`,
      type: 'invalid_request_error',
      param: null,
      code: null,
    });
  });

  it('files are always asked for with the same key, as long as it answers', async () => {
    const id = await store(fleet, CONTENT);
    for (let turn = 0; turn < 5; turn++) await fleet.gateway.get(`/v1/files/${id}`);
    const keys = fleet.sandbox('openai').requests.filter(({ path }) => path.startsWith('/v1/files'));
    expect(new Set(keys.map(({ apiKey }) => apiKey)).size).toBe(1);
    fleet.sandbox('openai').script({ kind: 'status', status: 500, match: { method: 'GET' } });
    const again = await fleet.gateway.get(`/v1/files/${id}`);
    expect(again.status).toBe(200);
    expect(again.headers['x-asbru-attempts']).toBe('2');
  });

  it.each(['..', '.', '..%2Fmodels', 'a%2Fb', '%2e%2e', 'a%3Fb', 'x'.repeat(300), 'a%00b'])(
    'an id that could be another path (%s) is none',
    async (id) => {
      const answer = await fleet.gateway.call(`/v1/files/${id}/content`, { method: 'GET' });
      expect([400, 404]).toContain(answer.status);
      expect(fleet.sandbox('openai').requests.filter(({ path }) => !path.startsWith('/v1/models'))).toHaveLength(0);
    },
  );

  it('batches: made of a file of the same provider', async () => {
    const input_file_id = await store(fleet, Buffer.from('{"a":1}\n{"b":2}\n'));
    const order = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h', metadata: { a: 'b' } };
    const created = await fleet.gateway.post('/v1/batches', order);
    expect(created.json()).toMatchObject({ object: 'batch', status: 'validating', request_counts: { total: 2 } });
    const id = String(created.json().id);
    expect((await fleet.gateway.get(`/v1/batches/${id}`)).json()).toMatchObject({ id });
    expect((await fleet.gateway.get('/v1/batches?limit=5')).json()).toMatchObject({ data: [{ id }] });
    const cancelled = await fleet.gateway.call(`/v1/batches/${id}/cancel`, { method: 'POST' });
    expect(cancelled.json()).toMatchObject({ id, status: 'cancelling' });
    expect((await fleet.gateway.post('/v1/batches', { ...order, input_file_id: 'file-none' })).status).toBe(404);
    const wrong = await fleet.gateway.post('/v1/batches', { ...order, completion_window: 5 });
    expect(wrong.error.param).toBe('completion_window');
  });

  it('the provider is named by header or by query where there are several', async () => {
    const unnamed = await two.gateway.get('/v1/files');
    expect(unnamed.status).toBe(400);
    expect(unnamed.error).toMatchObject({ param: 'x-asbru-provider' });
    const id = await store(two, CONTENT, 'user_data', { 'x-asbru-provider': 'second' });
    const byQuery = await two.gateway.get(`/v1/files?provider=second&limit=3`);
    expect(byQuery.json()).toMatchObject({ data: [{ id }] });
    expect(two.sandbox('second').requests.at(-1)?.url).toBe('/v1/files?limit=3');
    const other = await two.gateway.get(`/v1/files/${id}`, { 'x-asbru-provider': 'openai' });
    expect(other.status).toBe(404);
    const both = await two.gateway.get(`/v1/files?provider=second`, { 'x-asbru-provider': 'openai' });
    expect(both.status).toBe(400);
    const unknown = await two.gateway.get(`/v1/files?provider=nobody`);
    expect(unknown.status).toBe(400);
  });

  it('a stored file that is larger than memory should hold is read at the speed of its reader', async () => {
    const block = Buffer.alloc(256 * 1024, 'x');
    const blocks = 400;
    let taken = 0;
    let blocked = false;
    const serve = async (response: ServerResponse): Promise<void> => {
      response.writeHead(200, { 'content-type': 'audio/mpeg', 'content-length': block.length * blocks });
      for (let sent = 0; sent < blocks && !response.destroyed; sent++) {
        taken += block.length;
        if (response.write(block)) continue;
        const pause = setTimeout(() => (blocked = true), 500);
        const other = new AbortController();
        const { signal } = other;
        await Promise.race([once(response, 'drain', { signal }), once(response, 'close', { signal })]);
        other.abort();
        clearTimeout(pause);
      }
      response.end();
    };
    const upstream = await RawUpstream.start((_, response) => void serve(response));
    const slow = await Fleet.start({
      providers: { openai: { baseUrl: upstream.url, settings: { type: 'openai' } } },
    });
    try {
      const { body } = await slow.gateway.open('/v1/audio/speech', { body: SPEECH });
      await until(10_000, 'the upstream to be stopped', () => blocked);
      expect(taken).toBeLessThan(24 * 1024 * 1024);
      let received = 0;
      for await (const chunk of body) received += (chunk as Buffer).length;
      expect(received).toBe(block.length * blocks);
    } finally {
      await slow.close();
      await upstream.close();
    }
  }, 30_000);
});
