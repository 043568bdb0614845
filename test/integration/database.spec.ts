import { stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Logger } from '@nestjs/common';
import { Draining } from '../../src/common/context/draining.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { validateConfig } from '../../src/config/app.config.js';
import { readDatabaseUrl, type DatabaseAddress } from '../../src/config/database-url.js';
import { Readiness } from '../../src/health/readiness.js';
import { Database } from '../../src/persistence/database.js';
import { SQLITE_MIGRATIONS } from '../../src/persistence/migrations/sqlite.js';
import {
  describeOnPostgres,
  ENGINES,
  Outage,
  postgresDatabase,
  sqliteFile,
  type TestDatabase,
} from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

function addressOf(url: string): DatabaseAddress {
  const address = readDatabaseUrl(url);
  if (!address) throw new Error(`Not a database: ${url}`);
  return address;
}

const countTables = (database: Database): Promise<number> =>
  database.run(async (em) => {
    const rows = await em.execute<Array<{ count: number | string }>>('select count(*) as count from responses');
    return Number(rows[0]?.count);
  });

describe.each(ENGINES)('A database of %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let open: Database[];

    beforeEach(async () => {
      open = [];
      made = await make();
    });
    afterEach(async () => {
      await Promise.all(open.map((one) => one.close()));
      await made.drop();
    });

    function database(): Database {
      const one = new Database(addressOf(made.url), new ManualClock());
      open.push(one);
      return one;
    }

    it('is migrated by the first gateway that starts', async () => {
      const one = database();
      await one.start();
      expect(one.state).toBe('ready');
      expect(await countTables(one)).toBe(0);
    });

    it('is migrated once when several gateways start together', async () => {
      const nodes = [database(), database(), database(), database()];
      await Promise.all(nodes.map((node) => node.start()));
      expect(nodes.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready', 'ready']);
      const rows = await database0(nodes).run((em) =>
        em.execute<Array<{ name: string }>>('select name from asbru_migrations'),
      );
      expect(rows).toHaveLength(new Set(rows.map(({ name }) => name)).size);
      expect(rows.length).toBeGreaterThanOrEqual(SQLITE_MIGRATIONS.length);
    });

    it('keeps what was stored over a restart', async () => {
      const first = database();
      await first.start();
      await first.within('all', (em) =>
        em.execute(
          "insert into response_items (scope, item_id, response_id, expires_at) values ('s', 'i', 'r', '2030-01-01')",
          [],
          'run',
        ),
      );
      await first.close();
      const second = database();
      await second.start();
      const rows = await second.within('all', (em) => em.execute('select item_id from response_items'));
      expect(rows).toEqual([{ item_id: 'i' }]);
    });

    it('passes an error of the statement on as it is', async () => {
      const one = database();
      await one.start();
      await expect(one.run((em) => em.execute('select * from nothing_of_the_kind'))).rejects.not.toMatchObject({
        code: 'storage_unavailable',
      });
      expect(one.state).toBe('ready');
    });

    it('keeps requests away while its schema cannot be brought up to date', async () => {
      const first = database();
      await first.start();
      // The tables are there, and nobody remembers having made them.
      await first.run((em) => em.execute('delete from asbru_migrations', [], 'run'));
      const second = database();
      await second.start();
      expect(second.state).toBe('failed');
      expect(readiness(second).refusal).toMatchObject({
        code: 'storage_unavailable',
        message: expect.stringContaining('schema') as string,
      });
      expect(readiness(first).refusal).toBeUndefined();
      expect(readiness(first, 'policies').refusal).toMatchObject({ code: 'keys_unavailable' });
      expect(readiness(first, 'policies', 'open').refusal).toBeUndefined();
      await expect(countTables(second)).rejects.toMatchObject({ code: 'storage_unavailable' });
    });

    it('is closed with the gateway', async () => {
      const one = database();
      await one.start();
      await one.close();
      await expect(countTables(one)).rejects.toMatchObject({ code: 'storage_unavailable', status: 503 });
    });
  });
});

const readiness = (database: Database, unread?: string, mode = 'required'): Readiness =>
  new Readiness(new Draining(), database, validateConfig({ ASBRU_AUTH: mode }), { unread });

