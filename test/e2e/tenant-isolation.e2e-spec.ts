import { RouteInventory } from '../../src/control/auth/access/route-inventory.js';
import type { Answer } from '../support/answer.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';
import { bearer, Governed } from '../support/governed.js';
import { bodyOf, ID_ROUTES, type IdRoute, makeTenant, type Tenant, tracesOf, withIds } from '../support/tenants.js';

const BASE = '/admin/v1/';
const ROUTES = Object.entries(ID_ROUTES).map(([route, entry]): [string, string, string, IdRoute] => {
  const [method = '', path = ''] = route.split(' ');
  return [route, method, path, entry];
});
/** An id of the same form that nothing has. */
const nobody = (id: string): string => `${id.slice(0, -6)}zzzzzz`;

describe.each(ENGINES)('Tenants on %s', (_name, describeOn, makeDatabase) => {
  describeOn('', () => {
    let database: TestDatabase;
    let governed: Governed;
    let hers: Tenant;
    let his: Tenant;

    beforeAll(async () => {
      database = await makeDatabase();
      governed = await Governed.start({ env: { DATABASE_URL: database.url } });
      hers = await makeTenant(governed, 'tenant-one');
      his = await makeTenant(governed, 'tenant-two');
      await Promise.all([hers, his].map(({ key }) => governed.chat(key)));
      await governed.records(1, hers.key);
      await governed.records(1, his.key);
    });
    afterAll(async () => {
      await governed.close();
      await database.drop();
    });

    const asHim = (method: string, path: string, body?: unknown): Promise<Answer> =>
      his.admin.call(method, BASE + path, body);
    const idsOf = (entry: IdRoute, tenant: Tenant): string[] => entry.ids.map((thing) => tenant[thing].id);
    const tracesIn = ({ text }: Answer): string[] => tracesOf(hers).filter((trace) => text.includes(trace));

    it('have a matrix of every route that takes an id', () => {
      const taking = governed.gateway.app
        .get(RouteInventory)
        .routes()
        .filter(({ method, path }) => path.startsWith(BASE) && /[:*]/.test(path) && method !== 'HEAD')
        .map(({ method, path }) => `${method} ${path.slice(BASE.length)}`);
      expect(taking.toSorted()).toEqual(Object.keys(ID_ROUTES).toSorted());
    });

    it.each(ROUTES)('are not there for each other: %s', async (_route, method, path, entry) => {
      const ids = idsOf(entry, hers);
      const foreign = await asHim(method, withIds(path, ids), bodyOf(entry, hers));
      expect(foreign.status).toBe(404);
      // Neither more nor less than of an id that nothing has.
      const unknown = await asHim(method, withIds(path, ids.map(nobody)), bodyOf(entry, hers));
      expect(unknown.status).toBe(404);
      const said = foreign.error.message;
      expect(said).toBe(ids.reduce((text, id) => text.replaceAll(nobody(id), id), unknown.error.message));
      for (const trace of tracesOf(hers)) if (!ids.includes(trace)) expect(foreign.text).not.toContain(trace);
      // A thing of his below one of hers, and of hers below one of his.
      if (ids.length < 2) return;
      for (const mixed of [
        [idsOf(entry, his)[0] ?? '', ids[1] ?? ''],
        [ids[0] ?? '', idsOf(entry, his)[1] ?? ''],
      ]) {
        expect((await asHim(method, withIds(path, mixed))).status).toBe(404);
      }
    });

    it.each([
      ['teams', { name: 'x', customer_id: 'customer' }],
      ['projects', { name: 'x', team_id: 'team' }],
      ['projects', { name: 'x', customer_id: 'customer' }],
      ['virtual-keys', { name: 'x', customer_id: 'customer' }],
      ['virtual-keys', { name: 'x', team_id: 'team' }],
      ['virtual-keys', { name: 'x', project_id: 'project' }],
      ['virtual-keys', { name: 'x', user_id: 'user' }],
      ...['customers', 'teams', 'projects', 'virtual-keys'].map((path) => [
        path,
        { name: 'x', organization_id: 'organization' },
      ]),
      ['users', { name: 'x', email: 'x@example.com', organization_id: 'organization' }],
      ...['organization', 'customer', 'team', 'project', 'user', 'virtual_key'].flatMap((level) => [
        ['budgets', { level, level_id: level, amount_usd: '1', period: 'day' }],
        ['rate-limits', { level, level_id: level, metric: 'requests', limit: 1, window: '1m' }],
        ['policies', { name: 'x', expression: 'true', effect: 'deny', scope: level, scope_id: level }],
        ['policies/dry-run', { rule: { expression: 'true', scope: level, scope_id: level } }],
      ]),
      ['policies/dry-run', { id: 'policy' }],
      ['prices/overrides', { provider: '*', model: 'x', input_usd_per_million: 1, organization_id: 'organization' }],
      ['roles', { name: 'x', permissions: ['teams:read'], organization_id: 'organization' }],
      ['admin-tokens', { name: 'x', role_id: 'role' }],
      ['admin-tokens', { name: 'x', role_id: 'viewer', organization_id: 'organization' }],
      ['teams/:team/members', { user_id: 'user' }],
      ['PATCH teams/:team', { customer_id: 'customer' }],
      ['PATCH projects/:project', { team_id: 'team' }],
      ['PATCH virtual-keys/:key', { team_id: 'team' }],
      ['PATCH virtual-keys/:key', { user_id: 'user', project_id: null, team_id: null }],
      ['PATCH admin-tokens/:token', { role_id: 'role' }],
    ] as ReadonlyArray<[string, Record<string, unknown>]>)(
      'cannot be named by each other: %s %j',
      async (route, body) => {
        const [path = '', method = 'POST'] = route.split(' ').toReversed();
        const own = path.replaceAll(/:(\w+)/g, (_match, thing: string) => thingOf(his, thing));
        const named = Object.entries(body).map(([field, value]) => [
          field,
          /_id$|^id$/.test(field) && typeof value === 'string' && value !== 'viewer'
            ? thingOf(hers, value)
            : field === 'rule'
              ? namedRule(value as Record<string, unknown>)
              : value,
        ]);
        const answer = await asHim(method, own, Object.fromEntries(named));
        // What he may not do at all he is not told more about for her id than for his own.
        if (answer.status === 403) expect(answer.text).toBe((await asHim(method, own, asHis(body))).text);
        else expect([400, 404]).toContain(answer.status);
        for (const trace of tracesOf(hers)) {
          if (!JSON.stringify(named).includes(trace)) expect(answer.text).not.toContain(trace);
        }
      },
    );

    const asHis = (body: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(body).map(([field, value]) => [
          field,
          field === 'organization_id' ? his.organization.id : value,
        ]),
      );
    const namedRule = (rule: Record<string, unknown>) => ({ ...rule, scope_id: thingOf(hers, String(rule.scope_id)) });

    it.each([
      'organizations',
      'customers',
      'teams',
      'projects',
      'users',
      'virtual-keys',
      'budgets',
      'rate-limits',
      'policies',
      'prices',
      'prices/overrides',
      'roles',
      'admin-tokens',
      'usage?group_by=organization,virtual_key,team',
      'usage?group_by=customer,project,user,tag&format=csv',
      'usage/records',
      'me',
    ])('show nothing of each other in %s', async (path) => {
      const mine = await asHim('GET', path);
      expect(mine.status).toBe(200);
      expect(tracesIn(mine)).toEqual([]);
      // The list is not empty because everything is: the same holds of her.
      if (path.includes('?') || path === 'prices' || path === 'me') return;
      expect((mine.json().data as unknown[]).length).toBeGreaterThan(0);
    });

    it.each([
      ['teams', 'customer_id', 'customer'],
      ['projects', 'team_id', 'team'],
      ['projects', 'customer_id', 'customer'],
      ['virtual-keys', 'team_id', 'team'],
      ['virtual-keys', 'project_id', 'project'],
      ['virtual-keys', 'user_id', 'user'],
      ['virtual-keys', 'customer_id', 'customer'],
      ['budgets', 'level_id', 'team'],
      ['rate-limits', 'level_id', 'team'],
      ['policies', 'scope_id', 'team'],
      ...['customers', 'teams', 'projects', 'users', 'virtual-keys', 'budgets', 'rate-limits', 'policies'].map(
        (path): [string, string, string] => [path, 'organization_id', 'organization'],
      ),
      ['prices/overrides', 'organization_id', 'organization'],
      ...(['organization', 'customer', 'team', 'project', 'user', 'virtual_key'] as const).flatMap(
        (level): Array<[string, string, string]> => [
          ['usage', level, level],
          ['usage/records', level, level],
        ],
      ),
    ])('show nothing of each other in %s by %s', async (path, filter, thing) => {
      const answer = await asHim('GET', `${path}?${filter}=${thingOf(hers, thing)}`);
      if (answer.status === 200) {
        const { data } = answer.json() as { data: Array<Record<string, unknown>> };
        // A report without groups is one row, of nothing.
        expect(data.filter(({ requests }) => requests !== 0)).toEqual([]);
      } else expect([400, 404]).toContain(answer.status);
      const [foreign, unknown] = [
        answer.text,
        (await asHim('GET', `${path}?${filter}=${nobody(thingOf(hers, thing))}`)).text,
      ];
      expect(foreign).toBe(unknown.replaceAll(nobody(thingOf(hers, thing)), thingOf(hers, thing)));
    });

    it.each([
      ['customers', 'customer'],
      ['teams', 'team'],
      ['projects', 'project'],
      ['users', 'user'],
      ['virtual-keys', 'key'],
      ['budgets', 'budget'],
      ['rate-limits', 'limit'],
      ['policies', 'policy'],
      ['prices/overrides', 'price'],
      ['roles', 'role'],
      ['admin-tokens', 'token'],
    ])('are no place for a page of %s to begin at', async (path, thing) => {
      const id = thingOf(hers, thing);
      const foreign = await asHim('GET', `${path}?after=${id}`);
      const unknown = await asHim('GET', `${path}?after=${nobody(id)}`);
      expect(foreign.status).toBe(unknown.status);
      expect(foreign.text).toBe(unknown.text.replaceAll(nobody(id), id));
      for (const trace of tracesOf(hers)) if (trace !== id) expect(foreign.text).not.toContain(trace);
    });

    it('show a holder no more than what is his', async () => {
      const [record] = await governed.records(1, hers.key);
      const get = (path: string) => governed.gateway.get(path, bearer(his.key.key));
      for (const path of ['/v1/usage', '/v1/usage/records', `/v1/usage/records?after=${record?.id ?? ''}`, '/v1/key']) {
        const answer = await get(path);
        expect(tracesIn(answer)).toEqual([]);
        expect(answer.text).not.toContain(record?.request_id);
      }
      expect((await get(`/v1/usage?virtual_key=${hers.key.id}`)).status).toBe(400);
      expect((await get(`/v1/usage/records?organization=${hers.organization.id}`)).status).toBe(400);
    });

    it('were not changed by each other, and can do all of this with what is theirs', async () => {
      // Nothing that he tried has come to anything.
      expect((await governed.chat(hers.key)).status).toBe(200);
      for (const [route, method, path, entry] of ROUTES) {
        if (method === 'GET') {
          const seen = await hers.admin.get(BASE + withIds(path, idsOf(entry, hers)));
          expect([route, seen.status]).toEqual([route, 200]);
          expect(seen.text).not.toContain('changed');
        }
      }
      // Each call was one that is answered, had the ids been his own.
      for (const [route, method, path, entry] of ROUTES) {
        const answer = await asHim(method, withIds(path, idsOf(entry, his)), bodyOf(entry, his));
        expect([route, answer.status]).toEqual([route, entry.own ?? 200]);
      }
    });
  });
});

function thingOf(tenant: Tenant, word: string): string {
  if (word === 'virtual_key') return tenant.key.id;
  const thing = tenant[word as Exclude<keyof Tenant, 'admin'>];
  if (thing === undefined) throw new Error(`A tenant has no ${word}`);
  return thing.id;
}
