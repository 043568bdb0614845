import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Admin } from '../support/admins.js';
import { describeOnPostgres, postgresDatabase, type TestDatabase } from '../support/databases.js';
import { bearer, Governed, MODELS } from '../support/governed.js';
import { makeTenant, type Tenant } from '../support/tenants.js';

type Row = Readonly<Record<string, unknown>>;
type Settings = Readonly<Record<string, string>>;

/** In these no tenant has anything: counters of versions, and what one deployment has of itself. */
const NOBODYS = [
  'admin_state',
  'asbru_migrations',
  'control_version',
  'declared_state',
  'policy_versions',
  'price_versions',
];
/** A tenant changes these by no statement at all: whoever is billed sets no price, and keeps no books. */
const KEPT_BY_THE_GATEWAY = new Set([
  'audit_chains',
  'audit_events',
  'budget_balances',
  'outbox',
  'price_overrides',
  'usage_records',
]);
/** What belongs to the whole installation, and is read by all. */
const COMMON = new Set(['roles']);

/** Whose a row is: an organisation's, or, of what callers stored, a key's. */
const columnOf = (table: string): string => (table.startsWith('response') ? 'scope' : 'organization_id');

describeOnPostgres('Row-level security', () => {
  let made: TestDatabase;
  let governed: Governed;
  let orm: MikroORM;
  let tables: string[];
  const tenants: Tenant[] = [];

  beforeAll(async () => {
    made = await postgresDatabase();
    governed = await Governed.start({ env: { DATABASE_URL: made.url } });
    tenants.push(await makeTenant(governed, 'tenant-one'), await makeTenant(governed, 'tenant-two'));
    for (const { key } of tenants) {
      for (const stream of [false, true]) {
        const body = { model: MODELS.cerebras, input: 'Say: hello', stream };
        const { status, text } = await governed.gateway.post('/v1/responses', body, bearer(key.key));
        if (status !== 200) throw new Error(text);
      }
      await governed.records(2, key);
    }
    await governed.make('roles', { name: 'of all', permissions: ['teams:read'] });
    await governed.make('policies', { name: 'of all', expression: 'false', effect: 'deny', scope: 'installation' });
    const rates = { input_usd_per_million: '1.00', output_usd_per_million: '2.00' };
    await governed.make('prices/overrides', { provider: 'cerebras', model: 'model-of-all', ...rates });
    orm = new MikroORM({
      driver: PostgreSqlDriver,
      entities: [],
      dbName: new URL(made.url).pathname.slice(1),
      driverOptions: { connectionString: made.url },
      discovery: { warnWhenNoEntities: false },
    });
    const bound = await as(
      {},
      "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity order by 1",
    );
    tables = bound.map(({ relname }) => String(relname));
  });
  afterAll(async () => {
    await orm.close(true);
    await governed.close();
    await made.drop();
  });

  /** One statement of somebody who has said whose rows he wants. */
  const as = (settings: Settings, sql: string, values: unknown[] = []): Promise<Row[]> =>
    orm.em.transactional(async (em) => {
      for (const [name, value] of Object.entries(settings)) {
        await em.execute('select set_config(?, ?, true)', [`asbru.${name}`, value]);
      }
      return em.execute(sql, values);
    });
  const asAll = (sql: string, values: unknown[] = []): Promise<Row[]> => as({ organization: '*' }, sql, values);
  /** Says that he is a tenant, in every way that there is. */
  const asTenant = ({ organization, key }: Tenant) => ({ organization: organization.id, caller: key.id });
  const ownerIn = (table: string, { organization, key }: Tenant): string =>
    columnOf(table) === 'scope' ? key.id : organization.id;
  /** All rows of a table but for the moment that the gateway notes by itself. */
  const contentOf = async (table: string): Promise<string[]> =>
    (await asAll(`select (to_jsonb(t) - 'last_used_at')::text as row from ${table} t order by 1`)).map(({ row }) =>
      String(row),
    );
  const each = async (check: (table: string, mine: Tenant, other: Tenant) => Promise<void>): Promise<void> => {
    const [one, two] = tenants;
    if (!one || !two) throw new Error('There are no two tenants');
    for (const table of tables) {
      await check(table, one, two);
      await check(table, two, one);
    }
  };

  it('binds the role that the gateway has, and every table but those in which no tenant has anything', async () => {
    const [role] = await as({}, 'select rolsuper, rolbypassrls from pg_roles where rolname = current_user');
    expect(role).toEqual({ rolsuper: false, rolbypassrls: false });
    const all = await as(
      {},
      "select tablename, tableowner = current_user as own from pg_tables where schemaname = 'public'",
    );
    expect(all.every(({ own }) => own)).toBe(true);
    const open = all.map(({ tablename }) => String(tablename)).filter((name) => !tables.includes(name));
    expect(open.toSorted()).toEqual(NOBODYS);
  });

  it('shows a tenant his own rows, nobody else’s, and nothing to who does not say whose he wants', async () => {
    await each(async (table, mine, other) => {
      const column = columnOf(table);
      const counted = await asAll(`select ${column} as owner, count(*)::int as count from ${table} group by 1`);
      const countOf = (owner: unknown): number => Number(counted.find((row) => row.owner === owner)?.count ?? 0);
      const own = countOf(ownerIn(table, mine));
      // Both have something in every table, or this test would show nothing.
      expect([table, own > 0, countOf(ownerIn(table, other)) > 0]).toEqual([table, true, true]);
      const seen = await as(
        asTenant(mine),
        `select ${column} as owner, count(*)::int as count from ${table} group by 1`,
      );
      const common = COMMON.has(table) ? [{ owner: null, count: countOf(null) }] : [];
      expect([table, seen.toSorted((a, b) => Number(a.owner === null) - Number(b.owner === null))]).toEqual([
        table,
        [{ owner: ownerIn(table, mine), count: own }, ...common],
      ]);
      const strangers: Settings[] = [
        {},
        { organization: '', caller: '' },
        { organization: 'org_nobody', caller: 'nobody' },
      ];
      for (const settings of strangers) {
        const shown = await as(settings, `select ${column} as owner from ${table} where ${column} is not null`);
        expect([table, shown]).toEqual([table, []]);
      }
    });
    for (const table of ['policies', 'price_overrides', 'roles']) {
      expect(await as({}, `select 1 from ${table}`)).toEqual([]);
      expect(await asAll(`select 1 from ${table} where organization_id is null`)).toHaveLength(1);
    }
  });

  it('lets no tenant change, delete, take, make or give away a row of another, nor one of the installation', async () => {
    const before = new Map(await Promise.all(tables.map(async (table) => [table, await contentOf(table)] as const)));
    await each(async (table, mine, other) => {
      const column = columnOf(table);
      const [me, him] = [ownerIn(table, mine), ownerIn(table, other)];
      const tried = async (sql: string, values: unknown[]): Promise<unknown> =>
        as(asTenant(mine), sql, values).catch((error: unknown) => String(error));
      const [row] = await asAll(`select to_jsonb(t)::text as row from ${table} t where ${column} = ?`, [him]);
      const given = [row?.row, `{"${column}": "${me}"}`];
      const copy = `insert into ${table} select * from jsonb_populate_record(null::${table}, ?::jsonb)`;
      const refused = expect.stringContaining('row-level security');
      expect([
        table,
        await tried(`update ${table} set ${column} = ${column} where ${column} = ? returning 1`, [him]),
      ]).toEqual([table, []]);
      expect([table, await tried(`delete from ${table} where ${column} = ? returning 1`, [him])]).toEqual([table, []]);
      expect([table, await tried(copy, given.slice(0, 1))]).toEqual([table, refused]);
      expect([
        table,
        await tried(`update ${table} set ${column} = ? where ${column} = ? returning 1`, [me, him]),
      ]).toEqual([table, []]);
      const isKept = KEPT_BY_THE_GATEWAY.has(table);
      const away = await tried(`update ${table} set ${column} = ? where ${column} = ? returning 1`, [him, me]);
      expect([table, away]).toEqual([table, isKept ? [] : refused]);
      if (!isKept) return;
      expect([table, await tried(`delete from ${table} where ${column} = ? returning 1`, [me])]).toEqual([table, []]);
      const own = copy.replace('?::jsonb', '?::jsonb || ?::jsonb');
      expect([table, await tried(own, given)]).toEqual([table, refused]);
    });
    for (const table of ['policies', 'price_overrides', 'roles']) {
      for (const sql of [`update ${table} set organization_id = organization_id`, `delete from ${table}`]) {
        const [mine] = tenants;
        if (!mine) throw new Error('There is no tenant');
        const touched = await as(asTenant(mine), `${sql} where organization_id is null returning 1`);
        expect([table, touched]).toEqual([table, []]);
      }
    }
    for (const [table, rows] of before) expect([table, await contentOf(table)]).toEqual([table, rows]);
  });

  it('leaves the gateway its work: calls, their usage, stored responses, reports, rules and tokens', async () => {
    const [one, two] = tenants;
    if (!one || !two) throw new Error('There are no two tenants');
    const body = { model: MODELS.cerebras, input: 'Say: hello' };
    const answer = await governed.gateway.post('/v1/responses', body, bearer(one.key.key));
    const path = `/v1/responses/${String(answer.json().id)}`;
    expect((await governed.gateway.get(path, bearer(one.key.key))).status).toBe(200);
    expect((await governed.gateway.get(path, bearer(two.key.key))).status).toBe(404);
    await governed.records(3, one.key);
    const usage = await one.admin.get('/admin/v1/usage/records?limit=100');
    expect(new Set((usage.json().data as Row[]).map((row) => row.organization_id))).toEqual(
      new Set([one.organization.id]),
    );
    expect((usage.json().data as Row[]).length).toBe(3);
    const roles = (await one.admin.get('/admin/v1/roles?limit=100')).json().data as Row[];
    expect(roles.filter((role) => role.name === 'of all')).toHaveLength(1);
    const newcomer = await one.admin.make({ role_id: 'viewer' });
    expect((await newcomer.get('/admin/v1/me')).status).toBe(200);
    expect((await one.admin.call('DELETE', `/admin/v1/admin-tokens/${newcomer.id}`)).status).toBe(200);
    const policy = `/admin/v1/policies/${one.policy.id}`;
    expect((await one.admin.call('PATCH', policy, { name: 'renamed' })).status).toBe(200);
    expect((await two.admin.call('PATCH', policy, { name: 'stolen' })).status).toBe(404);
  });

  it('is told by the gateway for whom it works: for tenants it goes on without the right to see everything', async () => {
    const [one, two] = tenants;
    if (!one || !two) throw new Error('There are no two tenants');
    const stored = await governed.gateway.post(
      '/v1/responses',
      { model: MODELS.cerebras, input: 'x' },
      bearer(one.key.key),
    );
    const response = `/v1/responses/${String(stored.json().id)}`;
    await governed.records(4, one.key);
    const closed = [
      'policies',
      'admin_tokens',
      'roles',
      'price_overrides',
      'usage_records',
      'responses',
      'response_events',
      'response_items',
    ];
    for (const table of closed) await as({}, `drop policy "gateway" on ${table}`);
    const listOf = async (admin: Admin, path: string): Promise<Row[]> => {
      const answer = await admin.get(`/admin/v1/${path}?limit=100`);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json().data as Row[];
    };
    for (const path of ['policies', 'admin-tokens', 'roles', 'prices/overrides', 'usage/records']) {
      // Whoever works on the whole installation sees what all may see, at most: the proof that the right is gone.
      const whole = (await listOf(governed.owner, path)).filter((row) => row.organization_id !== null);
      expect([path, whole]).toEqual([path, []]);
      const own = (await listOf(one.admin, path)).filter((row) => row.organization_id === one.organization.id);
      expect([path, own.length > 0]).toEqual([path, true]);
    }
    for (const path of [
      `policies/${one.policy.id}`,
      `admin-tokens/${one.token.id}`,
      `prices/overrides/${one.price.id}`,
    ]) {
      expect([path, (await one.admin.get(`/admin/v1/${path}`)).status]).toEqual([path, 200]);
      expect([path, (await two.admin.get(`/admin/v1/${path}`)).status]).toEqual([path, 404]);
    }
    const usage = (await one.admin.get('/admin/v1/usage?group_by=model')).json().data as Row[];
    expect(usage.map(({ attempts }) => attempts)).toEqual([4]);
    const holder = (await governed.gateway.get('/v1/usage/records', bearer(one.key.key))).json().data as Row[];
    expect(holder).toHaveLength(4);
    expect((await governed.gateway.get(response, bearer(one.key.key))).status).toBe(200);
    expect((await governed.gateway.call(response, { method: 'DELETE', headers: bearer(one.key.key) })).status).toBe(
      200,
    );
    expect((await one.admin.call('PATCH', `/admin/v1/policies/${one.policy.id}`, { name: 'again' })).status).toBe(200);
    expect((await one.admin.call('DELETE', `/admin/v1/policies/${one.policy.id}`)).status).toBe(200);
    expect((await one.admin.call('DELETE', `/admin/v1/roles/${one.role.id}`)).status).toBe(200);
  });
});
