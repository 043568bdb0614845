import { Admin, statusWithin } from '../support/admins.js';
import { SHARED_ENGINES, type TestDatabase } from '../support/databases.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { REDIS } from '../support/redis.js';

/** Longest time until every node knows of a change. */
const CONVERGENCE_MS = 2_000;
const BASE = '/admin/v1';

describe.each(SHARED_ENGINES)('An organisation that is deleted, on %s', (_name, describeOn, make) => {
  describeOn('', () => {
    let made: TestDatabase;
    let gateway: TestGateway;
    let other: TestGateway;
    let owner: Admin;

    beforeAll(async () => {
      made = await make();
      const env = { DATABASE_URL: made.url, REDIS_URL: REDIS, ASBRU_TRUSTED_PROXIES: '127.0.0.1' };
      gateway = await startGateway({ env });
      other = await startGateway({ env });
      owner = await Admin.firstOwner(gateway);
    });
    afterAll(async () => {
      await gateway.close();
      await other.close();
      await made.drop();
    });

    const idOf = async (by: Admin, path: string, body: object): Promise<string> => {
      const answer = await by.post(`${BASE}/${path}`, body);
      if (answer.status !== 200) throw new Error(answer.text);
      return String(answer.json().id);
    };
    const organization = (): Promise<string> => idOf(owner, 'organizations', { name: 'brief' });
    const remove = (id: string, by = owner) => by.call('DELETE', `${BASE}/organizations/${id}`);
    let calls = 0;
    /** Who a node takes him for; each time from an address of its own, so that waiting is no guessing. */
    const ask = (node: TestGateway, { token }: Admin) => {
      const from = `10.2.${calls >> 8}.${calls++ & 255}`;
      return node.get(`${BASE}/me`, { authorization: `Bearer ${token}`, 'x-forwarded-for': from });
    };
    const there = (admin: Admin) => ask(other, admin);

    it('takes its admin tokens and roles with it: at once here, and within two seconds elsewhere', async () => {
      const id = await organization();
      const keeper = await owner.make({ role_id: 'owner', organization_id: id });
      const role = await idOf(keeper, 'roles', { name: 'desk', permissions: ['usage:read'] });
      const clerk = await keeper.make({ role_id: role });
      const neighbour = await owner.make({ role_id: 'owner', organization_id: await organization() });
      for (const one of [keeper, clerk, neighbour]) await statusWithin(CONVERGENCE_MS, 200, () => there(one));

      expect((await remove(id)).json()).toMatchObject({ id, deleted: true });
      for (const one of [keeper, clerk]) expect((await one.get(`${BASE}/me`)).status).toBe(401);
      for (const one of [keeper, clerk]) await statusWithin(CONVERGENCE_MS, 401, () => there(one));
      expect((await owner.get(`${BASE}/roles/${role}`)).status).toBe(404);
      for (const one of [keeper, clerk]) {
        const token = (await owner.get(`${BASE}/admin-tokens/${one.id}`)).json();
        expect(token).toMatchObject({ status: 'revoked', revoked_by: owner.id, organization_id: id });
      }
      expect((await neighbour.get(`${BASE}/me`)).status).toBe(200);
      expect((await there(neighbour)).status).toBe(200);
    });

    it('stays, with its administrators, when whoever deletes it may not revoke them', async () => {
      const id = await organization();
      const keeper = await owner.make({ role_id: 'owner', organization_id: id });
      const narrow = await owner.make({ permissions: ['organizations:read', 'organizations:delete'] });
      const refused = await remove(id, narrow);
      expect([refused.status, refused.error.message.includes('admin_tokens:delete')]).toEqual([403, true]);
      expect((await keeper.get(`${BASE}/organizations/${id}`)).status).toBe(200);
      await owner.call('DELETE', `${BASE}/admin-tokens/${keeper.id}`);
      expect((await remove(id, narrow)).status).toBe(200);
    });

    it('leaves no token that works to those who make some meanwhile, on either node', async () => {
      const elsewhere = new Admin(other, owner.id, owner.token);
      await statusWithin(CONVERGENCE_MS, 200, () => there(owner));
      for (let round = 0; round < 5; round++) {
        const id = await organization();
        const body = { name: 'late', role_id: 'viewer', organization_id: id };
        const making = Array.from({ length: 6 }, (_, n) =>
          (n % 2 === 0 ? owner : elsewhere).post(`${BASE}/admin-tokens`, body),
        );
        const [gone, ...answers] = await Promise.all([remove(id), ...making]);
        expect(gone?.status).toBe(200);
        for (const answer of answers) {
          if (answer.status === 200) {
            expect((await ask(gateway, Admin.of(gateway, answer))).status).toBe(401);
          } else {
            expect([answer.status, answer.error.param]).toEqual([400, 'organization_id']);
          }
        }
        const all = (await owner.get(`${BASE}/admin-tokens?limit=100`)).json().data as Array<Record<string, unknown>>;
        const live = all.filter((token) => token.organization_id === id && token.status !== 'revoked');
        expect(live).toEqual([]);
      }
    });
  });
});
