import { Global, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ErrorFilter } from '../../src/common/errors/error.filter.js';
import { registerBodyParsers } from '../../src/common/http/body-parsers.js';
import { RouteTable } from '../../src/common/http/route-table.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { RequestValidationPipe } from '../../src/common/validation/request-validation.pipe.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import type { AdminPrincipal } from '../../src/control/auth/admin.port.js';
import { Notices } from '../../src/control/notices/notices.port.js';
import { FakeNotices } from '../../src/control/notices/fake-notices.js';
import { fakeFacts, fakeHolder, fakeRule } from '../../src/control/policies/fake-policy-rule.js';
import { FakePolicyScopes } from '../../src/control/policies/fake-policy-scopes.js';
import { FakePolicyStore } from '../../src/control/policies/fake-policy-store.js';
import { FakeRecentRequests } from '../../src/control/policies/fake-recent-requests.js';
import { PoliciesModule } from '../../src/control/policies/policies.module.js';
import { Policies } from '../../src/control/policies/policies.port.js';
import { OrmPolicyStore } from '../../src/control/policies/policies.repository.js';
import { PolicyScopes } from '../../src/control/policies/policy-scopes.port.js';
import type { PolicyStore } from '../../src/control/policies/policy-store.port.js';
import { type RecentRequest, RecentRequests } from '../../src/control/policies/recent-requests.port.js';
import { Database } from '../../src/persistence/database.js';
import { ENGINES, type MakeDatabase } from '../support/databases.js';
import { until } from '../support/within.js';

beforeAll(() => Logger.overrideLogger(false));

async function openDatabase(make: MakeDatabase): Promise<{ database: Database; close: () => Promise<void> }> {
  const made = await make();
  const address = readDatabaseUrl(made.url);
  if (!address) throw new Error('no database');
  const database = new Database(address, new ManualClock());
  await database.start();
  const close = async (): Promise<void> => {
    await database.close();
    await made.drop();
  };
  return { database, close };
}

type OpenStore = () => Promise<{ store: PolicyStore; close: () => Promise<void> }>;

const STORES: ReadonlyArray<readonly [string, jest.Describe, OpenStore]> = [
  ['the fake', describe, () => Promise.resolve({ store: new FakePolicyStore(), close: () => Promise.resolve() })],
  ...ENGINES.map(([name, run, make]): readonly [string, jest.Describe, OpenStore] => [
    name,
    run,
    async () => {
      const { database, close } = await openDatabase(make);
      return { store: new OrmPolicyStore(database), close };
    },
  ]),
];

