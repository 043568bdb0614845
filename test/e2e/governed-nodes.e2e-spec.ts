import { Database } from '../../src/persistence/database.js';
import { statusWithin } from '../support/admins.js';
import { describeOnPostgres, ENGINES, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { bearer, Governed, type HeldKey } from '../support/governed.js';
import { REDIS, RedisServer } from '../support/redis.js';

/** How soon every node knows of a change. */
const CONVERGENCE_MS = 2_000;
const describeOnBoth = REDIS === '' ? describe.skip : describeOnPostgres;

describeOnBoth('Two gateways with one PostgreSQL and one Redis', () => {
  let redis: RedisServer;
  let database: TestDatabase;
  let one: Governed;
  let other: Governed;

  beforeAll(async () => {
    // Its own: the default organisation's counters are the same on every gateway.
    redis = await RedisServer.start();
    database = await postgresDatabase();
    const env = { DATABASE_URL: database.url, REDIS_URL: redis.url };
    one = await Governed.start({ env });
    other = await Governed.start({ env, owner: one.owner.token });
  });
  afterAll(async () => {
    await Promise.all([one.close(), other.close()]);
    await database.drop();
    await redis.kill();
  });

  const arrived = async (terms: Record<string, unknown> = {}): Promise<HeldKey> => {
    const key = await one.key(terms);
    await statusWithin(CONVERGENCE_MS, 200, () => other.gateway.get('/v1/key', bearer(key.key)));
    return key;
  };

  it('refuse a key that was revoked, disabled or rotated on either, within two seconds', async () => {
    const [revoked, disabled, rotated] = [await arrived(), await arrived(), await arrived()];
    expect((await other.chat(revoked)).status).toBe(200);
    await one.make(`virtual-keys/${revoked.id}/revoke`, {});
    expect((await one.chat(revoked)).status).toBe(401);
    await statusWithin(CONVERGENCE_MS, 401, () => other.chat(revoked));
    await one.change(`virtual-keys/${disabled.id}`, { status: 'disabled' });
    await statusWithin(CONVERGENCE_MS, 401, () => other.chat(disabled));
    await one.change(`virtual-keys/${disabled.id}`, { status: 'active' });
    await statusWithin(CONVERGENCE_MS, 200, () => other.chat(disabled));
    const next = await one.make<HeldKey>(`virtual-keys/${rotated.id}/rotate`, {});
    await statusWithin(CONVERGENCE_MS, 401, () => other.chat(rotated));
    await statusWithin(CONVERGENCE_MS, 200, () => other.chat(next));
  });

  it('learn new terms of a key within two seconds', async () => {
    const key = await arrived();
    await one.change(`virtual-keys/${key.id}`, { denied_models: ['gpt-oss*'] });
    await statusWithin(CONVERGENCE_MS, 403, () => other.chat(key));
  });

  it('share one limit, exactly', async () => {
    const key = await arrived({ rate_limits: [{ metric: 'requests', limit: 10, window: '1h' }] });
    const asked = Array.from({ length: 30 }, (_, n) => (n % 2 === 0 ? one : other).chat(key));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(statuses.filter((status) => status === 429)).toHaveLength(20);
  });

  it('share one budget, exactly, and give back what was held', async () => {
    // Room for five calls of at most 1,000 tokens each, at $0.75 for a million.
    const key = await arrived({ budgets: [{ amount_usd: '0.0039', period: 'month' }] });
    for (const node of [one, other]) node.script('cerebras', { kind: 'slow', ms: 300, times: 'always' });
    const asked = Array.from({ length: 30 }, (_, n) =>
      (n % 2 === 0 ? one : other).chat(key, { max_completion_tokens: 1_000 }),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    for (const node of [one, other]) node.reset();
    expect(statuses.filter((status) => status === 200)).toHaveLength(5);
    expect(statuses.filter((status) => status === 402)).toHaveLength(25);
    const records = await one.records(5, key);
    const cost = records.reduce((sum, { cost_micros }) => sum + cost_micros, 0);
    for (const node of [one, other]) {
      const budget = await node.settled(key);
      expect(Math.round(Number(budget.spent_usd) * 1e6)).toBe(cost);
    }
  });
});

describe.each(ENGINES)('A call, with %s', (_name, describeOn, makeDatabase) => {
  describeOn('', () => {
    let database: TestDatabase;
    let governed: Governed;

    beforeAll(async () => {
      database = await makeDatabase();
      governed = await Governed.start({ env: { DATABASE_URL: database.url } });
    });
    afterAll(async () => {
      await governed.close();
      await database.drop();
    });

    it('asks the database nothing: a hundred are answered while it answers nobody', async () => {
      const key = await governed.key({
        budgets: [{ amount_usd: '50', period: 'month' }],
        rate_limits: [{ metric: 'requests', limit: 1_000, window: '1m' }],
      });
      const stored = governed.gateway.app.get(Database);
      const run = stored.run.bind(stored);
      const gate = Promise.withResolvers<void>();
      let asked = 0;
      stored.run = async (work) => {
        asked++;
        await gate.promise;
        return run(work);
      };
      try {
        for (let n = 0; n < 100; n++) {
          const answer = await governed.chat(key, { stream: n % 2 === 0 });
          expect(answer.status).toBe(200);
        }
        expect((await governed.standing(key)).rate_limits[0]?.used).toBe(100);
        // What follows the ledger, keys, prices and policies asks once each, and waits.
        expect(asked).toBeLessThan(10);
      } finally {
        gate.resolve();
        stored.run = run;
      }
      const rows = await governed.records(100, key);
      expect(new Set(rows.map(({ request_id }) => request_id)).size).toBe(100);
    });
  });
});
