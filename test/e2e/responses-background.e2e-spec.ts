import { closeGracefully } from '../../src/shutdown.js';
import type { Answer } from '../support/answer.js';
import { MODEL, startGateway, type TestGateway } from '../support/gateway.js';
import { frames } from '../support/sse.js';
import { within } from '../support/within.js';

interface Event {
  type: string;
  sequence_number: number;
  response?: { id: string; status: string };
}

const LONG = 'Say: one two three four five six seven eight nine ten eleven twelve';
const JOB = { model: MODEL, input: LONG, background: true };
const RUNNING: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);

describe('Background responses', () => {
  let gateway: TestGateway;

  beforeEach(async () => {
    gateway = await startGateway();
  });
  afterEach(() => gateway.close());

  const create = (body: Record<string, unknown> = {}): Promise<Answer> =>
    gateway.post('/v1/responses', { ...JOB, ...body });
  const retrieve = (id: string, query = ''): Promise<Answer> => gateway.get(`/v1/responses/${id}${query}`);
  const cancel = (id: string): Promise<Answer> => gateway.post(`/v1/responses/${id}/cancel`, {});
  const idOf = (answer: Answer): string => String(answer.json().id);

  /** Asks again and again, as clients do, until the response is over. */
  async function over(id: string): Promise<Record<string, unknown>> {
    const poll = async (): Promise<Record<string, unknown>> => {
      for (;;) {
        const response = (await retrieve(id)).json();
        if (!RUNNING.has(response.status)) return response;
      }
    };
    return within(10_000, `the end of ${id}`, poll());
  }

  /** Begins to read a stream, and gives its events one by one. */
  async function open(path: string, body?: object) {
    const leaving = new AbortController();
    const call = body ? { body } : { method: 'GET' as const };
    const answer = await gateway.open(path, { ...call, signal: leaving.signal });
    const source = frames(answer.body);
    const next = async (): Promise<Event | undefined> => {
      for (;;) {
        const { value } = await within(5_000, 'an event', source.next());
        if (!value) return undefined;
        if (value.data !== undefined) return JSON.parse(value.data) as Event;
      }
    };
    return { next, leave: () => leaving.abort(), status: answer.statusCode };
  }

  async function rest(reader: { next(): Promise<Event | undefined> }): Promise<Event[]> {
    const events: Event[] = [];
    for (let event = await reader.next(); event; event = await reader.next()) events.push(event);
    return events;
  }

  it.each([[false], [true]])('are queued at once and found complete later (stream: %s)', async (stream) => {
    gateway.sandbox.script({ kind: 'slow', ms: 50 });
    let id: string;
    if (stream) {
      const reader = await open('/v1/responses', { ...JOB, stream: true });
      id = (await reader.next())?.response?.id ?? '';
      reader.leave();
    } else {
      const queued = await create();
      expect(queued.status).toBe(200);
      expect(queued.json()).toMatchObject({
        status: 'queued',
        background: true,
        store: true,
        output: [],
        completed_at: null,
      });
      id = idOf(queued);
    }
    const done = await over(id);
    expect(done).toMatchObject({ id, status: 'completed', background: true, error: null });
    expect(JSON.stringify(done.output)).toContain('twelve');
    expect(done.usage).toMatchObject({ total_tokens: expect.any(Number) });
    const list = (await gateway.get(`/v1/responses/${id}/input_items`)).json();
    expect(JSON.stringify(list)).toContain(LONG);
  });

  it('can be continued, and continue others', async () => {
    const first = await over(idOf(await create()));
    const second = await over(idOf(await create({ input: 'Say: bye', previous_response_id: first.id })));
    expect(second).toMatchObject({ status: 'completed', previous_response_id: first.id });
    const third = await gateway.post('/v1/responses', { model: MODEL, input: 'And?', previous_response_id: second.id });
    expect(third.status).toBe(200);
    expect(gateway.sentBody.messages).toHaveLength(5);
  });

  it('cannot be continued while they run', async () => {
    gateway.sandbox.script({ kind: 'never' });
    const id = idOf(await create());
    const answer = await gateway.post('/v1/responses', { model: MODEL, input: 'And?', previous_response_id: id });
    expect([answer.status, answer.error.param]).toEqual([400, 'previous_response_id']);
  });

  it('stream their events from the queue on', async () => {
    const answer = await create({ stream: true });
    const events = answer.chunksAs<Event>();
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.slice(0, 3).map(({ type, response }) => [type, response?.status])).toEqual([
      ['response.created', 'queued'],
      ['response.queued', 'queued'],
      ['response.in_progress', 'in_progress'],
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: { status: 'completed' } });
    const id = events[0]?.response?.id ?? '';
    expect(new Set(events.flatMap(({ response }) => (response ? [response.id] : [])))).toEqual(new Set([id]));
    expect((await retrieve(id)).json()).toEqual(events.at(-1)?.response);
    const again = await retrieve(id, '?stream=true');
    expect(again.text).toBe(answer.text);
  });

  it('go on when their client goes, and are resumed where he was', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 5, ms: 300 });
    const whole: Event[] = [];
    const first = await open('/v1/responses', { ...JOB, stream: true });
    for (let count = 0; count < 5; count++) {
      const event = await first.next();
      if (event) whole.push(event);
    }
    first.leave();
    const id = whole[0]?.response?.id ?? '';
    const second = await open(`/v1/responses/${id}?stream=true&starting_after=${whole.at(-1)?.sequence_number}`);
    whole.push(...(await rest(second)));
    expect(whole.map((event) => event.sequence_number)).toEqual(whole.map((_, index) => index));
    expect(whole.at(-1)?.type).toBe('response.completed');
    expect(await over(id)).toEqual(whole.at(-1)?.response);
    expect(gateway.sent).toHaveLength(1);
    expect(gateway.sent[0]?.aborted).toBe(false);
  });

  it('can be streamed although they were not created so', async () => {
    gateway.sandbox.script({ kind: 'slow', ms: 100 });
    const id = idOf(await create());
    const reader = await open(`/v1/responses/${id}?stream=true`);
    const events = await rest(reader);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.map(({ type }) => type).slice(0, 3)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: (await retrieve(id)).json() });
    // Which model answers is not known before one does.
    expect((await retrieve(id, '?stream=true')).chunksAs<Event>().slice(3)).toEqual(events.slice(3));
  });

  describe('cancelled', () => {
    it.each([[false], [true]])('abort the upstream and stay cancelled (stream: %s)', async (stream) => {
      gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
      const reader = stream ? await open('/v1/responses', { ...JOB, stream }) : undefined;
      const id = (await reader?.next())?.response?.id ?? idOf(await create());
      const request = await gateway.arrival(1);
      const cancelled = await cancel(id);
      expect([cancelled.status, cancelled.json().status, cancelled.json().id]).toEqual([200, 'cancelled', id]);
      const last = reader && (await rest(reader)).at(-1);
      if (last) expect(last).toMatchObject({ type: 'response.incomplete', response: { status: 'cancelled' } });
      await within(5_000, 'the abort', request.closed);
      expect(request.aborted).toBe(true);
      expect((await over(id)).status).toBe('cancelled');
      expect((await cancel(id)).json().status).toBe('cancelled');
    });

    it('after their end are given as they ended', async () => {
      const done = await over(idOf(await create()));
      expect((await cancel(String(done.id))).json()).toEqual(done);
    });
  });

  it('are failed, and hold nothing of the prompt, when the upstream refuses them', async () => {
    gateway.sandbox.script({ kind: 'status', status: 400 });
    const id = idOf(await create({ instructions: 'Secret rules.' }));
    const failed = await over(id);
    expect(failed).toMatchObject({ status: 'failed', output: [], instructions: null, error: { code: 'server_error' } });
    expect((await gateway.get(`/v1/responses/${id}/input_items`)).json()).toMatchObject({ data: [], has_more: false });
    const events = (await retrieve(id, '?stream=true')).chunksAs<Event>();
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.queued',
      'response.in_progress',
      'response.failed',
    ]);
  });

  it('are failed with what there is when the upstream breaks off', async () => {
    gateway.sandbox.script({ kind: 'cut', afterFrames: 5, how: 'reset' });
    const events = (await create({ stream: true })).chunksAs<Event>();
    expect(events.at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed' } });
    const stored = await over(events[0]?.response?.id ?? '');
    expect(stored).toEqual(events.at(-1)?.response);
    expect(stored.output).not.toEqual([]);
  });

  it('are stopped and gone when they are deleted', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
    const id = idOf(await create({ stream: false }));
    const request = await gateway.arrival(1);
    expect((await gateway.call(`/v1/responses/${id}`, { method: 'DELETE' })).json()).toMatchObject({ deleted: true });
    await within(5_000, 'the abort', request.closed);
    expect((await retrieve(id)).status).toBe(404);
  });

  it('are refused before they are taken in when they cannot be made', async () => {
    for (const [body, param] of [
      [{ store: false }, 'background'],
      [{ input: [] }, 'input'],
      [{ previous_response_id: 'resp_none' }, 'previous_response_id'],
    ] as const) {
      const answer = await create(body);
      expect([answer.status, answer.error.param]).toEqual([400, param]);
    }
    expect(gateway.sent).toHaveLength(0);
  });

  it('are logged with their usage, and without their text', async () => {
    const id = idOf(await create({ input: 'Say: my secret words' }));
    await over(id);
    const line: unknown = JSON.parse(await gateway.log.lineWith(id));
    expect(line).toMatchObject({ status: 'completed', attempts: 1, usage: { total_tokens: expect.any(Number) } });
    expect(gateway.log.lines.join('')).not.toContain('secret words');
  });

  it('may end while the gateway drains', async () => {
    gateway.sandbox.script({ kind: 'slow', ms: 300 });
    const reader = await open('/v1/responses', { ...JOB, stream: true });
    await reader.next();
    await gateway.arrival(1);
    const closed = closeGracefully(gateway.app, 10_000);
    expect((await rest(reader)).at(-1)?.type).toBe('response.completed');
    await within(10_000, 'the shutdown', closed);
  });

  it('are failed when the drain has no more time', async () => {
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4 });
    const reader = await open('/v1/responses', { ...JOB, stream: true });
    await reader.next();
    const closed = closeGracefully(gateway.app, 200);
    const last = (await rest(reader)).at(-1);
    expect(last).toMatchObject({
      type: 'response.failed',
      response: { status: 'failed', error: { code: 'server_error' } },
    });
    await within(10_000, 'the shutdown', closed);
  });
});
