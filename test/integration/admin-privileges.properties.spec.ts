import { Logger } from '@nestjs/common';
import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { Permission } from '../../src/common/access/access.js';
import { GatewayError } from '../../src/common/errors/gateway-error.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { AppConfig } from '../../src/config/app.config.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { AdminTokensService } from '../../src/control/auth/admin-tokens/admin-tokens.service.js';
import { FakeKnownOrganizations } from '../../src/control/auth/fake-known-organizations.js';
import type { UpdateAdminTokenDto } from '../../src/control/auth/admin-tokens/dto/admin-token-input.dto.js';
import type { AdminPrincipal } from '../../src/control/auth/admin.port.js';
import { permissionsOf } from '../../src/control/auth/authority/authority.js';
import { AdminDirectory } from '../../src/control/auth/directory/admin-directory.js';
import { RolesService } from '../../src/control/auth/roles/roles.service.js';
import { systemRole } from '../../src/control/auth/roles/system-roles.js';
import { SetupService } from '../../src/control/auth/setup/setup.service.js';
import { OrmAdminStore } from '../../src/control/auth/store/admin-store.repository.js';
import { HmacKeyHasher } from '../../src/control/secrets/hmac-key-hasher.js';
import { Database } from '../../src/persistence/database.js';
import { ENGINES, type TestDatabase } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

/** Few, so that what one holds often meets what another lacks. */
const POOL = [
  'admin_tokens:create',
  'admin_tokens:update',
  'admin_tokens:delete',
  'roles:create',
  'roles:update',
  'roles:delete',
  'usage:read',
  'budgets:update',
] as const satisfies readonly Permission[];
const MINUTE = 60_000;

const somePermissions = fc.subarray([...POOL], { minLength: 1 });
/** The first, which is the owner, more often than the others. */
const index = fc.oneof({ weight: 1, arbitrary: fc.constant(0) }, { weight: 3, arbitrary: fc.nat({ max: 30 }) });
const organization = fc.constantFrom(undefined, null, 'org_a', 'org_b');
const role = fc.oneof(fc.constantFrom(null, 'owner', 'admin', 'viewer', 'auditor'), index);
const minutes = fc.option(fc.integer({ min: 1, max: 20 }));
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('create token' as const),
      role,
      permissions: fc.option(somePermissions),
      organization,
      minutes,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('create role' as const), permissions: somePermissions, organization }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('update token' as const),
      target: index,
      changes: fc.record({ role, permissions: fc.option(somePermissions), minutes }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('update role' as const), target: index, permissions: somePermissions }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete token' as const), target: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete role' as const), target: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 1, max: 5 }) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type StepOf<Kind extends Step['kind']> = Extract<Step, { kind: Kind }>;

/** What somebody may do at one moment. */
interface Holding {
  readonly organizationId: string | null;
  readonly permissions: ReadonlySet<string>;
  /** Milliseconds since 1970; Infinity: for ever. */
  readonly until: number;
}

/** An installation with its owner, without HTTP. */
class Installation {
  readonly clock = new ManualClock();
  private readonly store: OrmAdminStore;
  private readonly directory: AdminDirectory;
  private readonly tokens: AdminTokensService;
  private readonly roles: RolesService;
  private readonly setup: SetupService;
  readonly roleIds: string[] = [];
  readonly tokenIds: string[] = [];
  done = 0;
  denied = 0;

  constructor(private readonly database: Database) {
    const hasher = new HmacKeyHasher(['a secret of the tests, of 32 characters or more']);
    this.store = new OrmAdminStore(database, new FakeKnownOrganizations());
    this.directory = new AdminDirectory(this.store, hasher, this.clock);
    this.tokens = new AdminTokensService(this.store, this.directory, hasher, this.clock);
    this.roles = new RolesService(this.store, this.directory, this.clock);
    this.setup = new SetupService(this.store, this.directory, hasher, new AppConfig(), this.clock);
  }

