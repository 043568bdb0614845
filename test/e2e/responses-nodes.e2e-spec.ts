import type { Answer } from '../support/answer.js';
import { describeOnPostgres, Outage, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { REDIS } from '../support/redis.js';
import { MODEL, startGateway, type TestGateway } from '../support/gateway.js';
import { within } from '../support/within.js';

interface Event {
  type: string;
  sequence_number: number;
  response?: { id: string; status: string };
}

const HELLO = { model: MODEL, input: 'Say: hello' };
const LONG = { ...HELLO, input: 'Say: one two three four five six seven eight nine ten', background: true };
const RUNNING: ReadonlySet<unknown> = new Set(['queued', 'in_progress']);

const idOf = (answer: Answer): string => String(answer.json().id);
const lastOf = (answer: Answer): Event | undefined => answer.chunksAs<Event>().at(-1);

describeOnPostgres('Two gateways with one PostgreSQL', () => {
  let database: TestDatabase;
  let one: TestGateway;
  let other: TestGateway;

  beforeAll(async () => {
    database = await postgresDatabase();
    const env = { DATABASE_URL: database.url, REDIS_URL: REDIS };
    // Settings are read from the environment of this one process, so one after the other.
    one = await startGateway({ env });
    other = await startGateway({ env });
  });
  beforeEach(() => {
    one.reset();
    other.reset();
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await database.drop();
  });

  async function over(gateway: TestGateway, id: string): Promise<Record<string, unknown>> {
    const poll = async (): Promise<Record<string, unknown>> => {
      for (;;) {
        const response = (await gateway.get(`/v1/responses/${id}`)).json();
        if (!RUNNING.has(response.status)) return response;
      }
    };
    return within(10_000, `the end of ${id}`, poll());
  }

  it('read what the other has just written, a hundred times at once', async () => {
    const rounds = Array.from({ length: 100 }, async (_, index) => {
      const [writer, reader] = index % 2 === 0 ? [one, other] : [other, one];
      const stream = index % 3 === 0;
      const first = await writer.post('/v1/responses', { ...HELLO, stream });
      const id = stream ? (lastOf(first)?.response?.id ?? '') : idOf(first);
      const next = await reader.post('/v1/responses', { ...HELLO, previous_response_id: id });
      return next.status;
    });
    expect(new Set(await Promise.all(rounds))).toEqual(new Set([200]));
  }, 60_000);

  it('give the same response and the same events', async () => {
    const streamed = await one.post('/v1/responses', { ...HELLO, stream: true });
    const id = lastOf(streamed)?.response?.id ?? '';
    expect((await other.get(`/v1/responses/${id}`)).json()).toEqual(lastOf(streamed)?.response);
    expect((await other.get(`/v1/responses/${id}?stream=true`)).text).toBe(streamed.text);
    expect((await other.call(`/v1/responses/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await one.get(`/v1/responses/${id}`)).status).toBe(404);
  });

  it('stream and list what runs on the other', async () => {
    one.sandbox.script({ kind: 'stall', afterFrames: 5, ms: 1_500 });
    const id = idOf(await one.post('/v1/responses', LONG));
    const streamed = one.post('/v1/responses', { ...LONG, stream: true });
    const remote = await other.get(`/v1/responses/${id}?stream=true`);
    const events = remote.chunksAs<Event>();
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ type: 'response.completed', response: await over(other, id) });
    const local = await streamed;
    const streamedId = lastOf(local)?.response?.id ?? '';
    expect((await other.get(`/v1/responses/${streamedId}?stream=true`)).text).toBe(local.text);
  });

  it('resume on the other node in the middle of a stream', async () => {
    one.sandbox.script({ kind: 'stall', afterFrames: 6, ms: 2_500 });
    const local = one.post('/v1/responses', { ...LONG, stream: true });
    await one.arrival(1);
    const id = /"id":"(resp_\w+)"/.exec(await idInDatabase())?.[1] ?? '';
    const remote = await other.get(`/v1/responses/${id}?stream=true&starting_after=1`);
    const whole = (await local).chunksAs<Event>();
    expect(remote.chunksAs<Event>().slice(1)).toEqual(whole.slice(3));
    expect(remote.chunksAs<Event>()[0]).toMatchObject({ type: 'response.in_progress', sequence_number: 2 });
  }, 20_000);

  /** The body of the response that was begun last. */
  async function idInDatabase(): Promise<string> {
    const { MikroORM, PostgreSqlDriver } = await import('@mikro-orm/postgresql');
    const orm = new MikroORM({
      driver: PostgreSqlDriver,
      entities: [],
      dbName: 'any',
      ensureDatabase: false,
      driverOptions: { connectionString: database.url, options: '-c asbru.organization=*' },
      discovery: { warnWhenNoEntities: false },
    });
    const sql =
      "select body from responses where status = 'queued' or status = 'in_progress' order by created_at desc limit 1";
    const [row] = await orm.em.getConnection().execute<Array<{ body: string }>>(sql);
    await orm.close(true);
    return row?.body ?? '';
  }

  it('cancel what runs on the other, which stops its upstream', async () => {
    one.sandbox.script({ kind: 'stall', afterFrames: 4 });
    const streaming = one.post('/v1/responses', { ...LONG, stream: true });
    const request = await one.arrival(1);
    const id = /"id":"(resp_\w+)"/.exec(await idInDatabase())?.[1] ?? '';
    const cancelled = await other.post(`/v1/responses/${id}/cancel`, {});
    expect([cancelled.status, cancelled.json().status]).toEqual([200, 'cancelled']);
    await within(10_000, 'the abort', request.closed);
    expect(request.aborted).toBe(true);
    expect(lastOf(await streaming)).toMatchObject({ type: 'response.incomplete', response: { status: 'cancelled' } });
    expect((await one.get(`/v1/responses/${id}`)).json().status).toBe('cancelled');
    expect(lastOf(await other.get(`/v1/responses/${id}?stream=true`))).toMatchObject({
      response: { status: 'cancelled' },
    });
  }, 20_000);
});

describeOnPostgres('A gateway whose PostgreSQL goes away', () => {
  let database: TestDatabase;
  let outage: Outage;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await postgresDatabase();
    outage = await Outage.before(database.url);
    gateway = await startGateway({ env: { DATABASE_URL: outage.url } });
  });
  afterAll(async () => {
    await gateway.close();
    await outage.close();
    await database.drop();
  });

  it('answers what needs no state, refuses the rest with 503, and recovers by itself', async () => {
    const stored = idOf(await gateway.post('/v1/responses', HELLO));
    expect((await gateway.get('/health/ready')).json()).toEqual({ status: 'ok', database: 'ready' });

    outage.begin();
    // The first that needs the database finds out; what is streamed meanwhile is answered all the same.
    expect((await gateway.get(`/v1/responses/${stored}`)).status).toBe(503);
    const plain = await gateway.post('/v1/responses', { ...HELLO, store: true });
    expect([plain.status, plain.json().store, plain.filtered]).toEqual([200, false, ['store']]);
    const streamed = await gateway.post('/v1/responses', { ...HELLO, stream: true });
    expect(lastOf(streamed)).toMatchObject({ type: 'response.completed', response: { store: false } });
    expect((await gateway.chat()).status).toBe(200);
    for (const body of [{ previous_response_id: stored }, { background: true }]) {
      const refused = await gateway.post('/v1/responses', { ...HELLO, ...body });
      expect([refused.status, refused.error.code]).toEqual([503, 'storage_unavailable']);
      expect(refused.headers['retry-after']).toBe('1');
    }
    expect((await gateway.get('/health/ready')).json()).toEqual({ status: 'ok', database: 'unreachable' });

    outage.end();
    const back = async (): Promise<void> => {
      while ((await gateway.get(`/v1/responses/${stored}`)).status !== 200);
    };
    await within(10_000, 'the database', back());
    const next = await gateway.post('/v1/responses', { ...HELLO, previous_response_id: stored });
    expect([next.status, next.json().store]).toEqual([200, true]);
  }, 30_000);

  it('writes what was promised before the outage after it', async () => {
    const ready = async (): Promise<void> => {
      while ((await gateway.get('/health/ready')).json()['database'] !== 'ready');
    };
    await within(10_000, 'the database', ready());
    gateway.sandbox.script({ kind: 'stall', afterFrames: 4, ms: 300 });
    const streaming = gateway.post('/v1/responses', { ...HELLO, stream: true });
    await gateway.arrival(1);
    outage.begin();
    const last = lastOf(await streaming);
    expect(last).toMatchObject({ type: 'response.completed', response: { store: true } });
    const id = last?.response?.id ?? '';
    // It waits in memory, and is found there.
    expect((await gateway.get(`/v1/responses/${id}`)).json()).toEqual(last?.response);
    outage.end();
    const continued = async (): Promise<Answer> => {
      for (;;) {
        const next = await gateway.post('/v1/responses', { ...HELLO, previous_response_id: id });
        if (next.status === 200 && next.json().store === true) return next;
      }
    };
    await within(15_000, 'a continuation', continued());
  }, 30_000);
});
