import { Logger } from '@nestjs/common';
import { KeyDirectory } from '../../src/control/keys/key-directory.port.js';
import { admin, ControlApp } from '../support/control-app.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

const SECRET = 'a secret of at least thirty-two characters';

describe.each(ENGINES)('The hierarchy on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let control: ControlApp;
    let directory: KeyDirectory;

    beforeAll(async () => {
      made = await make();
      control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET });
      directory = control.get(KeyDirectory);
    });
    beforeEach(() => control.become(admin(null)));
    afterAll(async () => {
      await control.close();
      await made.drop();
    });

    it('has an organisation from the first start', async () => {
      const { status, body } = await control.call('GET', 'organizations/org_default');
      expect(status).toBe(200);
      expect(body).toMatchObject({ object: 'organization', name: 'Default', managed_by: 'api' });
    });

    it('gives a team with a budget and a key in a few calls, and the key works at once', async () => {
      const customer = await control.make('customers', { name: 'ACME' });
      const team = await control.make('teams', {
        name: 'Platform',
        customer_id: customer.id,
        budgets: [{ amount_usd: '50.00', period: 'month', time_zone: 'Europe/Stockholm' }],
        rate_limits: [{ metric: 'requests', limit: 60, window: '1m' }],
      });
      const project = await control.make('projects', { name: 'Search', team_id: team.id });
      const user = await control.make('users', { name: 'Ada', email: 'Ada@Example.com' });
      const key = await control.make('virtual-keys', {
        name: 'laptop',
        project_id: project.id,
        user_id: user.id,
        allowed_providers: ['cerebras'],
        allowed_models: ['*'],
        required_headers: { 'X-Team': 'plat*' },
        budgets: [{ amount_usd: 5, period: '7d', mode: 'soft', name: 'own' }],
      });
      expect(key.key).toMatch(/^sk-asbru-[a-z2-9]{8}[1-9A-HJ-NP-Za-km-z]{40}$/);
      const found = directory.find(key.key, Date.now());
      expect(found.found).toMatchObject({
        id: key.id,
        name: 'laptop',
        allowedProviders: ['cerebras'],
        requiredHeaders: { 'x-team': 'plat*' },
        storesContent: true,
        onLimiterDown: 'closed',
      });
      expect(found.found?.levels.map(({ level, name }) => [level, name])).toEqual([
        ['organization', 'Default'],
        ['customer', 'ACME'],
        ['team', 'Platform'],
        ['project', 'Search'],
        ['user', 'Ada'],
        ['virtual_key', 'laptop'],
      ]);
      expect(found.found?.budgets).toMatchObject([
        { level: 'team', levelName: 'Platform', amount: 50_000_000, period: { kind: 'calendar', unit: 'month' } },
        { level: 'virtual_key', amount: 5_000_000, period: { kind: 'rolling', ms: 604_800_000 }, mode: 'soft' },
      ]);
      expect(found.found?.limits).toMatchObject([{ metric: 'requests', limit: 60, windowMs: 60_000 }]);
      const shown = await control.call('GET', `virtual-keys/${key.id}`);
      expect(JSON.stringify(shown.body)).not.toContain(key.key);
    });

    it('follows changes, and a call keeps what it began with', async () => {
      const team = await control.make('teams', { name: 'Before' });
      const key = await control.make('virtual-keys', { name: 'k', team_id: team.id });
      const before = directory.find(key.key, Date.now()).found;
      await control.call('PATCH', `teams/${team.id}`, { name: 'After' });
      await control.make('budgets', { level: 'team', level_id: team.id, amount_usd: '1', period: 'day' });
      const after = directory.find(key.key, Date.now()).found;
      expect(before?.levels[1]?.name).toBe('Before');
      expect(before?.budgets).toEqual([]);
      expect(after?.levels[1]?.name).toBe('After');
      expect(after?.budgets).toMatchObject([{ levelName: 'After', amount: 1_000_000 }]);
    });

    it('rotates with an overlap of two secrets, revokes at once, and does not take a revoked one back', async () => {
      const key = await control.make('virtual-keys', { name: 'k' });
      const rotated = await control.make(`virtual-keys/${key.id}/rotate`, { overlap_seconds: 60 });
      const now = Date.now();
      expect(directory.find(key.key, now).found?.id).toBe(key.id);
      expect(directory.find(rotated.key, now).found?.id).toBe(key.id);
      expect(directory.find(rotated.key, now).found?.prefix).toBe(rotated.key.slice(0, 17));
      expect(directory.find(key.key, now + 61_000)).toMatchObject({ reason: 'expired' });
      expect(directory.find(rotated.key, now + 61_000).found?.id).toBe(key.id);
      const again = await control.make(`virtual-keys/${key.id}/rotate`, {});
      expect(directory.find(rotated.key, now)).toMatchObject({ reason: 'unknown' });
      expect(directory.find(key.key, now)).toMatchObject({ reason: 'unknown' });
      expect(directory.find(again.key, now).found?.id).toBe(key.id);
      await control.make(`virtual-keys/${key.id}/revoke`, {});
      expect(directory.find(again.key, now)).toMatchObject({ reason: 'unknown' });
      expect(await control.call('PATCH', `virtual-keys/${key.id}`, { status: 'active' })).toMatchObject({
        status: 409,
      });
    });

    it('ends a key by its time, and holds it back while it is disabled', async () => {
      const at = Date.now() + 3_600_000;
      const key = await control.make('virtual-keys', { name: 'k', expires_at: new Date(at).toISOString() });
      expect(directory.find(key.key, at - 1).found?.id).toBe(key.id);
      expect(directory.find(key.key, at)).toEqual({ found: undefined, reason: 'expired', expiredAt: at });
      await control.call('PATCH', `virtual-keys/${key.id}`, { status: 'disabled' });
      expect(directory.find(key.key, at - 1)).toMatchObject({ reason: 'unknown' });
      await control.call('PATCH', `virtual-keys/${key.id}`, { status: 'active', expires_at: null });
      expect(directory.find(key.key, at).found?.id).toBe(key.id);
    });

    it('takes over a key of Bifrost, and none that could be guessed', async () => {
      const foreign = 'sk-bf-3f1c9a52-7d4e-4b8a-9c61-0e5d2f7a8b34';
      const key = await control.make('virtual-keys', { name: 'moved', key: foreign });
      expect(key).not.toHaveProperty('key');
      expect(directory.find(foreign, Date.now()).found?.id).toBe(key.id);
      expect(directory.isOwnForm(foreign)).toBe(false);
      expect(await control.call('POST', 'virtual-keys', { name: 'twice', key: foreign })).toMatchObject({
        status: 409,
      });
      for (const weak of ['sk-bf-1', 'a'.repeat(40), 'sk-asbru-'.padEnd(57, 'x9Q'), 'with space '.repeat(5)]) {
        const answer = await control.call('POST', 'virtual-keys', { name: 'weak', key: weak });
        expect([weak, answer.status, (answer.body.error as { param: string }).param]).toEqual([weak, 400, 'key']);
      }
    });

    it('refuses to delete what has something below, and says what; cascades when it is asked to', async () => {
      const customer = await control.make('customers', { name: 'Below' });
      const team = await control.make('teams', { name: 'T', customer_id: customer.id });
      const key = await control.make('virtual-keys', { name: 'K', team_id: team.id });
      const refused = await control.call('DELETE', `customers/${customer.id}`);
      expect(refused.status).toBe(409);
      expect(JSON.stringify(refused.body)).toContain('1 team, 1 virtual key');
      expect(await control.call('DELETE', `customers/${customer.id}?cascade=true`)).toMatchObject({ status: 200 });
      expect(await control.call('GET', `teams/${team.id}`)).toMatchObject({ status: 404 });
      expect(directory.find(key.key, Date.now())).toMatchObject({ reason: 'unknown' });
      expect(await control.call('DELETE', 'organizations/org_default?cascade=true')).toMatchObject({ status: 409 });
    });

    it('names a misspelt field and the one that was meant', async () => {
      const wrong: Array<[string, object, string, string]> = [
        ['virtual-keys', { name: 'k', allowed_model: [] }, 'allowed_model', 'allowed_models'],
        ['teams', { name: 't', budgets: [{ amount: '1', period: 'day' }] }, 'budgets[0].amount', ''],
        ['teams', { name: 't', budgets: [{ amount_usd: 1.0000001, period: 'day' }] }, 'budgets[0].amount_usd', ''],
        ['teams', { name: 't', budgets: [{ amount_usd: 1, period: 'fortnight' }] }, 'budgets[0].period', ''],
        ['teams', { name: 't', rate_limits: [{ metric: 'requests', limit: 1 }] }, 'rate_limits[0].window', ''],
        [
          'teams',
          { name: 't', rate_limits: [{ metric: 'requests', limit: 1, window: '25h' }] },
          'rate_limits[0].window',
          '',
        ],
        [
          'budgets',
          { level: 'organization', level_id: 'org_default', amount_usd: 1, period: '3d', time_zone: 'UTC' },
          'time_zone',
          '',
        ],
        ['virtual-keys', { name: 'k', networks: ['10.0.0.0/33'] }, 'networks[0]', ''],
        ['virtual-keys', { name: 'k', scopes: ['everything'] }, 'scopes[0]', ''],
        ['virtual-keys', { name: 'k', team_id: 'team_nobody' }, 'team_id', ''],
        ['users', { name: 'u', email: 'nobody' }, 'email', ''],
      ];
      for (const [path, body, param, meant] of wrong) {
        const answer = await control.call('POST', path, body);
        const error = answer.body.error as { param: string; message: string };
        expect([answer.status, error.param]).toEqual([param === 'team_id' ? 404 : 400, param]);
        expect(error.message).toContain(meant);
      }
      expect(await control.call('GET', 'teams?limt=3')).toMatchObject({ status: 400 });
    });

    it('changes a part of a budget and leaves the rest', async () => {
      const budget = await control.make('budgets', {
        level: 'organization',
        level_id: 'org_default',
        amount_usd: '9007199254.740991',
        period: 'month',
        time_zone: 'Asia/Tokyo',
        mode: 'soft',
        thresholds: [90, 50],
        models: ['gpt-*'],
        overrides: [{ amount_usd: '2.5', from: '2026-01-01T00:00:00Z', until: '2026-02-01T00:00:00Z' }],
      });
      expect(budget).toMatchObject({
        amount_micros: Number.MAX_SAFE_INTEGER,
        thresholds: [50, 90],
        time_zone: 'Asia/Tokyo',
      });
      const { body } = await control.call('PATCH', `budgets/${budget.id}`, { amount_usd: 12.34 });
      expect(body).toMatchObject({
        amount_usd: '12.34',
        mode: 'soft',
        time_zone: 'Asia/Tokyo',
        models: ['gpt-*'],
        overrides: [{ amount_usd: '2.50', amount_micros: 2_500_000 }],
      });
      expect((await control.call('PATCH', `budgets/${budget.id}`, { period: '30d' })).body).toMatchObject({
        period: '30d',
        time_zone: null,
      });
      expect(await control.call('DELETE', `budgets/${budget.id}`)).toMatchObject({ status: 200 });
    });

    it('lists in pages, the newest first', async () => {
      const organization = await control.make('organizations', { name: 'Pages' });
      control.become(admin(organization.id));
      const made5: string[] = [];
      for (let n = 0; n < 5; n++)
        made5.unshift((await control.make('users', { name: `u${n}`, email: `u${n}@x.org` })).id);
      const seen: string[] = [];
      for (let after = ''; ;) {
        const { body } = await control.call('GET', `users?limit=2${after}`);
        const page = body as { data: Array<{ id: string }>; has_more: boolean; last_id: string };
        seen.push(...page.data.map(({ id }) => id));
        if (!page.has_more) break;
        after = `&after=${page.last_id}`;
      }
      expect(new Set(seen)).toEqual(new Set(made5));
      expect(seen).toHaveLength(5);
    });

    it('keeps members of teams', async () => {
      const team = await control.make('teams', { name: 'M' });
      const user = await control.make('users', { name: 'M', email: 'm@x.org' });
      await control.make(`teams/${team.id}/members`, { user_id: user.id });
      await control.make(`teams/${team.id}/members`, { user_id: user.id });
      const { body } = await control.call('GET', `teams/${team.id}/members`);
      expect(body).toMatchObject({ data: [{ team_id: team.id, user_id: user.id }], has_more: false });
      expect(await control.call('DELETE', `teams/${team.id}/members/${user.id}`)).toMatchObject({ status: 200 });
      expect(await control.call('DELETE', `teams/${team.id}/members/${user.id}`)).toMatchObject({ status: 404 });
    });

    it('does not let somebody do by a detour what he may not do', async () => {
      control.become(admin(null, new Set(['teams:create', 'teams:delete', 'virtual_keys:create'])));
      const budgets = [{ amount_usd: '1', period: 'day' }];
      expect(await control.call('POST', 'teams', { name: 'x', budgets })).toMatchObject({ status: 403 });
      expect(await control.call('POST', 'virtual-keys', { name: 'x', on_limiter_down: 'open' })).toMatchObject({
        status: 403,
      });
      const team = await control.make('teams', { name: 'x' });
      await control.make('virtual-keys', { name: 'x', team_id: team.id });
      expect(await control.call('DELETE', `teams/${team.id}?cascade=true`)).toMatchObject({ status: 403 });
    });

    it('accepts none of 5,000 forged keys', async () => {
      const key = await control.make('virtual-keys', { name: 'real' });
      const real: string = key.key;
      const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
      let accepted = 0;
      for (let n = 0; n < 5_000; n++) {
        const at = n % real.length;
        const other = alphabet[(alphabet.indexOf(real.charAt(at)) + 1 + (n % 57)) % 58] ?? '';
        const forged =
          n % 3 === 0
            ? real.slice(0, at)
            : n % 3 === 1
              ? `${real}${other}`
              : real.slice(0, at) + other + real.slice(at + 1);
        if (forged !== real && directory.find(forged, Date.now()).found) accepted += 1;
      }
      expect(accepted).toBe(0);
      expect(directory.find(real, Date.now()).found).toBeDefined();
    });
  });
});