function database0(nodes: readonly Database[]): Database {
  const [first] = nodes;
  if (!first) throw new Error('There is no node');
  return first;
}

describe('A file of SQLite', () => {
  it('is made for its user alone', async () => {
    const made = await sqliteFile();
    const address = addressOf(made.url);
    const database = new Database(address, new ManualClock());
    await database.start();
    await database.run((em) => em.execute("delete from responses where id = 'none'", [], 'run'));
    const path = address.engine === 'sqlite' ? address.path : '';
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    for (const file of [path, `${path}-wal`]) expect((await stat(file)).mode & 0o777).toBe(0o600);
    await database.close();
    await made.drop();
  });

  it('that cannot be opened leaves the gateway running, and is found when it can', async () => {
    const made = await sqliteFile();
    const address = addressOf(made.url);
    const folder = dirname(address.engine === 'sqlite' ? address.path : '');
    await writeFile(folder, 'a file where the folder should be');
    const clock = new ManualClock();
    const database = new Database(address, clock);
    await database.start();
    expect(database.state).not.toBe('ready');
    await expect(countTables(database)).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(clock.pending).toBe(1);
    await made.drop();
    clock.advance(250);
    await database.start();
    expect(database.state).toBe('ready');
    await database.close();
    await made.drop();
  });
});

describeOnPostgres('A server of PostgreSQL that goes away', () => {
  it('fails what needs it at once, and is back without a restart', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const clock = new ManualClock();
    const database = new Database(addressOf(outage.url), clock);
    await database.start();
    expect(await countTables(database)).toBe(0);

    outage.begin();
    await expect(countTables(database)).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(database.state).toBe('unreachable');
    // Nobody asks the server now: the answer is there at once.
    await expect(countTables(database)).rejects.toMatchObject({ code: 'storage_unavailable' });

    outage.end();
    clock.advance(5_000);
    await database.start();
    expect(database.state).toBe('ready');
    expect(await countTables(database)).toBe(0);

    await database.close();
    await outage.close();
    await made.drop();
  });

  it('loses no connection of its pool to transactions that an outage breaks', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const clock = new ManualClock();
    const database = new Database(addressOf(outage.url), clock);
    await database.start();
    for (let n = 0; n < 12; n++) {
      const broken = database.transaction(async (em) => {
        await em.execute('select 1');
        outage.begin();
        await em.execute('select 2');
      });
      await expect(broken).rejects.toMatchObject({ code: 'storage_unavailable' });
      outage.end();
      clock.advance(5_000);
      await database.start();
      expect(database.state).toBe('ready');
    }
    await database.close();
    await outage.close();
    await made.drop();
  });

  it('may be away when the gateway starts', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    outage.begin();
    const clock = new ManualClock();
    const database = new Database(addressOf(outage.url), clock);
    await database.start();
    expect(database.state).toBe('unreachable');
    outage.end();
    clock.advance(250);
    await database.start();
    expect(database.state).toBe('ready');
    await database.close();
    await outage.close();
    await made.drop();
  });
});

describeOnPostgres('A role of PostgreSQL', () => {
  it.each([
    ['that is a superuser is told of', true],
    ['that row-level security holds for is not', false],
  ])('%s', async (_name, isSuperuser) => {
    const made = await postgresDatabase();
    const url = new URL(process.env['ASBRU_TEST_POSTGRES_URL'] ?? '');
    url.pathname = new URL(made.url).pathname;
    const lines: unknown[][] = [];
    const ignore = (): void => undefined;
    Logger.overrideLogger({ log: ignore, error: ignore, warn: (...parts: unknown[]) => lines.push(parts) });
    const clock = new ManualClock();
    const database = new Database(addressOf(isSuperuser ? url.href : made.url), clock);
    await database.start();
    // Once, not at each connection.
    await database.start();
    expect(database.state).toBe('ready');
    const told = lines.filter((parts) => JSON.stringify(parts).includes('row-level security'));
    expect(told.map(([fields]) => fields)).toEqual(isSuperuser ? [{ role: url.username }] : []);
    Logger.overrideLogger(false);
    await database.close();
    await made.drop();
  });
});
