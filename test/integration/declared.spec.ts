import { Logger } from '@nestjs/common';
import { GatewayError } from '../../src/common/errors/gateway-error.js';
import { DeclarationError } from '../../src/control/declared/declaration-error.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';
import { DECLARED_KEYS, DeclaringNode } from '../support/declared.js';

beforeAll(() => Logger.overrideLogger(false));

const { KEY_A, KEY_B } = DECLARED_KEYS;
const FULL = `
organizations:
  acme:
    name: Acme Corp.
    customers: { retail: {} }
    teams:
      research:
        customer: retail
        budgets: [{ name: Monthly, amount_usd: 50, period: month, time_zone: Europe/Berlin }]
        rate_limits: [{ metric: requests, limit: 60, window: 1m }]
        policies: { night: { effect: deny, expression: "model == 'x'", message: Not at night } }
    projects: { search: { team: research } }
    users: { ada: { name: Ada, email: Ada@example.com } }
    virtual_keys:
      ci: { value: "\${KEY_A}", team: research, user: ada, allowed_providers: [cerebras], allowed_models: ["*"] }
    roles: { key-desk: { permissions: [virtual_keys:create, virtual_keys:read] } }
    prices: [{ provider: cerebras, model: gpt-oss-120b, input_usd_per_million: "0.30", output_usd_per_million: "0.70" }]
policies: { all: { effect: cap, expression: budget_used > 80, caps: { max_tokens: 10, n: 1 } } }
`;
const TEAM = 'team organizations/acme/teams/research';
const BUDGET = 'budget organizations/acme/teams/research/budgets/Monthly';
const KEY = 'virtual_key organizations/acme/virtual_keys/ci';

/** As the gateway does: SQLite lets two connections of one process wait for each other in vain. */
async function patiently<T>(apply: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await apply();
    } catch (error) {
      if (!(error instanceof GatewayError && error.code === 'storage_unavailable')) throw error;
    }
  }
}

