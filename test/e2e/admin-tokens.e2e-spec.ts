import { Admin, statusWithin } from '../support/admins.js';
import { SHARED_ENGINES, type TestDatabase } from '../support/databases.js';
import { REDIS } from '../support/redis.js';
import { startGateway, type TestGateway } from '../support/gateway.js';

const ENV = { ASBRU_TRUSTED_PROXIES: '127.0.0.1' };
const TOKENS = '/admin/v1/admin-tokens';
const ROLES = '/admin/v1/roles';
/** Longest time until every node knows of a change. */
const CONVERGENCE_MS = 2_000;

/** The same administrator at another node; each call from an address of its own, so that waiting is no guessing. */
function at(gateway: TestGateway, { token }: Admin) {
  let calls = 0;
  return (path = '/admin/v1/me') =>
    gateway.get(path, { authorization: `Bearer ${token}`, 'x-forwarded-for': `10.1.${calls >> 8}.${calls++ & 255}` });
}

describe.each(SHARED_ENGINES)('Admin tokens and roles, on %s', (_name, describeOn, make) => {
  describeOn('', () => {
    let made: TestDatabase;
    let gateway: TestGateway;
    let other: TestGateway;
    let owner: Admin;
    let names = 0;
    let orgA = '';
    let orgB = '';

    beforeAll(async () => {
      made = await make();
      gateway = await startGateway({ env: { ...ENV, DATABASE_URL: made.url, REDIS_URL: REDIS } });
      other = await startGateway({ env: { ...ENV, DATABASE_URL: made.url, REDIS_URL: REDIS } });
      owner = await Admin.firstOwner(gateway);
      orgA = await organization('A');
      orgB = await organization('B');
    });
    const organization = async (name: string): Promise<string> =>
      String((await owner.post('/admin/v1/organizations', { name })).json()['id']);
    afterAll(async () => {
      await gateway.close();
      await other.close();
      await made.drop();
    });

    const role = async (by: Admin, body: Record<string, unknown>): Promise<string> => {
      const answer = await by.post(ROLES, { name: `role ${names++}`, ...body });
      if (answer.status !== 200) throw new Error(answer.text);
      return String(answer.json()['id']);
    };

    it('show a token once, and nothing of it afterwards', async () => {
      const answer = await owner.post(TOKENS, { name: 'pipeline', role_id: 'developer' });
      const { token, ...shown } = answer.json();
      expect(token).toMatch(/^asbru-admin-[1-9A-HJ-NP-Za-km-z]{48}$/);
      expect(shown).toMatchObject({
        object: 'admin_token',
        prefix: String(token).slice(0, 20),
        status: 'active',
        role_id: 'developer',
        permissions: null,
        created_by: owner.id,
        revoked_at: null,
      });
      const again = await owner.get(`${TOKENS}/${String(shown['id'])}`);
      expect(again.json()).toEqual(shown);
      expect((await owner.get(TOKENS)).text).not.toContain(String(token).slice(20));
    });

    it('work on every node, and on none within two seconds of their end', async () => {
      const somebody = await owner.make({ role_id: 'viewer' });
      const there = at(other, somebody);
      await statusWithin(CONVERGENCE_MS, 200, there);
      const gone = await owner.call('DELETE', `${TOKENS}/${somebody.id}`);
      expect(gone.json()).toMatchObject({ status: 'revoked', revoked_by: owner.id });
      expect((await somebody.get('/admin/v1/me')).status).toBe(401);
      await statusWithin(CONVERGENCE_MS, 401, there);
      expect((await owner.call('DELETE', `${TOKENS}/${somebody.id}`)).status).toBe(200);
      expect((await owner.call('PATCH', `${TOKENS}/${somebody.id}`, { name: 'again' })).status).toBe(409);
    });

    it('may do what their role may at that moment, on every node', async () => {
      const id = await role(owner, { permissions: ['roles:read', 'usage:read'] });
      const somebody = await owner.make({ role_id: id });
      const there = at(other, somebody);
      expect((await somebody.get(ROLES)).status).toBe(200);
      await statusWithin(CONVERGENCE_MS, 200, () => there(ROLES));
      await owner.call('PATCH', `${ROLES}/${id}`, { permissions: ['usage:read'] });
      const refused = await somebody.get(ROLES);
      expect([refused.status, refused.error.code]).toEqual([403, 'permission_denied']);
      expect(refused.error.message).toContain("'roles:read'");
      await statusWithin(CONVERGENCE_MS, 403, () => there(ROLES));
      expect((await owner.call('DELETE', `${ROLES}/${id}`)).status).toBe(409);
      await owner.call('DELETE', `${TOKENS}/${somebody.id}`);
      expect((await owner.call('DELETE', `${ROLES}/${id}`)).json()).toEqual({ id, object: 'role', deleted: true });
      expect((await owner.get(`${ROLES}/${id}`)).status).toBe(404);
    });

    it('may be narrower than their role', async () => {
      const narrow = await owner.make({ role_id: 'auditor', permissions: ['usage:read', 'roles:read'] });
      expect((await narrow.get('/admin/v1/me')).json()['permissions']).toEqual(['usage:read', 'roles:read']);
      expect((await narrow.get(TOKENS)).status).toBe(403);
    });

    it('end by themselves', async () => {
      const expires_at = new Date(Date.now() + 400).toISOString();
      const brief = await owner.make({ role_id: 'viewer', expires_at });
      expect((await brief.get('/admin/v1/me')).json()['expires_at']).toBe(expires_at);
      await statusWithin(CONVERGENCE_MS, 401, at(gateway, brief));
      expect((await owner.get(`${TOKENS}/${brief.id}`)).json()['status']).toBe('expired');
    });

    it('give nobody what the giver lacks, and the answer names it', async () => {
      const admin = await owner.make({ role_id: 'admin' });
      const cases: Array<readonly [string, Record<string, unknown>, string]> = [
        [TOKENS, { name: 'up', role_id: 'owner' }, 'organizations:create'],
        [TOKENS, { name: 'up', permissions: ['usage:read', 'roles:create'] }, 'roles:create'],
        [TOKENS, { name: 'up', role_id: 'owner', permissions: ['settings:update'] }, 'settings:update'],
      ];
      for (const [path, body, permission] of cases) {
        const { status, error } = await admin.post(path, body);
        expect([status, error.code, error.message.includes(`'${permission}'`)]).toEqual([
          403,
          'permission_denied',
          true,
        ]);
      }
      const keeper = await owner.make({ permissions: ['roles:create', 'roles:update', 'usage:read'] });
      expect((await keeper.post(ROLES, { name: 'wide', permissions: ['budgets:update'] })).status).toBe(403);
      const id = await role(owner, { permissions: ['usage:read'] });
      const widened = await keeper.call('PATCH', `${ROLES}/${id}`, { permissions: ['usage:read', 'budgets:update'] });
      expect([widened.status, widened.error.param]).toEqual([403, 'permissions']);
      expect((await keeper.call('PATCH', `${ROLES}/owner`, { name: 'mine' })).status).toBe(403);
    });

    it('raise nobody: not himself, not for longer, and nobody changes who stands above him', async () => {
      const admin = await owner.make({ role_id: 'admin', permissions: ['admin_tokens:update', 'admin_tokens:create'] });
      for (const body of [{ permissions: null }, { role_id: 'owner' }, { expires_at: null }]) {
        expect([body, (await admin.call('PATCH', `${TOKENS}/${admin.id}`, body)).status]).toEqual([body, 403]);
      }
      expect((await admin.call('PATCH', `${TOKENS}/${admin.id}`, { name: 'me' })).json()['name']).toBe('me');
      expect((await admin.call('PATCH', `${TOKENS}/${owner.id}`, { name: 'you' })).status).toBe(403);
      const brief = await owner.make({ role_id: 'admin', expires_at: new Date(Date.now() + 600_000).toISOString() });
      const lasting = await brief.post(TOKENS, { name: 'lasting', role_id: 'viewer' });
      expect([lasting.status, lasting.error.param]).toEqual([403, 'expires_at']);
      expect(
        (await brief.post(TOKENS, { name: 'x', role_id: 'viewer', expires_at: '2999-01-01T00:00:00Z' })).status,
      ).toBe(403);
      expect((await brief.call('DELETE', `${TOKENS}/${owner.id}`)).status).toBe(403);
    });

    it('leave an owner', async () => {
      const last = (answer: { status: number; text: string }) => [answer.status, answer.text.includes('last owner')];
      expect(last(await owner.call('DELETE', `${TOKENS}/${owner.id}`))).toEqual([409, true]);
      const second = await owner.make({ role_id: 'owner' });
      for (const body of [
        { role_id: 'admin' },
        { permissions: ['usage:read'] },
        { expires_at: new Date(Date.now() + 60_000).toISOString() },
      ]) {
        const third = await second.make({ role_id: 'owner' });
        expect((await second.call('PATCH', `${TOKENS}/${third.id}`, body)).status).toBe(200);
      }
      // What ends, is narrowed or belongs to one organization is no owner that could remain.
      await second.make({ role_id: 'owner', organization_id: orgA });
      const both = await Promise.all([
        owner.call('DELETE', `${TOKENS}/${second.id}`),
        second.call('DELETE', `${TOKENS}/${owner.id}`),
      ]);
      const statuses = both.map(({ status }) => status).toSorted((a, b) => a - b);
      expect(statuses[0]).toBe(200);
      expect([401, 409]).toContain(statuses[1]);
      if (both[0]?.status !== 200) owner = second;
    });

    describe('of an organization', () => {
      let inA: Admin;
      let inB: Admin;

      beforeAll(async () => {
        inA = await owner.make({ role_id: 'owner', organization_id: orgA });
        inB = await owner.make({ role_id: 'owner', organization_id: orgB });
      });

      it('see only what is theirs: every other id is one that there is not', async () => {
        const roleOfB = await role(inB, { permissions: ['usage:read'] });
        const calls: Array<readonly ['GET' | 'PATCH' | 'DELETE', string]> = [];
        for (const path of [`${TOKENS}/${inB.id}`, `${TOKENS}/${owner.id}`, `${ROLES}/${roleOfB}`]) {
          for (const method of ['GET', 'PATCH', 'DELETE'] as const) calls.push([method, path]);
        }
        for (const [method, path] of calls) {
          const theirs = await inA.call(method, path, method === 'PATCH' ? { name: 'mine' } : undefined);
          const none = await inA.call(
            method,
            path.replace(/_\w+$/, '_none'),
            method === 'PATCH' ? { name: 'mine' } : undefined,
          );
          expect([method, path, theirs.status, theirs.text]).toEqual([method, path, 404, none.text]);
        }
        expect((await inB.get(`${ROLES}/${roleOfB}`)).status).toBe(200);
        const lists = [await inA.get(`${TOKENS}?limit=100`), await inA.get(`${ROLES}?limit=100`)];
        for (const { text } of lists) {
          expect(text).not.toContain(orgB);
          expect(text).not.toContain(owner.token.slice(0, 20));
        }
      });

      it('make only what is bound to it', async () => {
        const own = await inA.post(TOKENS, { name: 'own', role_id: 'viewer' });
        expect(own.json()['organization_id']).toBe(orgA);
        for (const [organization_id, status] of [
          [null, 403],
          [orgB, 404],
          ['org_that_is_not', 404],
        ]) {
          const token = await inA.post(TOKENS, { name: 'x', role_id: 'viewer', organization_id });
          const wide = await inA.post(ROLES, { name: `x ${names++}`, permissions: ['usage:read'], organization_id });
          expect([token.status, wide.status, token.error.param]).toEqual([status, status, 'organization_id']);
        }
        const shared = await role(owner, { permissions: ['usage:read'] });
        expect((await inA.get(`${ROLES}/${shared}`)).status).toBe(200);
        expect((await inA.call('PATCH', `${ROLES}/${shared}`, { name: 'mine' })).status).toBe(403);
        expect((await inA.call('DELETE', `${ROLES}/${shared}`)).status).toBe(403);
      });

      it('cannot reach beyond it by a role that others have', async () => {
        const ofA = await role(inA, { permissions: ['usage:read'] });
        expect((await inB.post(TOKENS, { name: 'x', role_id: ofA })).status).toBe(400);
        const wide = await owner.post(TOKENS, { name: 'x', role_id: ofA });
        expect([wide.status, wide.error.param]).toEqual([400, 'role_id']);
      });
    });

    it('come in pages, the newest first', async () => {
      const seen: string[] = [];
      let after = '';
      for (;;) {
        const page = (await owner.get(`${TOKENS}?limit=3${after}`)).json();
        const data = page['data'] as Array<{ id: string; created_at: string }>;
        seen.push(...data.map(({ id }) => id));
        expect([page['first_id'], page['last_id']]).toEqual([data[0]?.id, data.at(-1)?.id]);
        if (page['has_more'] !== true) break;
        after = `&after=${String(page['last_id'])}`;
      }
      const whole = (await owner.get(`${TOKENS}?limit=100`)).json()['data'] as Array<{
        id: string;
        created_at: string;
      }>;
      expect(seen).toEqual(whole.map(({ id }) => id));
      expect(whole.map(({ created_at }) => created_at)).toEqual(
        whole.map(({ created_at }) => created_at).toSorted((a, b) => (a < b ? 1 : -1)),
      );
      const roles = (await owner.get(`${ROLES}?limit=6`)).json()['data'] as Array<{ id: string; system: boolean }>;
      expect(roles.map(({ id }) => id)).toEqual(['owner', 'admin', 'developer', 'viewer', 'auditor', 'billing']);
    });

    it('refuse a second role of a name, and a system role’s', async () => {
      await owner.post(ROLES, { name: 'desk', permissions: ['usage:read'] });
      expect((await owner.post(ROLES, { name: 'desk', permissions: ['usage:read'] })).status).toBe(409);
      expect((await owner.post(ROLES, { name: 'owner', permissions: ['usage:read'] })).status).toBe(409);
      expect(
        (await owner.post(ROLES, { name: 'desk', permissions: ['usage:read'], organization_id: orgA })).status,
      ).toBe(200);
    });

    it.each(['%00', '%f0%9f%94%91', "'%20or%201=1", 'x'.repeat(500), '%c3%28'])('are not found by %s', async (id) => {
      for (const path of [TOKENS, ROLES]) {
        for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
          const { status } = await owner.call(method, `${path}/${id}`, method === 'PATCH' ? { name: 'x' } : undefined);
          expect([400, 404]).toContain(status);
        }
      }
      expect((await owner.get(`${TOKENS}?after=${id}`)).status).toBe(400);
    });

    it('are noted when they are used', async () => {
      const used = await owner.make({ role_id: 'viewer' });
      await used.get('/admin/v1/me');
      const started = Date.now();
      for (;;) {
        const { last_used_at } = (await owner.get(`${TOKENS}/${used.id}`)).json();
        if (typeof last_used_at === 'string') break;
        if (Date.now() - started > CONVERGENCE_MS * 2) throw new Error('its use was never written down');
      }
    });
  });
});
