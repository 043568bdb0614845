import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Logger } from '@nestjs/common';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { type DatabaseAddress, readDatabaseUrl } from '../../src/config/database-url.js';
import { SingleProcessGuard } from '../../src/persistence/single-process-guard.js';
import { describeOnPostgres, ENGINES, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { until } from '../support/within.js';

beforeAll(() => Logger.overrideLogger(false));

function addressOf(url: string): DatabaseAddress {
  const address = readDatabaseUrl(url);
  if (!address) throw new Error(url);
  return address;
}

const guardOf = (url: string, shared = false, clock = new ManualClock()): SingleProcessGuard =>
  new SingleProcessGuard(addressOf(url), shared, clock, 0);

/** A process of its own that has the lock until it is killed. */
async function holderProcess(url: string, shared: boolean): Promise<{ kill(): Promise<void> }> {
  const hooks = new URL('../support/source-hooks.mjs', import.meta.url).href;
  const guard = new URL('../support/hold-database.cli.ts', import.meta.url).pathname;
  const child = fork(guard, [url, String(shared)], { execArgv: ['--import', hooks] });
  await once(child, 'message');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

describe.each(ENGINES)('One process on a database of %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    beforeAll(async () => {
      made = await make();
    });
    afterAll(() => made.drop());

    it('keeps a second one from starting, and says both ways out', async () => {
      const first = guardOf(made.url);
      await first.acquire();
      await expect(guardOf(made.url).acquire()).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringMatching(/Set REDIS_URL .* another DATABASE_URL/) as string,
      });
      await first.release();
      const second = guardOf(made.url);
      await second.acquire();
      await second.release();
    });

    it('keeps one with Redis from starting beside one without, and says what to do', async () => {
      const alone = guardOf(made.url);
      await alone.acquire();
      await expect(guardOf(made.url, true).acquire()).rejects.toMatchObject({
        name: 'ConfigError',
        message: expect.stringMatching(
          /counts .* alone, because its REDIS_URL is not set.* Stop that process/,
        ) as string,
      });
      await alone.release();
    });

    it('keeps one without Redis from starting beside those with it, until the last of them has ended', async () => {
      const shared = [guardOf(made.url, true), guardOf(made.url, true), guardOf(made.url, true)];
      for (const one of shared) await one.acquire();
      for (const one of shared) {
        await expect(guardOf(made.url).acquire()).rejects.toThrow('REDIS_URL is not set');
        await one.release();
      }
      const next = guardOf(made.url);
      await next.acquire();
      await expect(guardOf(made.url, true).acquire()).rejects.toThrow('another process');
      await next.release();
    });

    it.each([
      ['with', 'without', true],
      ['without', 'with', false],
    ])('lets one start %s Redis after one %s it was killed', async (_after, _killed, shared) => {
      const holder = await holderProcess(made.url, !shared);
      await expect(guardOf(made.url, shared).acquire()).rejects.toThrow('another process');
      await holder.kill();
      const guard = new SingleProcessGuard(addressOf(made.url), shared, new ManualClock(), 5_000);
      await guard.acquire();
      await guard.release();
    });

    it('waits for one that is just ending', async () => {
      const first = guardOf(made.url);
      await first.acquire();
      const second = new SingleProcessGuard(addressOf(made.url), false, new ManualClock(), 10_000);
      const acquired = second.acquire();
      await first.release();
      await acquired;
      await expect(guardOf(made.url).acquire()).rejects.toThrow('another process');
      await second.release();
    });
  });
});

describe('Memory', () => {
  it('is everybody’s own', async () => {
    await guardOf('sqlite::memory:').acquire();
    await expect(guardOf('sqlite::memory:').acquire()).resolves.toBeUndefined();
  });
});

describe('A lock on a file', () => {
  it('falls with a process that is killed', async () => {
    const [, , make] = ENGINES[0] ?? [];
    const made = await make?.();
    if (!made) throw new Error('no file');
    const path = `${made.url.replace('sqlite:', '')}.lock`;
    const script = `const { DatabaseSync } = require('node:sqlite'); const fs = require('node:fs');
      fs.mkdirSync(require('node:path').dirname(process.argv[1]), { recursive: true });
      const file = new DatabaseSync(process.argv[1]); file.exec('begin exclusive'); process.send('held'); setInterval(() => file, 1000);`;
    const child = fork('-e', [script, path], { execArgv: [] });
    await once(child, 'message');
    await expect(guardOf(made.url).acquire()).rejects.toThrow('another process');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const guard = guardOf(made.url);
    await guard.acquire();
    await guard.release();
    await made.drop();
  });
});

describeOnPostgres('A lock on a server', () => {
  it('is taken again when its connection broke', async () => {
    const made = await postgresDatabase();
    const clock = new ManualClock();
    const guard = guardOf(made.url, false, clock);
    await guard.acquire();
    const orm = new MikroORM({
      driver: PostgreSqlDriver,
      entities: [],
      dbName: new URL(made.url).pathname.slice(1),
      driverOptions: { connectionString: made.url },
      discovery: { warnWhenNoEntities: false },
    });
    const holders = async (): Promise<number[]> => {
      const sql = `select pid from pg_locks where locktype = 'advisory' and granted and database = (select oid from pg_database where datname = current_database())`;
      return (await orm.em.getConnection().execute<Array<{ pid: number }>>(sql)).map(({ pid }) => pid);
    };
    const [before] = await holders();
    await orm.em.getConnection().execute(`select pg_terminate_backend(${before})`);
    await until(20_000, 'another session has the lock', async () => {
      clock.advance(2_000);
      const [after] = await holders();
      return after !== undefined && after !== before;
    });
    expect(await holders()).toHaveLength(1);
    await expect(guardOf(made.url).acquire()).rejects.toThrow('another process');
    await guard.release();
    await orm.close(true);
    await made.drop();
  });
});