describe.each(STORES)('A store of policies: %s', (_name, describeStore, open) => {
  describeStore('', () => {
    let store: PolicyStore;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    const team = (changes: object = {}) =>
      fakeRule({ organizationId: 'org_1', scope: 'team', scopeId: 'team_1', ...changes });

    it('gives back what was written, to the character and the millisecond', async () => {
      const rule = team({
        expression: `model == "it's “quoted” \\\\ ? $1 :x 😀"`,
        effect: 'cap',
        caps: { temperature: 0.1, max_tokens: 7 },
        description: 'line\nline',
        models: ['a*', '"b"'],
        priority: -3,
        dryRun: true,
      });
      expect(await store.insert(null, rule, 9)).toBe(true);
      expect(await store.find('org_1', rule.id)).toEqual(rule);
      expect(await store.all()).toEqual({ version: 1, rules: [rule] });
    });

    it('counts every change', async () => {
      expect(await store.version()).toBe(0);
      const rule = team();
      await store.insert(null, rule, 9);
      await store.replace('org_1', { ...rule, name: 'new', updatedAt: new Date(1) }, rule.updatedAt);
      expect(await store.version()).toBe(2);
      await store.remove('org_1', rule.id);
      expect(await store.version()).toBe(3);
    });

    it('shows and changes nothing of another tenant', async () => {
      const rule = team();
      const everybody = fakeRule();
      await store.insert(null, rule, 9);
      await store.insert(null, everybody, 9);
      expect(await store.find('org_2', rule.id)).toBeUndefined();
      expect(await store.find('org_1', everybody.id)).toBeUndefined();
      expect(await store.list('org_2', {}, { limit: 9 })).toEqual([]);
      expect(await store.list('org_2', {}, { limit: 9, after: rule.id })).toBeUndefined();
      expect(await store.replace('org_2', { ...rule, name: 'stolen' }, rule.updatedAt)).toBe('not_found');
      expect(await store.remove('org_2', rule.id)).toBe(false);
      expect(await store.find(null, rule.id)).toEqual(rule);
      expect(await store.find(null, everybody.id)).toEqual(everybody);
    });

    it('lists the newest first, page by page', async () => {
      const at = new Date('2026-03-01T00:00:00.000Z');
      const rules = [team(), team(), team({ createdAt: at, id: 'pol_a' }), team({ createdAt: at, id: 'pol_b' })];
      for (const rule of rules) await store.insert(null, rule, 9);
      const ids = async (after?: string) =>
        (await store.list('org_1', {}, { limit: 2, ...(after !== undefined && { after }) }))?.map(({ id }) => id);
      expect(await ids()).toEqual(['pol_b', 'pol_a', rules[1]?.id]);
      expect(await ids('pol_a')).toEqual([rules[1]?.id, rules[0]?.id]);
      expect(await store.list('org_1', { scope: 'organization' }, { limit: 9 })).toEqual([]);
      expect(await store.list('org_1', { scope: 'team', scopeId: 'team_1' }, { limit: 9 })).toHaveLength(4);
    });

    it('writes over what was read, and not over what somebody else has written since', async () => {
      const rule = team();
      await store.insert(null, rule, 9);
      const mine = { ...rule, name: 'mine', updatedAt: new Date(rule.updatedAt.getTime() + 1) };
      expect(await store.replace('org_1', mine, rule.updatedAt)).toBe('done');
      expect(await store.replace('org_1', { ...rule, name: 'late' }, rule.updatedAt)).toBe('conflict');
      expect((await store.find('org_1', rule.id))?.name).toBe('mine');
    });

    it('takes no more rules of one scope than it may, also when all come at once', async () => {
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.insert(null, team(), 3)));
      expect(taken.filter(Boolean)).toHaveLength(3);
      expect(await store.insert(null, team({ scopeId: 'team_2' }), 3)).toBe(true);
    });
  });
});

const ALL = new Set(['policies:read', 'policies:create', 'policies:update', 'policies:delete', 'usage:read']);
const ADMINS: Readonly<Record<string, AdminPrincipal>> = {
  root: { id: 'adm_0', name: 'root', organizationId: null, permissions: ALL },
  acme: { id: 'adm_1', name: 'acme', organizationId: 'org_1', permissions: ALL },
  other: { id: 'adm_2', name: 'other', organizationId: 'org_2', permissions: ALL },
  clerk: { id: 'adm_3', name: 'clerk', organizationId: 'org_1', permissions: new Set(['policies:read']) },
};

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { error?: { code: string; param: string | null; message: string } };
}

