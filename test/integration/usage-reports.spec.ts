import { keyHolder } from '../../src/control/governance/fake-key-holder.js';
import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ErrorFilter } from '../../src/common/errors/error.filter.js';
import { RouteTable } from '../../src/common/http/route-table.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { begun, ended } from '../../src/control/usage/fake-attempts.js';
import { OrmBalanceCheck } from '../../src/control/usage/reconcile/balance-check.repository.js';
import { readCsv } from '../../src/control/usage/reports/csv.js';
import { OwnUsageController } from '../../src/control/usage/reports/own-usage.controller.js';
import { readReportQuery, FILTERS, DIMENSIONS } from '../../src/control/usage/reports/usage-query.js';
import { UsageReports } from '../../src/control/usage/reports/usage-reports.port.js';
import { OrmUsageReports } from '../../src/control/usage/reports/usage-reports.repository.js';
import { UsageReportsService } from '../../src/control/usage/reports/usage-reports.service.js';
import { UsageController } from '../../src/control/usage/reports/usage.controller.js';
import { runBound, statementsOf } from '../../src/control/usage/store/bound-query.js';
import { OrmUsageStore } from '../../src/control/usage/store/usage-store.repository.js';
import { UsageCommands } from '../../src/control/usage/usage-commands.js';
import type { LoggedAttempt } from '../../src/control/usage/wal/wal-reader.js';
import { Database } from '../../src/persistence/database.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

const DAY = 86_400_000;
const FIRST = Date.UTC(2026, 2, 1, 10);
const clock = new SystemClock();

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** 40 attempts on two days, of two organisations, two models and three tags, with latencies of 1 to 40 ms. */
const ATTEMPTS: LoggedAttempt[] = Array.from({ length: 40 }, (_, n) => {
  const at = FIRST + (n % 2) * DAY;
  const model = n % 4 < 2 ? 'gpt-oss-120b' : '=cmd|calc';
  return {
    begun: begun(`req_${n >> 1}.${n % 2}`, {
      startedAt: at,
      model,
      billing: {
        organizationId: n < 30 ? 'org_a' : 'org_b',
        levels: { virtual_key: n < 20 ? 'vk_a' : 'vk_b' },
        tags: n % 3 === 0 ? [] : n % 3 === 1 ? ['prod'] : ['prod', 'batch'],
      },
    }),
    ended: ended(`req_${n >> 1}.${n % 2}`, 1_000 + n, {
      endedAt: at + n + 1,
      outcome: n % 10 === 9 ? 'upstream_error' : n % 10 === 8 ? 'cancelled' : 'ok',
      firstTokenMs: n % 2 === 0 ? n : undefined,
    }),
  };
});

