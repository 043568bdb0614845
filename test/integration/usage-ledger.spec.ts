import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { SeededRandom } from '../../src/common/random/random.port.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { begun, ended, FAR, MONTH, NOON, settled } from '../../src/control/usage/fake-attempts.js';
import { LedgerRuntime, type LedgerOptions } from '../../src/control/usage/ledger-runtime.js';
import { type Row, runBound, statementsOf } from '../../src/control/usage/store/bound-query.js';
import { OrmUsageStore } from '../../src/control/usage/store/usage-store.repository.js';
import type { CallSettled } from '../../src/control/usage/usage-ledger.port.js';
import { FakeWalFiles } from '../../src/control/usage/wal/fake-wal-files.js';
import { DiskWalFiles } from '../../src/control/usage/wal/wal-files.port.js';
import { Database } from '../../src/persistence/database.js';
import { describeOnPostgres, ENGINES, Outage, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { within } from '../support/within.js';

beforeAll(() => Logger.overrideLogger(false));

const clock = new SystemClock();
const SUPPORT = join(__dirname, '../support');
/** Processes killed for each engine; 200 in the run that proves the figure. */
const KILLS = Number(process.env['ASBRU_TEST_KILLS'] ?? 12);
/** Processes that run, and die, at the same time. */
const AT_ONCE = 2;

/** Looks until something that is read from outside holds. */
async function eventually(what: string, holds: () => Promise<boolean>, ms = 15_000): Promise<void> {
  const end = performance.now() + ms;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${ms} ms: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function openDatabase(url: string): Database {
  const address = readDatabaseUrl(url);
  if (!address) throw new Error('no database');
  return new Database(address, clock);
}

const rowsOf = (database: Database, sql: string): Promise<readonly Row[]> =>
  database.within('all', (em) => runBound(statementsOf(em), database.engine, sql));

const spent = async (database: Database): Promise<number> =>
  Number((await rowsOf(database, `select spent from budget_balances where budget_id = 'bud_a'`))[0]?.['spent'] ?? 0);

const count = async (database: Database, table: string): Promise<number> =>
  Number((await rowsOf(database, `select count(*) as n from ${table}`))[0]?.['n']);

describe.each(ENGINES)('The usage ledger on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let database: Database;
    let root: string;
    const running = new Set<LedgerRuntime>();
    const calls: CallSettled[] = [];

    beforeEach(async () => {
      made = await make();
      database = openDatabase(made.url);
      await database.start();
      root = join(mkdtempSync(join(tmpdir(), 'asbru-ledger-')), 'wal');
    });
    afterEach(async () => {
      for (const runtime of running) await runtime.close();
      running.clear();
      calls.length = 0;
      await database.close();
      await made.drop();
      rmSync(join(root, '..'), { recursive: true });
    });

    function start(options: Partial<LedgerOptions> = {}, files = new DiskWalFiles(), store = database): LedgerRuntime {
      const runtime = new LedgerRuntime(
        new OrmUsageStore(store, clock),
        clock,
        { root, maxBytes: 1 << 30, mustPersist: true, isShared: true, batch: 100, ...options },
        (call) => calls.push(call),
        files,
      );
      running.add(runtime);
      void runtime.start();
      return runtime;
    }

    async function stop(runtime: LedgerRuntime): Promise<void> {
      running.delete(runtime);
      await runtime.close();
    }

    const folders = (): string[] => readdirSync(root).toSorted();

    it('has each attempt once, with its balance and its event, and an empty folder at the end', async () => {
      const runtime = start();
      const { ledger } = runtime;
      for (let n = 0; n < 250; n++) {
        ledger.begin(begun(`req_${n}.1`));
        ledger.end(ended(`req_${n}.1`, n));
      }
      // What has ended counts at once, wherever it is written.
      expect(ledger.balances.of('bud_a', MONTH)).toEqual([[MONTH, (249 * 250) / 2]]);
      await eventually('the rows', async () => (await count(database, 'usage_records')) === 250);
      expect(await spent(database)).toBe((249 * 250) / 2);
      expect(await count(database, 'outbox')).toBe(250);
      expect(ledger.balances.of('bud_a', MONTH)).toEqual([[MONTH, (249 * 250) / 2]]);
      await stop(runtime);
      expect(folders()).toEqual([]);
      const [row] = await rowsOf(database, `select * from usage_records where id = 'req_7.1'`);
      expect(row).toMatchObject({
        request_id: 'req_7',
        organization_id: 'org_a',
        team_id: 'team_a',
        customer_id: null,
        tags: '["app:search","prod"]',
        outcome: 'ok',
        usage_source: 'upstream',
      });
      expect([row?.['cost'], row?.['duration_ms'], row?.['first_token_ms'], row?.['input_tokens']].map(Number)).toEqual(
        [7, 250, 80, 100],
      );
    });

    it('takes any text that callers choose', async () => {
      const runtime = start();
      const odd = `"\\'\0\ud800 ? $1 :x ${'ü'.repeat(2_000)}`;
      runtime.ledger.begin(
        begun('req_odd.1', { requestedModel: odd, billing: { organizationId: 'o', levels: {}, tags: [odd] } }),
      );
      runtime.ledger.end(
        ended('req_odd.1', 5, {
          outcome: 'upstream_error',
          tokens: { ...ended('x', 1).tokens, inputTokens: Number.NaN },
        }),
      );
      await eventually('the row', async () => (await count(database, 'usage_records')) === 1);
      const [row] = await rowsOf(database, 'select requested_model, input_tokens from usage_records');
      expect(String(row?.['requested_model'])).toContain(`ü`);
      expect(Number(row?.['input_tokens'])).toBe(0);
    });

    it('knows at its start what was spent before', async () => {
      const first = start();
      first.ledger.begin(
        begun('req_1.1', {
          budgets: [
            ['bud_a', MONTH, FAR],
            ['bud_over', 5, 10],
            ['bud_prepaid', 0],
          ],
        }),
      );
      first.ledger.end(ended('req_1.1', 40));
      await stop(first);
      const second = start();
      await eventually('the balances', () => Promise.resolve(second.balances.of('bud_a', MONTH).length > 0));
      expect(second.balances.of('bud_a', MONTH)).toEqual([[MONTH, 40]]);
      expect(second.balances.of('bud_prepaid', 0)).toEqual([[0, 40]]);
      expect(second.balances.of('bud_over', 0)).toEqual([]);
    });

    it('hears of what another node charges', async () => {
      const one = start();
      const other = start();
      one.ledger.begin(begun('req_1.1'));
      one.ledger.end(ended('req_1.1', 40));
      await eventually('the balance', () => Promise.resolve(other.balances.of('bud_a', MONTH).length > 0));
      expect(other.balances.of('bud_a', MONTH)).toEqual([[MONTH, 40]]);
    });

    it('charges what was reserved for an attempt whose process died, and corrects it when the truth comes', async () => {
      // A process that dies: nobody closes it, and its lock falls.
      const runtime = start();
      runtime.ledger.begin(begun('req_1.1', { reservedCost: 1_000 }));
      runtime.ledger.begin(begun('req_2.1', { reservedCost: 500 }));
      runtime.ledger.end(ended('req_2.1', 70));
      runtime.ledger.settled(settled('req_2', 70));
      const [own = ''] = folders();
      cpSync(join(root, own), join(root, 'died'), { recursive: true });
      const adopter = start();
      await eventually('the orphan', async () => (await count(database, 'usage_records')) === 2);
      await eventually('the folder', () => Promise.resolve(!existsSync(join(root, 'died'))));
      expect(calls).toEqual([settled('req_2', 70)]);
      expect(await rowsOf(database, `select outcome, usage_source from usage_records where id = 'req_1.1'`)).toEqual([
        { outcome: 'orphaned', usage_source: 'reserved' },
      ]);
      expect(await spent(database)).toBe(1_070);
      // Whichever of the two adopted it, the other hears of it.
      await eventually('the balance', () => Promise.resolve(adopter.balances.of('bud_a', MONTH)[0]?.[1] === 1_070));

      runtime.ledger.end(ended('req_1.1', 30));
      await eventually('the correction', async () => (await spent(database)) === 100);
      const [row] = await rowsOf(
        database,
        `select outcome, usage_source, cost from usage_records where id = 'req_1.1'`,
      );
      expect({ ...row, cost: Number(row?.['cost']) }).toEqual({ outcome: 'ok', usage_source: 'upstream', cost: 30 });
      expect(await count(database, 'usage_records')).toBe(2);
      const kinds = await rowsOf(database, `select kind from outbox where reference = 'req_1.1' order by kind`);
      expect(kinds.map(({ kind }) => kind)).toEqual(['usage.corrected', 'usage.recorded']);
    });

    it('leaves the folder of a process that lives alone', async () => {
      const one = start();
      one.ledger.begin(begun('req_1.1'));
      const other = start();
      other.ledger.begin(begun('req_2.1'));
      other.ledger.end(ended('req_2.1', 5));
      await eventually('the row', async () => (await count(database, 'usage_records')) === 1);
      expect(folders()).toHaveLength(2);
      one.ledger.end(ended('req_1.1', 5));
      await eventually('both rows', async () => (await count(database, 'usage_records')) === 2);
    });

    it('brings in from its log what is too much for memory', async () => {
      const away = openDatabase(made.url);
      const runtime = start({ mostInMemory: 10, batch: 5, segmentBytes: 4_000 }, undefined, away);
      for (let n = 0; n < 400; n++) runtime.ledger.begin(begun(`req_${n}.1`));
      for (let n = 0; n < 400; n++) runtime.ledger.end(ended(`req_${n}.1`, 1));
      expect(runtime.queue.backlog).toBe(400);
      await away.start();
      await eventually('the rows', async () => (await count(database, 'usage_records')) === 400);
      await eventually('an empty queue', () => Promise.resolve(runtime.queue.backlog === 0));
      expect(await spent(database)).toBe(400);
      expect(runtime.balances.of('bud_a', MONTH)).toEqual([[MONTH, 400]]);
      await stop(runtime);
      await away.close();
      expect(folders()).toEqual([]);
    });

    it('keeps in its folder what a database that is away did not take, for the next process', async () => {
      const away = openDatabase(made.url);
      const first = start({}, undefined, away);
      first.ledger.begin(begun('req_1.1'));
      first.ledger.end(ended('req_1.1', 12));
      await stop(first);
      await away.close();
      expect(folders()).toHaveLength(1);
      expect(await count(database, 'usage_records')).toBe(0);
      start();
      await eventually('the row', async () => (await count(database, 'usage_records')) === 1);
      expect(await spent(database)).toBe(12);
    });

    it('goes on while the disk is full, refuses new calls, and loses nothing', async () => {
      const files = new FakeWalFiles();
      const { ledger } = start({}, files);
      ledger.begin(begun('req_1.1'));
      expect(ledger.accepts).toBe(true);
      files.room = 10;
      ledger.end(ended('req_1.1', 3));
      expect(ledger.accepts).toBe(false);
      await eventually('the row', async () => (await count(database, 'usage_records')) === 1);
      files.room = Infinity;
      await eventually('the disk', () => Promise.resolve(ledger.accepts));
    });

    it('keeps a row that the database refuses in a file, and brings in the others', async () => {
      const { ledger } = start();
      // PostgreSQL has no such date; SQLite takes any number.
      const isRefused = database.engine === 'postgresql';
      for (let n = 0; n < 9; n++) {
        ledger.begin(begun(`req_${n}.1`, n === 4 ? { startedAt: isRefused ? 8.64e15 : NOON } : {}));
      }
      for (let n = 0; n < 9; n++) ledger.end(ended(`req_${n}.1`, n));
      await eventually('the others', async () => (await count(database, 'usage_records')) === (isRefused ? 8 : 9));
      const kept = join(root, 'rejected.jsonl');
      await eventually('the file', () => Promise.resolve(existsSync(kept) === isRefused));
      expect(existsSync(kept) ? readFileSync(kept, 'utf8') : '').toMatch(isRefused ? /"req_4\.1"/ : /^$/);
    });

    it(
      `loses nothing and counts nothing twice when ${KILLS} processes are killed under load`,
      async () => {
        const intended = new Set<string>();
        const begins = new Set<string>();
        const charges = new Map<string, number>();
        const ends = new Map<string, number>();
        const random = new SeededRandom(20_260_101);
        const note = (line: string): void => {
          const [what, id = '', cost] = line.split(' ');
          if (what === 'intend') intended.add(id);
          if (what === 'begun') begins.add(id);
          if (what === 'charge') charges.set(id, Number(cost));
          if (what === 'ended') ends.set(id, Number(cost));
        };
        for (let round = 0; round < KILLS / AT_ONCE; round++) {
          // A log that is delivered twice: one that somebody has restored, or that two have adopted.
          const [some] = existsSync(root) ? folders() : [];
          if (some && round % 3 === 0) cpSync(join(root, some), join(root, `copy${round}`), { recursive: true });
          await Promise.all(
            Array.from({ length: AT_ONCE }, (_, index) =>
              killedAfter(random.next() * 400, [root, made.url, String(round * AT_ONCE + index)], note),
            ),
          );
        }
        const runtime = start();
        await eventually('the logs of the dead', () => Promise.resolve(folders().length === 1), 60_000);

        const rows = await rowsOf(database, 'select id, outcome, cost from usage_records');
        const stored = new Map(rows.map((row) => [String(row['id']), row]));
        expect(begins.size).toBeGreaterThan(KILLS * 10);
        expect([...begins].filter((id) => !stored.has(id))).toEqual([]);
        expect([...stored.keys()].filter((id) => !intended.has(id))).toEqual([]);
        const wrong = [...ends].filter(
          ([id, cost]) => stored.get(id)?.['outcome'] !== 'ok' || Number(stored.get(id)?.['cost']) !== cost,
        );
        expect(wrong).toEqual([]);
        const orphans = rows.filter((row) => row['outcome'] === 'orphaned');
        expect(orphans.filter((row) => ends.has(String(row['id'])) || Number(row['cost']) !== 1_000)).toEqual([]);
        const others = rows.filter(
          (row) => row['outcome'] === 'ok' && charges.get(String(row['id'])) !== Number(row['cost']),
        );
        expect(others).toEqual([]);

        const sum = rows.reduce((total, row) => total + Number(row['cost']), 0);
        expect(await spent(database)).toBe(sum);
        expect(runtime.balances.of('bud_a', MONTH)).toEqual([[MONTH, sum]]);
        const recorded = await rowsOf(database, `select count(*) as n from outbox where kind = 'usage.recorded'`);
        expect(Number(recorded[0]?.['n'])).toBe(rows.length);
        if (process.env['ASBRU_TEST_PRINT']) {
          console.log({ kills: KILLS, attempts: rows.length, acknowledgedEnds: ends.size, orphaned: orphans.length });
        }
      },
      60_000 + KILLS * 5_000,
    );
  });
});