describe.each(ENGINES)('Administrators with %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let app: NestFastifyApplication;
    let close: () => Promise<void>;
    let policies: Policies;
    let requests: FakeRecentRequests;

    beforeAll(async () => {
      const opened = await openDatabase(make);
      requests = new FakeRecentRequests();
      const scopes = new FakePolicyScopes({
        'organization/org_1': 'org_1',
        'organization/org_2': 'org_2',
        'team/team_1': 'org_1',
        'team/team_2': 'org_2',
      });

      @Global()
      @Module({
        providers: [
          { provide: Database, useValue: opened.database },
          { provide: Notices, useClass: FakeNotices },
          { provide: PolicyScopes, useValue: scopes },
          { provide: RecentRequests, useValue: requests },
        ],
        exports: [Database, Notices, PolicyScopes, RecentRequests],
      })
      class OthersModule {}

      @Module({ imports: [OthersModule, PoliciesModule] })
      class RootModule {}

      app = await NestFactory.create<NestFastifyApplication>(RootModule, new FastifyAdapter(), {
        bodyParser: false,
        logger: false,
      });
      const fastify = app.getHttpAdapter().getInstance();
      const routes = new RouteTable();
      fastify.addHook('onRoute', ({ url, method }) => routes.add(url, method));
      // Stands for the guard of administrators.
      fastify.addHook('onRequest', (request, _reply, done) => {
        request.admin = ADMINS[String(request.headers['x-admin'])];
        done();
      });
      registerBodyParsers(fastify, 1_000_000);
      app.useGlobalPipes(new RequestValidationPipe());
      app.useGlobalFilters(new ErrorFilter(routes));
      await app.listen(0, '127.0.0.1');
      policies = app.get(Policies);
      close = async () => {
        await app.close();
        await opened.close();
      };
    });
    afterAll(() => close());

    async function call(admin: string, method: string, path: string, body?: object): Promise<Answer> {
      const { port } = app.getHttpServer().address() as { port: number };
      const response = await fetch(`http://127.0.0.1:${port}/admin/v1/policies${path}`, {
        method,
        headers: { 'x-admin': admin, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: (await response.json()) as Answer['body'] };
    }

    const DENY = {
      name: 'No gpt',
      expression: 'model.startsWith("gpt")',
      effect: 'deny',
      scope: 'team',
      scope_id: 'team_1',
    };

    async function create(admin: string, changes: object = {}): Promise<Record<string, unknown>> {
      const { status, body } = await call(admin, 'POST', '', { ...DENY, ...changes });
      expect([status, body.error]).toEqual([200, undefined]);
      return body;
    }

    it('make, read, change and delete a rule, which is followed at once', async () => {
      const facts = fakeFacts({ model: 'gpt-5' });
      const made = await create('acme', { message: 'Ask research.', priority: 5 });
      expect(made).toMatchObject({
        object: 'policy',
        organization_id: 'org_1',
        scope: 'team',
        scope_id: 'team_1',
        enabled: true,
        dry_run: false,
        priority: 5,
        caps: {},
        models: [],
        target_model: null,
        managed_by: 'api',
      });
      expect(policies.decide(facts)).toMatchObject({ effect: 'deny', message: 'Ask research.' });
      const path = `/${String(made['id'])}`;
      expect((await call('acme', 'GET', path)).body).toMatchObject({ name: 'No gpt', statistics: { matched: 1 } });

      const changed = await call('acme', 'PATCH', path, { effect: 'cap', caps: { n: 1 }, message: null });
      expect(changed.body).toMatchObject({ effect: 'cap', caps: { n: 1 }, message: null, priority: 5 });
      expect(policies.decide(facts)).toMatchObject({ effect: 'allow', caps: { n: 1 } });

      await call('acme', 'PATCH', path, { enabled: false });
      expect(policies.has(fakeHolder())).toBe(false);
      expect((await call('acme', 'DELETE', path)).body).toEqual({ id: made['id'], object: 'policy', deleted: true });
      expect((await call('acme', 'GET', path)).status).toBe(404);
    });

    it('see no other tenant in any way, and the installation only when it is theirs', async () => {
      const mine = await create('acme');
      const everybody = await create('root', { scope: 'installation', scope_id: null, expression: 'false' });
      for (const { id } of [mine, everybody]) {
        for (const [method, body] of [['GET'], ['DELETE'], ['PATCH', { name: 'x' }]] as const) {
          const answer = await call('other', method, `/${String(id)}`, body);
          expect([answer.status, answer.body.error?.code]).toEqual([404, 'not_found']);
        }
        expect((await call('other', 'POST', '/dry-run', { id })).status).toBe(404);
        expect((await call('other', 'GET', `?after=${String(id)}`)).status).toBe(400);
      }
      expect((await call('other', 'GET', '')).body['data']).toEqual([]);
      for (const scope_id of ['team_1', 'team_none', 'a\u0000b']) {
        const answer = await call('other', 'POST', '', { ...DENY, scope_id });
        expect([answer.status, answer.body.error?.param]).toEqual([404, 'scope_id']);
      }
      expect((await call('other', 'POST', '', { ...DENY, scope: 'installation', scope_id: null })).status).toBe(403);
      expect((await call('root', 'GET', `/${String(mine['id'])}`)).status).toBe(200);
      const own = await create('other', { scope: 'organization', scope_id: undefined });
      expect(own).toMatchObject({ organization_id: 'org_2', scope_id: 'org_2' });
      for (const { id } of [mine, everybody, own]) await call('root', 'DELETE', `/${String(id)}`);
    });

    it.each([
      [{ nme: 'x' }, 'nme', 'unsupported_parameter'],
      [{ expression: 'model ==' }, 'expression', 'invalid_value'],
      [{ expression: 7 }, 'expression', 'invalid_type'],
      [{ effect: 'block' }, 'effect', 'invalid_value'],
      [{ scope: 'galaxy' }, 'scope', 'invalid_value'],
      [{ name: '' }, 'name', 'string_below_min_length'],
      [{ name: null }, 'name', 'missing_required_parameter'],
      [{ effect: 'route_to' }, 'target_model', 'missing_required_parameter'],
      [{ effect: 'cap' }, 'caps', 'missing_required_parameter'],
      [{ effect: 'cap', caps: { max_tokns: 1 } }, 'caps.max_tokns', 'unsupported_parameter'],
      [{ effect: 'cap', caps: { max_tokens: 0 } }, 'caps.max_tokens', 'invalid_value'],
      [{ effect: 'cap', caps: { max_tokens: 1.5 } }, 'caps.max_tokens', 'invalid_type'],
      [{ caps: { n: 1 } }, 'caps', 'invalid_value'],
      [{ target_model: 'm' }, 'target_model', 'invalid_value'],
      [{ effect: 'allow', message: 'hi' }, 'message', 'invalid_value'],
      [{ scope_id: null }, 'scope_id', 'missing_required_parameter'],
      [{ models: [''] }, 'models[0]', 'invalid_type'],
      [{ priority: 1.5 }, 'priority', 'invalid_type'],
    ])('are told what is wrong with %j', async (changes, param, code) => {
      const { status, body } = await call('acme', 'POST', '', { ...DENY, ...changes });
      expect([status, body.error?.param, body.error?.code]).toEqual([400, param, code]);
    });

    it('are told where an expression is wrong', async () => {
      const { body } = await call('acme', 'POST', '', { ...DENY, expression: 'true &&\n team.nme == "x"' });
      expect(body.error?.message).toBe("Invalid 'expression', line 2, column 7: No such key: nme.");
      const made = await create('acme');
      const answer = await call('acme', 'PATCH', `/${String(made['id'])}`, { scope: 'organization' });
      expect([answer.status, answer.body.error?.param]).toEqual([400, 'scope']);
      await call('acme', 'DELETE', `/${String(made['id'])}`);
    });

    it('read lists in pages', async () => {
      const made = [await create('acme'), await create('acme'), await create('acme')].map(({ id }) => id);
      const first = await call('acme', 'GET', '?limit=2');
      expect(first.body).toMatchObject({ object: 'list', has_more: true });
      const second = await call('acme', 'GET', `?limit=2&after=${String(first.body['last_id'])}`);
      expect(second.body).toMatchObject({ has_more: false });
      const ids = [first, second].flatMap(({ body }) => (body['data'] as Array<{ id: string }>).map(({ id }) => id));
      expect(new Set(ids)).toEqual(new Set(made));
      expect(ids).toHaveLength(made.length);
      for (const query of ['?limit=0', '?limit=x', '?scope=x', '?nothing=1', '?after=pol_none', '?limit=1&limit=2']) {
        expect((await call('acme', 'GET', query)).status).toBe(400);
      }
      for (const id of made) await call('acme', 'DELETE', `/${String(id)}`);
    });

    it('check an expression without storing it', async () => {
      const good = await call('clerk', 'POST', '/check', { expression: 'headers["X-A"] == "1" && budget_used > 80' });
      expect(good.body).toMatchObject({
        object: 'policy.check',
        valid: true,
        error: null,
        variables_used: ['headers', 'budget_used'],
        headers_used: ['x-a'],
      });
      expect(good.body['variables']).toContainEqual(expect.objectContaining({ name: 'now' }));
      const bad = await call('clerk', 'POST', '/check', { expression: 'nothing' });
      expect(bad.body).toMatchObject({
        valid: false,
        error: { line: 1, column: 1, message: 'Unknown variable: nothing' },
      });
    });

    it('see whom a rule would have hit, and what cannot be known', async () => {
      const now = Date.now();
      const request = (changes: Partial<RecentRequest> & { at?: number } = {}): RecentRequest => ({
        requestId: `req_${Math.random()}`,
        startedAt: now - (changes.at ?? 1_000),
        levels: { organization: { id: 'org_1' }, team: { id: 'team_1' }, virtual_key: { id: 'vk_1', name: 'ci' } },
        tags: ['batch'],
        operation: 'chat',
        model: 'gpt-5',
        provider: 'openai',
        streamed: false,
        inputTokens: 100,
        ...changes,
      });
      const foreign = request({ levels: { organization: { id: 'org_2' }, team: { id: 'team_2' } } });
      requests.requests.push(
        request(),
        request({ inputTokens: 50_000, requestId: 'req_long' }),
        request({ model: 'other', levels: { organization: { id: 'org_1' } } }),
        request({ at: 3 * 86_400_000 }),
        foreign,
      );
      const run = async (rule: object, admin = 'acme') => (await call(admin, 'POST', '/dry-run', { rule })).body;

      expect(await run({ expression: 'input_tokens > 20000' })).toMatchObject({
        requests: 3,
        hits: 1,
        misses: 2,
        unknown: 0,
        by_key: [{ id: 'vk_1', name: 'ci', requests: 2, hits: 1, unknown: 0 }],
        by_team: [{ id: 'team_1', hits: 1 }],
        by_model: [{ id: 'gpt-5', hits: 1 }],
        examples: [{ request_id: 'req_long', key_id: 'vk_1', team_id: 'team_1', model: 'gpt-5' }],
        not_recorded: [],
        truncated: false,
      });
      // The header decides only where the tokens do not.
      expect(await run({ expression: 'input_tokens > 20000 && headers["x-a"] == ""' })).toMatchObject({
        hits: 0,
        misses: 2,
        unknown: 1,
        not_recorded: ['headers'],
      });
      expect(await run({ expression: '!has(headers.authorization)' })).toMatchObject({ hits: 0, unknown: 3 });
      expect(await run({ expression: 'budget_used < 5.0 || max_output_tokens > 5' })).toMatchObject({ unknown: 3 });
      expect(await run({ expression: 'team.name == "research"' })).toMatchObject({ hits: 0, misses: 1, unknown: 2 });
      expect(await run({ expression: '1 / (input_tokens - 100) == 0' })).toMatchObject({ hits: 3, errors: 2 });
      expect(await run({ expression: 'true', scope: 'team', scope_id: 'team_1' })).toMatchObject({ requests: 2 });
      expect(await run({ expression: 'true', models: ['oth*'] })).toMatchObject({ hits: 1, misses: 2 });
      expect(await run({ expression: 'true' }, 'root')).toMatchObject({ requests: 4, hits: 4 });
      expect(await run({ expression: 'true' }, 'other')).toMatchObject({ requests: 1 });
      const made = await create('acme', { enabled: false });
      expect((await call('acme', 'POST', '/dry-run', { id: made['id'], limit: 1 })).body).toMatchObject({
        requests: 1,
        hits: 1,
        truncated: true,
      });
      await call('acme', 'DELETE', `/${String(made['id'])}`);
    });

    it.each([
      [{}, 400, 'rule'],
      [{ rule: { expression: 'x' } }, 400, 'expression'],
      [{ rule: { expression: 'true', scop: 'team' } }, 400, 'rule.scop'],
      [{ rule: { expression: 'true', scope: 'team', scope_id: 'team_2' } }, 404, 'scope_id'],
      [{ rule: { expression: 'true' }, from: 'yesterday' }, 400, 'from'],
      [{ rule: { expression: 'true' }, from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 400, 'from'],
      [{ rule: { expression: 'true' }, limit: 10_001 }, 400, 'limit'],
    ])('are told what is wrong with the dry run %j', async (body, status, param) => {
      const answer = await call('acme', 'POST', '/dry-run', body);
      expect([answer.status, answer.body.error?.param]).toEqual([status, param]);
    });

    it('see no usage by a dry run that they may not see', async () => {
      const answer = await call('clerk', 'POST', '/dry-run', { rule: { expression: 'true' } });
      expect([answer.status, answer.body.error?.code]).toEqual([403, 'permission_denied']);
    });

    it('change a rule on another node, and this one follows without being told', async () => {
      const opened = app.get(Database);
      const elsewhere = new OrmPolicyStore(opened);
      await elsewhere.insert(null, fakeRule({ id: 'pol_elsewhere' }), 9);
      const started = performance.now();
      await until(5_000, 'this node follows', () => policies.decide(fakeFacts()).effect === 'deny');
      expect(performance.now() - started).toBeLessThan(2_000);
      await elsewhere.remove(null, 'pol_elsewhere');
    });
  });
});
