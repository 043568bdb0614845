import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { statusWithin } from '../support/admins.js';
import { describeOnPostgres, Outage, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { Governed, type HeldKey, MODELS } from '../support/governed.js';
import { REDIS, RedisServer } from '../support/redis.js';

const describeOnBoth = REDIS === '' ? describe.skip : describeOnPostgres;
/** How soon a gateway knows everything when its database is back. */
const BACK_MS = 15_000;
const COPIES = ['keys', 'policies', 'prices'];

async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + BACK_MS;
  while (!(await holds())) if (performance.now() > end) throw new Error('It never was');
}

describeOnBoth('A gateway that starts while its database is away', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let outage: Outage;
  let folder: string;
  let owner: string;
  let key: HeldKey;
  let env: Record<string, string>;

  /** One lived before: it made a key, a policy that denies a model, and a price, and left its copies on the disk. */
  beforeAll(async () => {
    redis = await RedisServer.start();
    database = await postgresDatabase();
    outage = await Outage.before(database.url);
    folder = await mkdtemp(join(tmpdir(), 'asbru-start-'));
    env = {
      DATABASE_URL: outage.url,
      REDIS_URL: redis.url,
      ASBRU_DATA_DIR: folder,
      ASBRU_BOOT_FROM_SNAPSHOT: 'on',
    };
    const before = await Governed.start({ env: { ...env, DATABASE_URL: database.url } });
    owner = before.owner.token;
    key = await before.keyWith({ amount_usd: '5.00' });
    await before.make('policies', {
      name: 'No mini',
      expression: 'model.contains("mini")',
      effect: 'deny',
      scope: 'installation',
    });
    await before.make('prices/overrides', {
      provider: 'cerebras',
      model: '*',
      usd_per_request: '0.25',
      input_usd_per_million: '0.00',
      output_usd_per_million: '0.00',
    });
    await before.close();
    // The copies are written at most once a minute: this start writes them with all of it.
    const keeper = await Governed.start({ owner, env: { ...env, DATABASE_URL: database.url } });
    await eventually(async () => (await Promise.all(COPIES.map(fileOf))).every((bytes) => bytes !== undefined));
    await keeper.close();
  });
  afterAll(async () => {
    await outage.close();
    await database.drop();
    await redis.kill();
    await rm(folder, { recursive: true, force: true });
  });

  const fileOf = (name: string): Promise<Buffer | undefined> =>
    readFile(join(folder, `${name}.snapshot`)).catch(() => undefined);

  const startAway = (more: Record<string, string | undefined> = {}): Promise<Governed> => {
    outage.begin();
    const wanted = Object.entries({ ...env, ...more }).filter(
      (pair): pair is [string, string] => pair[1] !== undefined,
    );
    return Governed.start({ owner, env: Object.fromEntries(wanted) });
  };
  const denied = (governed: Governed) => governed.chat(key, { model: MODELS.openai });
  const ready = (governed: Governed) => governed.gateway.get('/health/ready');

  it('takes no call, and is not ready, until all that binds keys was read', async () => {
    const governed = await startAway({ ASBRU_BOOT_FROM_SNAPSHOT: 'off' });
    const [call, state] = [await governed.chat(key), await ready(governed)];
    expect([call.status, call.error.code]).toEqual([503, 'keys_unavailable']);
    expect([state.status, state.error.code]).toEqual([503, 'keys_unavailable']);
    outage.end();
    // From the first answer that is no 503, the policy holds and the price is the operator's.
    const answers: number[] = [];
    await eventually(async () => {
      answers.push((await denied(governed)).status);
      return answers.at(-1) !== 503;
    });
    expect(new Set(answers)).toEqual(new Set([503, 403]));
    expect((await ready(governed)).status).toBe(200);
    expect((await governed.chat(key)).status).toBe(200);
    expect((await governed.records(1, key)).at(-1)?.cost_micros).toBe(250_000);
    await governed.close();
  });

  it('goes by what is on its disk where it may: keys, policies and prices', async () => {
    const governed = await startAway();
    const before = (await governed.standing(key)).budgets[0]?.spent_usd;
    const refused = await denied(governed);
    expect([refused.status, refused.error.code]).toEqual([403, 'policy_denied']);
    expect((await governed.chat(key)).status).toBe(200);
    expect((await ready(governed)).status).toBe(200);
    expect(Number((await governed.settled(key)).spent_usd)).toBe(Number(before) + 0.25);
    outage.end();
    await statusWithin(BACK_MS, 200, () => governed.owner.get('/admin/v1/policies'));
    await governed.close();
  });

  it.each(['policies', 'prices'])('takes no call where its copy of the %s was changed', async (name) => {
    const path = join(folder, `${name}.snapshot`);
    const bytes = await readFile(path);
    expect(bytes.includes('mini')).toBe(false);
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bytes.length - 20) ^ 1, bytes.length - 20);
    await writeFile(path, changed);
    const governed = await startAway();
    const answer = await governed.chat(key);
    expect([answer.status, answer.error.code]).toEqual([503, 'keys_unavailable']);
    expect(answer.error.message).toContain(`the ${name} have not been read`);
    expect(answer.headers).toMatchObject({ 'retry-after': '1', 'x-should-retry': 'true' });
    expect((await ready(governed)).status).toBe(503);
    await governed.close();
    outage.end();
    await writeFile(path, bytes);
  });

  it('takes no call without Redis, because nobody knows what is spent', async () => {
    const governed = await startAway({ REDIS_URL: undefined });
    const answer = await governed.chat(key);
    expect([answer.status, answer.error.code]).toEqual([503, 'keys_unavailable']);
    expect(answer.error.message).toContain('the balances have not been read');
    outage.end();
    await statusWithin(BACK_MS, 200, () => governed.chat(key));
    await governed.close();
  });

  it('answers callers without a key as before where none is needed', async () => {
    const governed = await startAway({ ASBRU_AUTH: 'open', ASBRU_BOOT_FROM_SNAPSHOT: 'off' });
    const body = { model: MODELS.cerebras, messages: [{ role: 'user', content: 'Say: hello' }] };
    expect((await governed.gateway.post('/v1/chat/completions', body)).status).toBe(200);
    expect((await ready(governed)).status).toBe(200);
    const answer = await governed.chat(key);
    expect([answer.status, answer.error.code]).toEqual([503, 'keys_unavailable']);
    outage.end();
    await governed.close();
  });
});