describe.each(ENGINES)('Usage reports on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let database: Database;
    let app: NestFastifyApplication;
    let admin: unknown;
    let holder: unknown;

    beforeAll(async () => {
      made = await make();
      const address = readDatabaseUrl(made.url);
      if (!address) throw new Error('no database');
      database = new Database(address, clock);
      await database.start();
      await new OrmUsageStore(database, clock).write(ATTEMPTS);
      @Module({
        controllers: [UsageController, OwnUsageController],
        providers: [UsageReportsService, { provide: UsageReports, useValue: new OrmUsageReports(database) }],
      })
      class ReportsModule {}
      app = await NestFactory.create<NestFastifyApplication>(ReportsModule, new FastifyAdapter(), { logger: false });
      app.useGlobalFilters(new ErrorFilter(new RouteTable()));
      app
        .getHttpAdapter()
        .getInstance()
        .addHook('onRequest', (request, _reply, done) => {
          Object.assign(request, { admin, caller: holder });
          done();
        });
      await app.init();
    });
    afterAll(async () => {
      await app.close();
      await database.close();
      await made.drop();
    });
    beforeEach(() => {
      admin = { organizationId: null };
      holder = undefined;
    });

    const get = (url: string) => app.inject({ method: 'GET', url });
    const list = async (url: string) => {
      const answer = await get(url);
      expect([answer.statusCode, answer.body]).toEqual([200, expect.anything()]);
      return answer.json<{ data: Array<Record<string, never>>; has_more: boolean; last_id: string }>();
    };

    it('sums all that there is', async () => {
      const { data } = await list('/admin/v1/usage');
      expect(data).toEqual([
        {
          object: 'usage.group',
          group: {},
          cost_micros: 40_780,
          cost_usd: '0.04078',
          failed_cost_micros: 1_009 + 1_019 + 1_029 + 1_039,
          requests: 20,
          attempts: 40,
          failed_attempts: 4,
          cancelled_attempts: 4,
          orphaned_attempts: 0,
          input_tokens: 4_000,
          cached_input_tokens: 1_600,
          cache_write_tokens: 0,
          output_tokens: 800,
          reasoning_tokens: 200,
          // Of the 32 that succeeded: n + 1 ms for n not ending in 8 or 9.
          latency_ms: { mean: 20, p50: 18, p95: 37, p99: 38 },
          first_token_ms: { mean: 18, p50: 16, p95: 36, p99: 36 },
        },
      ]);
    });

    it.each(DIMENSIONS)('groups by %s without losing or doubling anything', async (dimension) => {
      const { data } = await list(`/admin/v1/usage?group_by=${dimension}`);
      const attempts = data.reduce((sum, group) => sum + Number(group['attempts']), 0);
      // A row with two tags counts for both.
      expect(attempts).toBe(dimension === 'tag' ? 40 + 13 : 40);
      const values = data.map((one) => JSON.stringify(one['group']));
      expect(new Set(values).size).toBe(data.length);
    });

    it('groups by days and models in UTC, and filters by range', async () => {
      const { data } = await list('/admin/v1/usage?group_by=day,model&from=2026-03-02&to=2026-03-03T00:00:00Z');
      expect(data.map(({ group, attempts }) => [group, attempts])).toEqual([
        [{ day: '2026-03-02', model: '=cmd|calc' }, 10],
        [{ day: '2026-03-02', model: 'gpt-oss-120b' }, 10],
      ]);
      const byTag = await list('/admin/v1/usage?tag=batch&outcome=ok,cancelled');
      expect(byTag.data[0]?.['attempts']).toBe(
        ATTEMPTS.filter(({ ended: end }, n) => n % 3 === 2 && end?.outcome !== 'upstream_error').length,
      );
    });

    it('gives pages of groups the same groups as one', async () => {
      const reports = new OrmUsageReports(database, 3);
      const query = readReportQuery({ group_by: 'tag,model,virtual_key,hour' }, FILTERS);
      const paged = await all(reports.groups(null, query));
      expect(paged).toEqual(await all(new OrmUsageReports(database).groups(null, query)));
      expect(paged.length).toBeGreaterThan(9);
    });

    it('shows an administrator of an organisation nothing of another', async () => {
      admin = { organizationId: 'org_b' };
      expect((await list('/admin/v1/usage')).data[0]?.['attempts']).toBe(10);
      expect((await list('/admin/v1/usage?organization=org_a')).data[0]?.['attempts']).toBe(0);
      expect((await list('/admin/v1/usage?organization=org_a,org_b')).data[0]?.['attempts']).toBe(10);
      expect((await list('/admin/v1/usage/records?organization=org_a')).data).toEqual([]);
      // Another's record is no place to go on from.
      expect((await list('/admin/v1/usage/records?after=req_1.1')).data).toEqual([]);
      for (const nobody of [undefined, {}, { organizationId: undefined }, { organizationId: '' }]) {
        admin = nobody;
        expect((await get('/admin/v1/usage')).statusCode).toBe(403);
        expect((await get('/admin/v1/usage/records')).statusCode).toBe(403);
      }
    });

    it('shows the holder of a key his own', async () => {
      expect((await get('/v1/usage')).statusCode).toBe(401);
      holder = keyHolder({ organizationId: 'org_a', levels: [{ level: 'virtual_key', id: 'vk_b', name: 'b' }] });
      const { data } = await list('/v1/usage');
      expect(data.map(({ group, attempts }) => [group, attempts])).toEqual([
        [{ day: '2026-03-01', model: '=cmd|calc' }, 2],
        [{ day: '2026-03-01', model: 'gpt-oss-120b' }, 3],
        [{ day: '2026-03-02', model: '=cmd|calc' }, 2],
        [{ day: '2026-03-02', model: 'gpt-oss-120b' }, 3],
      ]);
      expect((await list('/v1/usage/records?limit=100')).data).toHaveLength(10);
      expect((await get('/v1/usage?virtual_key=vk_a')).statusCode).toBe(400);
      holder = keyHolder({ organizationId: 'org_a', levels: [] });
      expect((await list('/v1/usage')).data).toEqual([]);
    });

    it('pages records, the newest first, each once', async () => {
      const ids: string[] = [];
      for (let after = ''; ;) {
        const { data, has_more, last_id } = await list(`/admin/v1/usage/records?limit=7&after=${after}`);
        ids.push(...data.map(({ id }) => String(id)));
        after = last_id;
        if (!has_more) break;
      }
      expect(new Set(ids).size).toBe(40);
      const byEnd = ATTEMPTS.toSorted((one, other) => (other.ended?.endedAt ?? 0) - (one.ended?.endedAt ?? 0));
      expect(ids).toEqual(byEnd.map(({ begun: start }) => start?.id));
    });

    it('writes CSV that no spreadsheet calculates', async () => {
      const answer = await get('/admin/v1/usage?group_by=model&format=csv');
      expect(answer.headers['content-type']).toMatch(/^text\/csv/);
      const [header = [], ...rows] = readCsv(answer.body);
      expect(header.slice(0, 3)).toEqual(['model', 'cost_micros', 'cost_usd']);
      expect(rows.map(([model]) => model)).toEqual(["'=cmd|calc", 'gpt-oss-120b']);
    });

    it.each([
      ['?group_by=price', 'group_by'],
      ['?from=yesterday', 'from'],
      ['?from=2026-03-02&to=2026-03-01', 'to'],
      ['?format=xml', 'format'],
      ['?nonsense=1', 'nonsense'],
      ['?group_by=model,day,hour,tag,user', 'group_by'],
      ['/records?limit=1000', 'limit'],
      ['/records?group_by=model', 'group_by'],
    ])('refuses %s and names what is wrong', async (query, param) => {
      const answer = await get(`/admin/v1/usage${query}`);
      expect([answer.statusCode, answer.json<{ error: { param: string } }>().error.param]).toEqual([400, param]);
    });

    it('takes values as values', async () => {
      const { data } = await list(`/admin/v1/usage?model=${encodeURIComponent("x' or '1'='1")}&tag=%3F%24%31`);
      expect(data[0]?.['attempts']).toBe(0);
    });

    it('compares with an invoice on the command line', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'asbru-invoice-'));
      const path = join(folder, 'invoice.csv');
      const said: string[] = [];
      const commands = new UsageCommands(database, clock, (text) => said.push(text));
      const options = { invoice: path, provider: 'cerebras', from: '2026-03-01', to: '2026-03-02', format: 'csv' };
      const read = async (): Promise<string> => (await import('node:fs/promises')).readFile(path, 'utf8');
      const ours = ATTEMPTS.filter((_, n) => n % 2 === 0);
      const costOf = (model: string) =>
        ours.reduce((sum, { begun: start, ended: end }) => sum + (start?.model === model ? (end?.cost ?? 0) : 0), 0);
      const invoice = (cost: number): string =>
        `date,model,input_tokens,output_tokens,cost\n2026-03-01,gpt-oss-120b,"1,000",200,$${cost / 1e6}\n` +
        `2026-03-01T00:00:00Z,=cmd|calc,500,100,${costOf('=cmd|calc') / 2e6}00\n2026-03-01,=cmd|calc,500,100,${costOf('=cmd|calc') / 2e6}00\n` +
        '2026-04-01,gpt-oss-120b,1,1,1\n';
      writeFileSync(path, invoice(costOf('gpt-oss-120b')));
      expect([await commands.reconcile(options, read), said.join('')]).toEqual([0, expect.stringContaining('match')]);
      writeFileSync(path, `${invoice(costOf('gpt-oss-120b') * 2)}2026-03-01,other,1,1,1\n`);
      said.length = 0;
      expect(await commands.reconcile(options, read)).toBe(1);
      expect(said.join('')).toContain('gpt-oss-120b,difference');
      expect(said.join('')).toContain('other,missing');
      rmSync(folder, { recursive: true });
    });

    it('prints tables', async () => {
      const said: string[] = [];
      const commands = new UsageCommands(database, clock, (text) => said.push(text));
      expect(await commands.report({ group_by: 'organization' })).toBe(0);
      expect(said.map((line) => line.split(/\s+/).slice(0, 3))).toEqual([
        ['organization', 'cost_usd', 'requests'],
        ['org_a', '0.030435', '15'],
        ['org_b', '0.010345', '5'],
      ]);
    });

    it('finds a balance that is not the sum of its records, and repairs nothing', async () => {
      const check = new OrmBalanceCheck(database, clock);
      expect(await check.run()).toEqual([]);
      const spoil = (by: number) =>
        database.within('all', (em) =>
          runBound(statementsOf(em), database.engine, 'update budget_balances set spent = spent + ?', [by]),
        );
      await spoil(5);
      expect(await check.run()).toEqual([
        { budgetId: 'bud_a', windowStart: expect.any(Number), balance: 40_785, records: 40_780 },
      ]);
      expect(await check.run()).toEqual(check.drift);
      await spoil(-5);
      expect(await check.run()).toEqual([]);
    });
  });
});
