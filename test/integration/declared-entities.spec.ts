import { Logger } from '@nestjs/common';
import { KeyDirectory } from '../../src/control/keys/key-directory.port.js';
import { type Declared, DeclaredEntities } from '../../src/control/tenancy/declared-entities.port.js';
import { admin, ControlApp } from '../support/control-app.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

const SECRET = 'a secret of at least thirty-two characters';
const KEY = 'sk-acme-0f8b2c6e91d34a7fb5d2c8e1a4f6037b';

describe.each(ENGINES)('What the file declares, on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let control: ControlApp;
    let declared: DeclaredEntities;
    beforeAll(async () => {
      made = await make();
      control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET });
      declared = control.get(DeclaredEntities);
    });
    afterAll(async () => {
      await control.close();
      await made.drop();
    });

    const keyOf = (teamId: string, allowed: string[]): Declared => ({
      kind: 'virtual_key',
      name: 'ci',
      teamId,
      key: KEY,
      allowed_providers: ['*'],
      allowed_models: allowed,
    });

    it('is put in place, left alone, changed and removed, and the API only reads it', async () => {
      control.become(admin(null));
      const team: Declared = {
        kind: 'team',
        name: 'Platform',
        budgets: [{ name: 'month', amount_usd: '50.00', period: 'month' }],
        rate_limits: [{ metric: 'requests', limit: 60, window: '1m' }],
      };
      const first = await declared.put('org_default', 'platform', team);
      expect(first.outcome).toBe('created');
      expect(await declared.put('org_default', 'platform', team)).toEqual({ id: first.id, outcome: 'unchanged' });
      const before = (await control.call('GET', `teams/${first.id}`)).body as { budgets: Array<{ id: string }> };

      const richer = { ...team, budgets: [{ name: 'month', amount_usd: '60.00', period: 'month' }] };
      expect(await declared.put('org_default', 'platform', richer)).toEqual({ id: first.id, outcome: 'updated' });
      const after = (await control.call('GET', `teams/${first.id}`)).body;
      expect(after).toMatchObject({
        managed_by: 'file',
        budgets: [{ id: before.budgets[0]?.id, amount_usd: '60.00', managed_by: 'file' }],
        rate_limits: [{ limit: 60, window: '1m' }],
      });

      const key = await declared.put('org_default', 'ci', keyOf(first.id, ['a']));
      expect(await declared.put('org_default', 'ci', keyOf(first.id, ['a']))).toMatchObject({ outcome: 'unchanged' });
      expect(await declared.put('org_default', 'ci', keyOf(first.id, ['b']))).toMatchObject({ outcome: 'updated' });
      const found = control.get(KeyDirectory).find(KEY, Date.now()).found;
      expect(found).toMatchObject({ id: key.id, allowedModels: ['b'], budgets: [{ amount: 60_000_000 }] });

      for (const [method, path, body] of [
        ['PATCH', `teams/${first.id}`, { name: 'x' }],
        ['DELETE', `teams/${first.id}?cascade=true`, undefined],
        ['PATCH', `virtual-keys/${key.id}`, { name: 'x' }],
        ['POST', `virtual-keys/${key.id}/revoke`, {}],
        ['DELETE', `budgets/${before.budgets[0]?.id}`, undefined],
      ] as const) {
        const answer = await control.call(method, path, body);
        expect([path, answer.status]).toEqual([path, 409]);
        expect(JSON.stringify(answer.body)).toContain('asbru.yaml');
      }

      const owned = await declared.owned();
      expect(owned.map(({ kind, key: name }) => [kind, name])).toEqual([
        ['team', 'platform'],
        ['virtual_key', 'ci'],
      ]);
      const [ownedTeam, ownedKey] = owned;
      if (!ownedTeam || !ownedKey) throw new Error('Nothing is owned');
      await expect(declared.remove(ownedTeam)).rejects.toMatchObject({ code: 'conflict' });
      await declared.remove(ownedKey);
      await declared.remove(ownedTeam);
      expect(await declared.owned()).toEqual([]);
      expect(control.get(KeyDirectory).find(KEY, Date.now())).toMatchObject({ reason: 'unknown' });
    });
  });
});
