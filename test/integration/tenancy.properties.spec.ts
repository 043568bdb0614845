import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import fc from 'fast-check';
import { admin, ControlApp } from '../support/control-app.js';
import { describeOnPostgres, ENGINES, postgresDatabase, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

const SECRET = 'a secret of at least thirty-two characters';
const KINDS = ['customers', 'teams', 'projects', 'users', 'virtual-keys', 'budgets', 'rate-limits'] as const;
type Kind = (typeof KINDS)[number];

/** What a tenant makes, with a parent that may be anybody's. */
function draft(kind: Kind, parent: string, n: number): object {
  const under = parent.startsWith('team_')
    ? { team_id: parent }
    : parent.startsWith('cust_')
      ? { customer_id: parent }
      : {};
  const level = { level: parent.startsWith('team_') ? 'team' : 'customer', level_id: parent };
  switch (kind) {
    case 'users':
      return { name: `u${n}`, email: `u${n}@x.org` };
    case 'customers':
      return { name: `c${n}` };
    case 'teams':
      return { name: `t${n}`, ...(parent.startsWith('cust_') && under) };
    case 'budgets':
      return { ...level, amount_usd: 1, period: 'day' };
    case 'rate-limits':
      return { ...level, metric: 'requests', limit: 1, window: '1s' };
    default:
      return { name: `x${n}`, ...under };
  }
}

/** Every row of a tenant, as the installation sees it. */
async function everything(control: ControlApp, organization: string): Promise<string> {
  control.become(admin(null));
  const answers = [];
  for (const kind of KINDS)
    answers.push((await control.call('GET', `${kind}?limit=100&organization_id=${organization}`)).body);
  return JSON.stringify(answers);
}

describe.each(ENGINES)('Tenants on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let control: ControlApp;
    beforeAll(async () => {
      made = await make();
      control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET });
    });
    afterAll(async () => {
      await control.close();
      await made.drop();
    });

    it('never see or change what is another tenant’s, whatever they do', async () => {
      control.become(admin(null));
      const tenants: string[] = [];
      for (const name of ['A', 'B', 'C']) tenants.push((await control.make('organizations', { name })).id);
      const rows: Array<{ id: string; kind: Kind; owner: string }> = [];
      for (const owner of tenants) {
        control.become(admin(owner));
        for (const kind of ['customers', 'teams', 'users', 'virtual-keys'] as const) {
          rows.push({ id: (await control.make(kind, draft(kind, '', rows.length))).id, kind, owner });
        }
      }
      let created = rows.length;
      const step = fc.record({
        who: fc.nat(2),
        target: fc.nat(),
        act: fc.constantFrom(
          'read',
          'change',
          'delete',
          'cascade',
          'list',
          'make',
          'rotate',
          'revoke',
          'members',
          'foreign',
        ),
        kind: fc.constantFrom(...KINDS),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
          for (const { who, target, act, kind } of steps) {
            const me = tenants[who] ?? '';
            const row = rows[target % rows.length];
            if (!row) return;
            const mine = row.owner === me;
            const others = tenants.filter((one) => one !== me);
            const before = await Promise.all(others.map((one) => everything(control, one)));
            control.become(admin(me));
            let status = 0;
            const path = `${row.kind}/${row.id}`;
            if (act === 'read') ({ status } = await control.call('GET', path));
            else if (act === 'change')
              ({ status } = await control.call(
                'PATCH',
                path,
                row.kind === 'budgets' ? { name: 'n' } : row.kind === 'rate-limits' ? { limit: 2 } : { name: 'n' },
              ));
            else if (act === 'delete' || act === 'cascade') {
              ({ status } = await control.call(
                'DELETE',
                `${path}${act === 'cascade' && !['budgets', 'rate-limits'].includes(row.kind) ? '?cascade=true' : ''}`,
              ));
            } else if (act === 'rotate' || act === 'revoke') {
              ({ status } = await control.call('POST', `virtual-keys/${row.id}/${act}`, {}));
            } else if (act === 'members')
              ({ status } = await control.call('POST', `teams/${row.id}/members`, { user_id: rows[0]?.id ?? '' }));
            else if (act === 'make') {
              const answer = await control.call('POST', kind, draft(kind, row.id, (created += 1)));
              status = answer.status;
              if (status === 200) {
                rows.push({ id: String(answer.body.id), kind, owner: me });
                expect(answer.body.organization_id).toBe(me);
              }
            } else if (act === 'foreign') {
              ({ status } = await control.call('POST', 'customers', { name: 'x', organization_id: others[0] }));
              expect(status).toBe(404);
            } else {
              const { body } = await control.call('GET', `${kind}?limit=100`);
              const list = body.data as Array<{ organization_id: string }>;
              expect(list.every((one) => one.organization_id === me)).toBe(true);
            }
            const linksTo = act !== 'list' && act !== 'foreign' && act !== 'make';
            if (!mine && linksTo) expect([act, status]).toEqual([act, 404]);
            expect(await Promise.all(others.map((one) => everything(control, one)))).toEqual(before);
          }
        }),
        { numRuns: 8 },
      );
    }, 120_000);
  });
});

