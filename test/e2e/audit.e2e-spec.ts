import { createPublicKey } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCheckpoint } from '../../src/control/audit/checkpoints/checkpoint-file.js';
import { Checkpointer } from '../../src/control/audit/checkpoints/checkpointer.js';
import { RequestAudit } from '../../src/control/audit/request-audit.js';
import { verifyExport, type Verdict, type Witness } from '../../src/control/audit/verification.js';
import { Database } from '../../src/persistence/database.js';
import type { Admin } from '../support/admins.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';
import { bearer, Governed } from '../support/governed.js';
import { makeTenant, type Tenant } from '../support/tenants.js';

interface Event {
  readonly id: string;
  readonly actor: { readonly kind: string; readonly id: string | null; readonly name: string | null };
  readonly action: string;
  readonly route: string | null;
  readonly targets: ReadonlyArray<{ readonly type: string; readonly id: string }>;
  readonly organization_id: string | null;
  readonly request_id: string | null;
  readonly client_address: string | null;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly outcome: string;
  readonly chain: string;
  readonly seq: number;
}

describe.each(ENGINES)('The audit log on %s', (_name, suite, make) => {
  suite('engine', () => {
    let made: TestDatabase;
    let data: string;
    let governed: Governed;
    let one: Tenant;
    let two: Tenant;

    beforeAll(async () => {
      made = await make();
      data = await mkdtemp(join(tmpdir(), 'asbru-audit-'));
      governed = await Governed.start({ env: { DATABASE_URL: made.url, ASBRU_DATA_DIR: data } });
      one = await makeTenant(governed, 'tenant-one');
      two = await makeTenant(governed, 'tenant-two');
    });
    afterAll(async () => {
      await governed.close();
      await made.drop();
      await rm(data, { recursive: true, force: true });
    });

    const events = async (query = '', admin: Admin = governed.owner): Promise<Event[]> => {
      const answer = await admin.get(`/admin/v1/audit?limit=100${query}`);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.json().data as Event[];
    };
    const exported = async (admin: Admin = governed.owner, query = ''): Promise<string[]> => {
      const answer = await admin.get(`/admin/v1/audit/export${query}`);
      if (answer.status !== 200) throw new Error(answer.text);
      return answer.text.trimEnd().split('\n');
    };
    const verified = async (witness?: Witness): Promise<Verdict> => verifyExport(await exported(), witness);
    const sql = <T extends object>(statement: string, values: unknown[] = []): Promise<T[]> =>
      governed.gateway.app.get(Database).transaction((em) => em.execute<T[]>(statement, values), { rows: 'all' });

    it('tells who changed what, where from, with which values, and whose it is', async () => {
      const path = `/admin/v1/virtual-keys/${one.key.id}`;
      const answer = await one.admin.call('PATCH', path, { name: 'renamed', tags: ['a'] });
      expect(answer.status).toBe(200);
      const [event] = await events(`&target=${one.key.id}`);
      expect(event).toMatchObject({
        actor: { kind: 'admin_token', id: one.admin.id, name: 'of tenant-one' },
        action: 'virtual_keys.update',
        route: 'PATCH /admin/v1/virtual-keys/:id',
        targets: [{ type: 'virtual_key', id: one.key.id }],
        organization_id: one.organization.id,
        chain: one.organization.id,
        request_id: answer.headers['x-request-id'],
        client_address: '127.0.0.1',
        fields: { name: 'renamed', tags: ['a'] },
        outcome: 'succeeded',
      });
    });

    it('has one event for each thing that was made, and the setup', async () => {
      for (const [what, { id }] of Object.entries(one)) {
        const found = await events(`&target=${String(id)}`);
        expect([what, found.some(({ action }) => action.endsWith('.create') || action === 'teams.update')]).toEqual([
          what,
          true,
        ]);
      }
      const [setup] = await events('&action=setup.create');
      expect(setup).toMatchObject({ actor: { kind: 'setup', name: 'owner' }, chain: 'platform' });
    });

    it('shows a tenant his own chain alone, and nobody without the permission anything', async () => {
      const own = await events('', one.admin);
      expect(own.length).toBeGreaterThan(5);
      expect(new Set(own.map(({ chain }) => chain))).toEqual(new Set([one.organization.id]));
      expect((await one.admin.get(`/admin/v1/audit?after=${(await events('', two.admin))[0]?.id}`)).status).toBe(400);
      expect((await one.admin.get(`/admin/v1/audit/export?chain=${two.organization.id}`)).status).toBe(404);
      const lines = (await exported(one.admin)).join('\n');
      expect(lines).not.toContain(two.organization.id);
      expect((await verifyExport(lines.split('\n'))).problem).toBeUndefined();
      const viewer = await one.admin.make({ role_id: 'viewer' });
      expect((await viewer.get('/admin/v1/audit')).status).toBe(403);
      const auditor = await one.admin.make({ role_id: 'auditor' });
      expect((await auditor.get('/admin/v1/audit')).status).toBe(200);
    });

    it('is narrowed by actor, action, target and time, page by page', async () => {
      expect((await events(`&actor=${two.admin.id}`)).every(({ actor }) => actor.id === two.admin.id)).toBe(true);
      const all = await events();
      const pages: Event[] = [];
      for (let after = ''; ; after = `&after=${pages.at(-1)?.id}`) {
        const answer = await governed.owner.get(`/admin/v1/audit?limit=7${after}`);
        const { data: page, has_more } = answer.json() as { data: Event[]; has_more: boolean };
        pages.push(...page);
        if (!has_more) break;
      }
      expect(pages.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
      expect(await events('&to=2020-01-01')).toEqual([]);
      expect((await events('&from=2020-01-01')).length).toBe(all.length);
      for (const query of ['from=yesterday', 'target=%25', 'nonsense=1', 'after=aud_x']) {
        expect([query, (await governed.owner.get(`/admin/v1/audit?${query}`)).status]).toEqual([query, 400]);
      }
    });

    it('holds no secret: no key, no token, no hash of one', async () => {
      const imported = 'sk-imported-0123456789abcdefghijklmnop';
      const key = await governed.key({ name: 'imported', key: imported }, one.admin);
      const rotated = await governed.make<Tenant['key']>(`virtual-keys/${one.key.id}/rotate`, {}, one.admin);
      const digests = [
        ...(await sql<{ digest: string }>('select digest from virtual_key_secrets')),
        ...(await sql<{ digest: string }>('select digest from admin_tokens')),
      ];
      const lines = (await exported()).join('\n');
      expect(lines).toContain(key.id);
      expect(digests.length).toBeGreaterThan(5);
      const secrets = [imported, one.key.key, rotated.key, governed.owner.token, one.admin.token];
      for (const secret of [...secrets, ...digests.map(({ digest }) => digest)]) expect(lines).not.toContain(secret);
    });

    it('tells of refused attempts, and of none that changed nothing for another reason', async () => {
      const viewer = await one.admin.make({ role_id: 'viewer' });
      expect((await viewer.post('/admin/v1/teams', { name: 'x' })).status).toBe(403);
      const revoked = await one.admin.make({ role_id: 'viewer' });
      await one.admin.call('DELETE', `/admin/v1/admin-tokens/${revoked.id}`);
      expect((await revoked.get('/admin/v1/teams')).status).toBe(401);
      const guessed = `asbru-admin-${'1'.repeat(48)}`;
      expect((await governed.gateway.get('/admin/v1/teams', bearer(guessed))).status).toBe(401);
      expect((await governed.gateway.get('/admin/v1/teams', bearer('nonsense'))).status).toBe(401);
      const before = (await events()).length;
      expect((await one.admin.post('/admin/v1/teams', { nonsense: 1 })).status).toBe(400);
      expect((await one.admin.call('DELETE', '/admin/v1/teams/team_none')).status).toBe(404);
      await governed.gateway.app.get(RequestAudit).settled();
      const refused = (await events()).filter(({ outcome }) => outcome === 'refused');
      expect(refused.slice(0, 3).map(({ actor, action, chain, fields }) => [actor.id, action, chain, fields])).toEqual([
        [null, 'teams.read', 'platform', { status: 401 }],
        [revoked.id, 'teams.read', one.organization.id, { status: 401 }],
        [viewer.id, 'teams.create', one.organization.id, { status: 403 }],
      ]);
      expect((await events()).length - before).toBeLessThanOrEqual(3);
    });

    it('has no gap and no fork when eight write to one chain at once', async () => {
      const before = (await events('', two.admin))[0]?.seq ?? 0;
      const each = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < 10; n++) {
          const answer = await two.admin.post('/admin/v1/teams', { name: `team ${writer}-${n}` });
          expect(answer.status).toBe(200);
        }
      });
      await Promise.all(each);
      const rows = await sql<{ seq: number }>('select seq from audit_events where chain = ? and seq > ? order by seq', [
        two.organization.id,
        before,
      ]);
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 80 }, (_, n) => before + 1 + n));
      expect((await verified()).problem).toBeUndefined();
    });

    it('and what it tells of are one transaction: neither is there without the other', async () => {
      const count = async (): Promise<number> => (await exported()).length;
      const teams = async (): Promise<number> =>
        Number((await sql<{ n: number }>('select count(*) as n from teams'))[0]?.n);
      const [before, had] = [await count(), await teams()];
      const taken = { name: 'again', email: String(one.user['email']) };
      expect((await one.admin.post('/admin/v1/users', taken)).status).toBe(409);
      expect(await count()).toBe(before);
      // A head that stands before its rows: the next event has a number that is taken.
      await sql('update audit_chains set seq = seq - 1 where chain = ?', [one.organization.id]);
      expect((await one.admin.post('/admin/v1/teams', { name: 'lost' })).status).not.toBe(200);
      expect(await teams()).toBe(had);
      await sql('update audit_chains set seq = seq + 1 where chain = ?', [one.organization.id]);
      expect(await count()).toBe(before);
      expect((await one.admin.post('/admin/v1/teams', { name: 'kept' })).status).toBe(200);
      expect([await count(), await teams()]).toEqual([before + 1, had + 1]);
    });

    it('cannot be changed by a statement of the gateway', async () => {
      const before = await exported();
      const tries = ["update audit_events set action = 'x'", 'delete from audit_events'];
      for (const statement of tries) await sql(statement).catch(() => undefined);
      // The first line has the time of the export.
      expect((await exported()).slice(1)).toEqual(before.slice(1));
    });

    it('is signed, so that even who owns the whole database cannot rewrite it unseen', async () => {
      const checkpointer = governed.gateway.app.get(Checkpointer);
      await checkpointer.now();
      const text = await readFile(join(data, 'audit-checkpoints.jsonl'), 'utf8');
      await checkpointer.now();
      expect(await readFile(join(data, 'audit-checkpoints.jsonl'), 'utf8')).toBe(text);
      const checkpoints = text.split('\n').flatMap((line) => readCheckpoint(line) ?? []);
      expect(checkpoints.map(({ chain }) => chain)).toEqual(
        ['platform', 'org_default', one.organization.id, two.organization.id]
          .filter((chain) => checkpoints.some((checkpoint) => checkpoint.chain === chain))
          .toSorted(),
      );
      expect((await stat(join(data, 'audit.key'))).mode & 0o777).toBe(0o600);
      const logged = governed.gateway.log.lines.flatMap((line) => readCheckpoint(line) ?? []);
      expect(logged.map(({ signature }) => signature)).toEqual(checkpoints.map(({ signature }) => signature));
      const publicKey = createPublicKey(await readFile(join(data, 'audit.pub.pem')));
      const verdict = await verified({ checkpoints, publicKey });
      expect(verdict).toMatchObject({ problem: undefined, checkpoints: checkpoints.length });
      // What comes after is signed the next time, and only its chain.
      expect((await two.admin.post('/admin/v1/teams', { name: 'later' })).status).toBe(200);
      await checkpointer.now();
      const more = (await readFile(join(data, 'audit-checkpoints.jsonl'), 'utf8')).slice(text.length);
      expect(more.split('\n').flatMap((line) => readCheckpoint(line)?.chain ?? [])).toEqual([two.organization.id]);
    });
  });
});