async function killedAfter(ms: number, args: readonly string[], note: (line: string) => void): Promise<void> {
  const child = spawn(
    process.execPath,
    ['--import', join(SUPPORT, 'source-hooks.mjs'), join(SUPPORT, 'usage-load.cli.ts'), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let rest = '';
  let complaints = '';
  const ready = Promise.withResolvers<void>();
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()));
  child.stdout.on('data', (text: Buffer) => {
    const lines = (rest + text.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === 'ready') ready.resolve();
      else note(line);
    }
  });
  child.once('exit', (code) => ready.reject(new Error(`The child ended with ${code}: ${complaints}`)));
  const closed = once(child, 'close');
  await within(30_000, 'a child that is ready', ready.promise);
  await killAt(child, ms);
  await closed;
}

async function killAt(child: ChildProcess, ms: number): Promise<void> {
  // The moment is what is tested, so time itself is waited for.
  await new Promise((resolve) => setTimeout(resolve, ms));
  child.kill('SIGKILL');
}

describeOnPostgres('The usage ledger while PostgreSQL is away', () => {
  it('goes on, says so, and has everything when it is back', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const database = openDatabase(outage.url);
    await database.start();
    const root = mkdtempSync(join(tmpdir(), 'asbru-ledger-'));
    const runtime = new LedgerRuntime(
      new OrmUsageStore(database, clock),
      clock,
      { root, maxBytes: 1 << 30, mustPersist: true, isShared: true, batch: 100 },
      () => undefined,
      new DiskWalFiles(),
    );
    void runtime.start();
    const charge = (n: number): void => {
      runtime.ledger.begin(begun(`req_${n}.1`));
      runtime.ledger.end(ended(`req_${n}.1`, 1));
    };
    for (let n = 0; n < 50; n++) charge(n);
    await eventually('the first rows', async () => (await count(database, 'usage_records')) === 50);
    outage.begin();
    for (let n = 50; n < 350; n++) charge(n);
    await eventually('the outage to be seen', () => Promise.resolve(runtime.shipper.isAway));
    expect(runtime.ledger.accepts).toBe(true);
    expect(runtime.balances.of('bud_a', MONTH)).toEqual([[MONTH, 350]]);
    outage.end();
    await eventually('the database', () => Promise.resolve(runtime.queue.backlog === 0), 20_000);
    expect(await count(database, 'usage_records')).toBe(350);
    expect(await spent(database)).toBe(350);
    await runtime.close();
    await database.close();
    await outage.close();
    await made.drop();
    rmSync(root, { recursive: true });
  }, 40_000);
});