  /** Empties the tables, and makes the owner and some others. */
  async begin(): Promise<void> {
    await this.database.within('all', async (em) => {
      for (const table of ['admin_tokens', 'roles', 'admin_state']) await em.execute(`delete from ${table}`);
    });
    const setup_token = (await this.setup.issue()) ?? '';
    const { id } = await this.setup.claim({ setup_token, name: 'owner' }, '');
    this.tokenIds.push(id);
    const owner = principalOf(id, (await this.holdings()).get(id));
    for (const organization_id of [null, 'org_a', 'org_b']) {
      const { id: roleId } = await this.roles.create(owner, {
        name: `of ${organization_id}`,
        permissions: ['usage:read'],
        organization_id,
      });
      this.roleIds.push(roleId);
      const bodies = [
        { role_id: 'admin', expires_at: this.timeOf(30) },
        { permissions: [...POOL] },
        { permissions: POOL.slice(0, 5), expires_at: this.timeOf(10) },
      ];
      for (const body of bodies) {
        this.tokenIds.push((await this.tokens.create(owner, { name: 'x', organization_id, ...body })).id);
      }
    }
  }

  /** What everybody may do now. */
  async holdings(): Promise<Map<string, Holding>> {
    const now = this.clock.wallTime();
    const { tokens, roles } = await this.store.load(new Date(0));
    const custom = new Map(roles.map((one) => [one.id, one]));
    const live = tokens.filter(
      ({ revokedAt, expiresAt }) => revokedAt === null && (expiresAt?.getTime() ?? Infinity) > now,
    );
    return new Map(
      live.map((token) => {
        const own = token.roleId === null ? undefined : (systemRole(token.roleId) ?? custom.get(token.roleId));
        const until = token.expiresAt?.getTime() ?? Infinity;
        return [token.id, { organizationId: token.organizationId, permissions: permissionsOf(token, own), until }];
      }),
    );
  }

  owners(): Promise<number> {
    return this.store.change('all', (records) => records.countOwners());
  }

  /** Does it, or is refused. */
  async play(actor: string, holding: Holding | undefined, one: Step): Promise<boolean> {
    try {
      await this.perform(principalOf(actor, holding), one);
      this.done++;
      return true;
    } catch (error) {
      if (!(error instanceof GatewayError) || error.status >= 500) throw error;
      if (error.status === 403) this.denied++;
      return false;
    }
  }

  private async perform(actor: AdminPrincipal, one: Step): Promise<void> {
    switch (one.kind) {
      case 'create token':
        return void this.tokenIds.push(await this.createToken(actor, one));
      case 'create role':
        return void this.roleIds.push(await this.createRole(actor, one));
      case 'update token':
        return void (await this.tokens.update(actor, this.tokenAt(one.target), this.changesOf(one)));
      case 'update role':
        return void (await this.roles.update(actor, this.roleOf(one.target) ?? '', { permissions: one.permissions }));
      case 'delete token':
        return void (await this.tokens.revoke(actor, this.tokenAt(one.target)));
      case 'delete role':
        return void (await this.roles.remove(actor, this.roleOf(one.target) ?? ''));
      default:
        return this.clock.advance(one.minutes * MINUTE);
    }
  }

  private async createToken(actor: AdminPrincipal, one: StepOf<'create token'>): Promise<string> {
    const { id } = await this.tokens.create(actor, {
      name: 'x',
      role_id: this.roleOf(one.role),
      permissions: one.permissions,
      ...(one.organization !== undefined && { organization_id: one.organization }),
      expires_at: this.timeOf(one.minutes),
    });
    return id;
  }

  private async createRole(actor: AdminPrincipal, one: StepOf<'create role'>): Promise<string> {
    const { id } = await this.roles.create(actor, {
      name: `role ${this.roleIds.length}`,
      permissions: one.permissions,
      ...(one.organization !== undefined && { organization_id: one.organization }),
    });
    return id;
  }