describe.each(ENGINES)('Governance of the file on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let node: DeclaringNode;

    beforeEach(async () => {
      made = await make();
      node = await DeclaringNode.start(made.url);
    });
    afterEach(async () => {
      await node.close();
      await made.drop();
    });

    const refusal = async (inside: string): Promise<string> => {
      const before = await node.owned();
      const error: unknown = await node.apply(inside).catch((reason: unknown) => reason);
      if (!(error instanceof DeclarationError)) throw new Error(`not refused: ${String(error)}`);
      await expect(node.difference(inside)).rejects.toThrow(error.message);
      // Nothing of it was applied.
      expect(await node.owned()).toEqual(before);
      return error.message;
    };

    it('is made whole, and then there is nothing to do', async () => {
      const planned = await node.difference(FULL);
      expect(planned.map(({ action, kind, address }) => `${action} ${kind} ${address}`)).toEqual([
        'create organization organizations/acme',
        'create customer organizations/acme/customers/retail',
        'create price_override organizations/acme/prices/cerebras/gpt-oss-120b',
        'create project organizations/acme/projects/search',
        'create role organizations/acme/roles/key-desk',
        'create team organizations/acme/teams/research',
        'create budget organizations/acme/teams/research/budgets/Monthly',
        'create policy organizations/acme/teams/research/policies/night',
        'create rate_limit organizations/acme/teams/research/rate_limits/requests per 1m',
        'create user organizations/acme/users/ada',
        'create virtual_key organizations/acme/virtual_keys/ci',
        'create policy policies/all',
      ]);
      expect(JSON.stringify(planned)).not.toContain(KEY_A);
      expect(planned.at(-2)?.fields).toContainEqual({ field: 'value', after: '(secret)' });
      // A dry run leaves nothing behind.
      expect((await node.owned()).size).toBe(0);
      expect(await node.apply(FULL)).toEqual({ outcome: 'applied', changes: planned });
      expect(node.holderOf(KEY_A)).toBe('ci');
      expect(await node.difference(FULL)).toEqual([]);
      expect(await node.apply(FULL)).toEqual({ outcome: 'unchanged' });
      const key = await node.control.call('GET', `virtual-keys/${await node.idOf(KEY)}`);
      expect(key.body).toMatchObject({ managed_by: 'file', team_id: await node.idOf(TEAM), status: 'active' });
      expect(node.policies.has(undefined)).toBe(true);
    });

    it('follows changes in place: a budget that keeps its name keeps its id', async () => {
      await node.apply(FULL);
      const before = await node.owned();
      const after = FULL.replace('amount_usd: 50', 'amount_usd: 80')
        .replace('limit: 60', 'limit: 90')
        .replace('Acme Corp.', 'Acme')
        .replace('caps: { max_tokens: 10, n: 1 }', 'caps: { n: 1, max_tokens: 20 }')
        .replace('team: research, user', 'user')
        .replace('"0.30"', '"0.40"')
        .replace('virtual_keys:create, ', '');
      const changes = await node.difference(after);
      expect(changes).toContainEqual({
        action: 'update',
        kind: 'budget',
        address: 'organizations/acme/teams/research/budgets/Monthly',
        id: before.get(BUDGET),
        fields: [{ field: 'amount_usd', before: '50.00', after: '80.00' }],
      });
      expect(changes).toHaveLength(7);
      expect(await node.apply(after)).toEqual({ outcome: 'applied', changes });
      expect(await node.owned()).toEqual(before);
      expect(await node.difference(after)).toEqual([]);
      const budget = await node.control.call('GET', `budgets/${before.get(BUDGET)}`);
      expect(budget.body).toMatchObject({ amount_usd: '80.00' });
    });

    it('removes what is declared no more, and revokes keys', async () => {
      await node.apply(FULL);
      const id = await node.idOf(KEY);
      const rest = 'organizations: { acme: { name: Acme Corp. } }';
      await node.apply(rest);
      expect([...(await node.owned()).keys()]).toEqual(['organization organizations/acme']);
      expect(node.holderOf(KEY_A)).toBeUndefined();
      const { body } = await node.control.call('GET', `virtual-keys/${id}`);
      expect(body).toMatchObject({ status: 'revoked', managed_by: 'api', team_id: null, user_id: null });
      expect(await node.difference(rest)).toEqual([]);
      // The name is free again, for another key with the same value.
      await node.apply(FULL);
      expect(node.holderOf(KEY_A)).toBe('ci');
      expect(await node.idOf(KEY)).not.toBe(id);
      await node.apply('revision: 0');
      expect((await node.owned()).size).toBe(0);
      expect((await node.control.call('GET', `virtual-keys/${id}`)).status).toBe(404);
    });

    it('makes another entity of another name, and the value of a key goes with it', async () => {
      await node.apply(FULL);
      const before = await node.owned();
      await node.apply(FULL.replaceAll('research', 'science').replace(' ci:', ' build:'));
      const after = await node.owned();
      expect(after.get('team organizations/acme/teams/science')).toBeDefined();
      expect(after.has(TEAM)).toBe(false);
      expect(before.get(KEY)).not.toBe(after.get('virtual_key organizations/acme/virtual_keys/build'));
      expect(node.holderOf(KEY_A)).toBe('build');
    });

    it('ends the old secret of a key whose value changes, and lets values and addresses change places', async () => {
      const two = (one: string, other: string) =>
        `organizations: { a: { virtual_keys: { x: { value: "\${${one}}" }, y: { value: "\${${other}}" } }, users: { u: { email: ${one}@x.yz }, v: { email: ${other}@x.yz } } } }`;
      await node.apply(two('KEY_A', 'KEY_B'));
      const before = await node.owned();
      await node.apply(two('KEY_B', 'KEY_A'));
      expect([node.holderOf(KEY_A), node.holderOf(KEY_B)]).toEqual(['y', 'x']);
      const changes = await node.difference(two('KEY_C', 'KEY_A'));
      expect(changes[1]?.fields).toEqual([{ field: 'value', before: '(secret)', after: '(secret)' }]);
      await node.apply(two('KEY_C', 'KEY_A'));
      expect([node.holderOf(KEY_B), node.holderOf(DECLARED_KEYS.KEY_C)]).toEqual([undefined, 'x']);
      expect(await node.owned()).toEqual(before);
    });

    it('is read-only in the API', async () => {
      await node.apply(FULL);
      const team = await node.idOf(TEAM);
      const paths = { teams: team, budgets: await node.idOf(BUDGET), 'virtual-keys': await node.idOf(KEY) };
      for (const [path, id] of Object.entries(paths)) {
        for (const method of ['PATCH', 'DELETE'] as const) {
          const { status, body } = await node.control.call(
            method,
            `${path}/${id}`,
            method === 'PATCH' ? {} : undefined,
          );
          expect([path, method, status]).toEqual([path, method, 409]);
          expect(JSON.stringify(body)).toContain(method === 'DELETE' && path === 'teams' ? 'below it' : 'asbru.yaml');
        }
      }
      const cascade = await node.control.call('DELETE', `teams/${team}?cascade=true`);
      expect(cascade.status).toBe(409);
    });

    it('touches nothing of the API, and says whose name is taken', async () => {
      const user = await node.control.make('users', { name: 'Bob', email: 'ada@example.com' });
      const key = await node.control.make('virtual-keys', { name: 'own', key: KEY_B });
      await node.apply(FULL);
      const acme = await node.idOf('organization organizations/acme');
      const team = await node.control.make('teams', { name: 'sales', organization_id: acme });
      await node.control.make('users', { name: 'Eve', email: 'eve@example.com', organization_id: acme });
      expect(await refusal(FULL.replace('research:', 'sales: {}\n      research:'))).toBe(
        `organizations/acme/teams/sales: a team with the name 'sales' was made through the API already (${team.id}): rename or remove one of them`,
      );
      expect(await refusal(FULL.replace('Ada@', 'eve@'))).toContain('this e-mail address');
      expect(await refusal(FULL.replace('KEY_A', 'KEY_B'))).toContain('a key of the API has this value already');
      expect(await refusal('revision: 1')).toContain('1 team of the API');
      expect(await refusal(FULL.replace('key-desk', 'owner'))).toContain('is a role of the system');
      expect(await refusal(FULL.replace(', output_usd_per_million: "0.70"', ''))).toContain('output_usd_per_million');
      expect(await refusal(FULL.replace("model == 'x'", 'model == 1'))).toContain('no such overload');
      expect((await node.control.call('GET', `users/${user.id}`)).status).toBe(200);
      expect(node.holderOf(KEY_B)).toBe('own');
      expect((await node.control.call('DELETE', `virtual-keys/${key.id}`)).status).toBe(200);
    });

    it('keeps what was declared under what is removed until the API has let it go', async () => {
      await node.apply(FULL);
      const key = await node.control.make('virtual-keys', {
        name: 'theirs',
        team_id: await node.idOf(TEAM),
        organization_id: await node.idOf('organization organizations/acme'),
      });
      const rest = 'organizations: { acme: { name: Acme Corp. } }';
      expect(await refusal(rest)).toContain(`1 virtual key of the API (${key.id}) belongs to it`);
      await node.control.call('DELETE', `virtual-keys/${key.id}`);
      expect((await node.apply(rest)).outcome).toBe('applied');
    });

    it('is applied once by nodes with one file', async () => {
      const other = await DeclaringNode.start(made.url);
      try {
        const both = await Promise.all([patiently(() => node.apply(FULL)), patiently(() => other.apply(FULL))]);
        expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['applied', 'unchanged']);
        expect((await node.owned()).size).toBe(12);
      } finally {
        await other.close();
      }
    });

    it('is what was deployed last, in whatever order nodes come to apply it', async () => {
      const team = (name: string, revision = 0) =>
        `revision: ${revision}\norganizations: { acme: { teams: { ${name}: {} } } }`;
      const [first, second, third] = [1, 2, 3].map((day) => new Date(Date.UTC(2026, 0, day)));
      const names = async (): Promise<string[]> =>
        [...(await node.owned()).keys()].map((item) => item.split('/').at(-1) ?? '');
      await node.apply(team('new'), second);
      expect(await node.apply(team('old'), first)).toMatchObject({ outcome: 'superseded', by: { deployedAt: second } });
      expect(await names()).toEqual(['acme', 'new']);
      // The same file once more is a deployment of its own: what lies between gives way.
      expect((await node.apply(team('new'), third)).outcome).toBe('unchanged');
      expect((await node.apply(team('old'), new Date(Date.UTC(2026, 0, 2, 12)))).outcome).toBe('superseded');
      expect((await node.apply(team('strict', 1), first)).outcome).toBe('applied');
      expect((await node.apply(team('new'), new Date(Date.UTC(2026, 0, 9)))).outcome).toBe('superseded');
      expect(await names()).toEqual(['acme', 'strict']);
    });
  });
});