describeOnPostgres('Row-level security', () => {
  const role = `asbru_rls_${randomBytes(4).toString('hex')}`;
  let made: TestDatabase;
  let url: string;
  let orm: MikroORM;

  const connect = (to: string): MikroORM =>
    new MikroORM({
      driver: PostgreSqlDriver,
      entities: [],
      dbName: new URL(to).pathname.slice(1),
      driverOptions: { connectionString: to },
      discovery: { warnWhenNoEntities: false },
    });

  beforeAll(async () => {
    made = await postgresDatabase();
    const superuser = connect(made.url);
    const name = new URL(made.url).pathname.slice(1);
    await superuser.em.getConnection().execute(`create role ${role} login`);
    await superuser.em.getConnection().execute(`alter database ${name} owner to ${role}`);
    await superuser.em.getConnection().execute(`alter schema public owner to ${role}`);
    await superuser.close(true);
    const own = new URL(made.url);
    own.username = role;
    url = own.href;
    orm = connect(url);
  });
  afterAll(async () => {
    await orm.close(true);
    await made.drop();
    const superuser = connect(process.env['ASBRU_TEST_POSTGRES_URL'] ?? '');
    await superuser.em.getConnection().execute(`drop role ${role}`);
    await superuser.close(true);
  });

  const as = (tenant: string | undefined, sql: string): Promise<Array<Record<string, unknown>>> =>
    orm.em.transactional(async (em) => {
      if (tenant !== undefined) await em.execute("select set_config('asbru.organization', ?, true)", [tenant]);
      return em.execute(sql);
    });

  it('keeps rows from direct SQL of another tenant, of the owner of the tables too, and the gateway works under it', async () => {
    const control = await ControlApp.start({ DATABASE_URL: url, ASBRU_SECRET: SECRET });
    control.become(admin(null));
    const [a, b] = [
      await control.make('organizations', { name: 'A' }),
      await control.make('organizations', { name: 'B' }),
    ];
    for (const { id } of [a, b]) {
      control.become(admin(id));
      const team = await control.make('teams', { name: 'T', budgets: [{ amount_usd: 1, period: 'day' }] });
      await control.make('virtual-keys', { name: 'K', team_id: team.id });
    }
    for (const table of ['teams', 'virtual_keys', 'virtual_key_secrets', 'budgets', 'control_changes']) {
      const seen = (await as(a.id, `select distinct organization_id from ${table}`)).map((row) => row.organization_id);
      expect([table, seen]).toEqual([table, [a.id]]);
      expect(await as(undefined, `select * from ${table}`)).toEqual([]);
      expect((await as('*', `select distinct organization_id from ${table}`)).length).toBeGreaterThan(1);
    }
    await expect(as(a.id, `update teams set name = 'stolen' where organization_id = '${b.id}'`)).resolves.toBeDefined();
    expect(await as(b.id, 'select name from teams')).toEqual([{ name: 'T' }]);
    await expect(as(a.id, `update teams set organization_id = '${b.id}'`)).rejects.toThrow('row-level security');
    await control.close();
  });

  it('is on for every table that has an organisation', async () => {
    const open = await as(
      undefined,
      `select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
       where a.attname = 'organization_id' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)`,
    );
    expect(open).toEqual([]);
  });
});