  private changesOf({ changes }: StepOf<'update token'>): UpdateAdminTokenDto {
    return {
      ...('role' in changes && { role_id: this.roleOf(changes.role ?? null) }),
      ...('permissions' in changes && { permissions: changes.permissions ?? null }),
      ...('minutes' in changes && { expires_at: this.timeOf(changes.minutes ?? null) }),
    };
  }

  private tokenAt(at: number): string {
    return this.tokenIds[at % this.tokenIds.length] ?? '';
  }

  private roleOf(choice: string | number | null): string | null {
    return typeof choice === 'number' ? (this.roleIds[choice % Math.max(1, this.roleIds.length)] ?? 'viewer') : choice;
  }

  private timeOf(after: number | null): string | null {
    return after === null ? null : new Date(this.clock.wallTime() + after * MINUTE).toISOString();
  }
}

function principalOf(id: string, holding: Holding | undefined): AdminPrincipal {
  const { organizationId = null, permissions = new Set<string>() } = holding ?? {};
  return { id, name: 'x', organizationId, permissions };
}

/** What somebody has now that he had not before. */
interface Gain {
  readonly permissions: readonly string[];
  readonly longer: boolean;
  readonly moved: boolean;
}

function gainOf(then: Holding | undefined, now: Holding): Gain {
  const permissions = [...now.permissions].filter((permission) => !then?.permissions.has(permission));
  const longer = now.permissions.size > 0 && now.until > (then?.until ?? 0);
  return { permissions, longer, moved: then !== undefined && then.organizationId !== now.organizationId };
}

/** Whether the giver had all of it himself, there and for as long. */
function hadAll(giver: Holding | undefined, now: Holding, { permissions, longer, moved }: Gain): boolean {
  if (!giver || moved) return false;
  const within = giver.organizationId === null || giver.organizationId === now.organizationId;
  return within && permissions.every((one) => giver.permissions.has(one)) && (!longer || now.until <= giver.until);
}

/** What somebody got that its giver did not have, or that he gave himself; undefined when nobody did. */
function enlarged(
  actor: string,
  before: ReadonlyMap<string, Holding>,
  after: ReadonlyMap<string, Holding>,
): string | undefined {
  for (const [id, now] of after) {
    const gain = gainOf(before.get(id), now);
    const isNothing = gain.permissions.length === 0 && !gain.longer && !gain.moved;
    if (isNothing || (id !== actor && hadAll(before.get(actor), now, gain))) continue;
    return `${actor} gave ${id} ${JSON.stringify(gain)}`;
  }
  return undefined;
}

describe.each(ENGINES)('Privileges, on %s', (name, describeOn, make) => {
  describeOn('', () => {
    let made: TestDatabase;
    let database: Database;

    beforeAll(async () => {
      made = await make();
      const address = readDatabaseUrl(made.url);
      if (!address) throw new Error('no database');
      database = new Database(address, new ManualClock());
      await database.start();
    });
    afterAll(async () => {
      await database.close();
      await made.drop();
    });

    it('are never more than their giver had, whatever administrators do to each other', async () => {
      let done = 0;
      let denied = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fc.tuple(index, step), { minLength: 10, maxLength: 25 }), async (calls) => {
          const installation = new Installation(database);
          await installation.begin();
          let before = await installation.holdings();
          for (const [who, one] of calls) {
            const actor = installation.tokenIds[who % installation.tokenIds.length] ?? '';
            const happened = await installation.play(actor, before.get(actor), one);
            const after = await installation.holdings();
            const problem = enlarged(actor, before, after);
            if (problem !== undefined) throw new Error(`${JSON.stringify(one)}: ${problem}`);
            // A call that was refused has changed nothing.
            expect(happened || isDeepStrictEqual(after, before)).toBe(true);
            expect(await installation.owners()).toBeGreaterThan(0);
            before = after;
          }
          done += installation.done;
          denied += installation.denied;
        }),
        { numRuns: name === 'SQLite' ? 50 : 15 },
      );
      // Neither all nor nothing was refused, or this would tell nothing.
      expect(done).toBeGreaterThan(50);
      expect(denied).toBeGreaterThan(50);
    }, 120_000);
  });
});
