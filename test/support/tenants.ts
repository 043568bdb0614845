import type { Admin } from './admins.js';
import type { Entity, Governed, HeldKey } from './governed.js';

/** One of each thing that an organisation can have, by the words that a route's path has for it. */
export interface Tenant {
  readonly organization: Entity;
  /** Who may do everything in it, and nothing outside. */
  readonly admin: Admin;
  readonly customer: Entity;
  readonly team: Entity;
  readonly project: Entity;
  readonly user: Entity;
  readonly key: HeldKey;
  readonly budget: Entity;
  readonly limit: Entity;
  readonly policy: Entity;
  readonly price: Entity;
  readonly role: Entity;
  readonly token: Entity;
}

/** Makes an organisation in which there is one of everything. */
export async function makeTenant(governed: Governed, name: string): Promise<Tenant> {
  const organization = await governed.make('organizations', { name });
  const organization_id = organization.id;
  const admin = await governed.owner.make({ name: `of ${name}`, role_id: 'owner', organization_id });
  const make = <T extends Entity = Entity>(path: string, body: Record<string, unknown>) =>
    governed.make<T>(path, body, admin);
  const customer = await make('customers', { name: `customer of ${name}` });
  const team = await make('teams', { name: `team of ${name}`, customer_id: customer.id });
  const project = await make('projects', { name: `project of ${name}`, team_id: team.id });
  const user = await make('users', { name: `user of ${name}`, email: `ada@${name}.example` });
  await make(`teams/${team.id}/members`, { user_id: user.id });
  const key = await governed.key({ team_id: team.id, user_id: user.id, project_id: project.id }, admin);
  const of = { level: 'team', level_id: team.id };
  return {
    organization,
    admin,
    customer,
    team,
    project,
    user,
    key,
    budget: await make('budgets', { ...of, name: `budget of ${name}`, amount_usd: '50.00', period: 'month' }),
    limit: await make('rate-limits', { ...of, metric: 'requests', limit: 1_000, window: '1m' }),
    policy: await make('policies', {
      name: `policy of ${name}`,
      expression: 'input_tokens > 1000000',
      effect: 'deny',
      scope: 'team',
      scope_id: team.id,
    }),
    // Whoever is billed sets no price.
    price: await governed.make('prices/overrides', {
      organization_id,
      provider: 'cerebras',
      model: `model-of-org-${name}`,
      input_usd_per_million: '1.00',
      output_usd_per_million: '2.00',
    }),
    role: await make('roles', { name: `role of ${name}`, permissions: ['teams:read'] }),
    token: await make('admin-tokens', { name: `token of ${name}`, role_id: 'viewer' }),
  };
}

/** Ids, names and all that tells of a tenant. */
export function tracesOf(tenant: Tenant): string[] {
  const { admin, ...things } = tenant;
  const texts = Object.values(things).flatMap(({ id, name }) => [id, ...(typeof name === 'string' ? [name] : [])]);
  return [admin.id, ...texts].filter((text) => text !== 'key' && text !== 'Monthly');
}

type Body = Readonly<Record<string, unknown>>;
type Thing = Exclude<keyof Tenant, 'admin'>;

export interface IdRoute {
  /** What its ids are of, in the order of the path. */
  readonly ids: readonly Thing[];
  readonly body?: Body;
  /** Why nobody's call of it succeeds in this test, although the ids are his own. */
  readonly own?: number;
}

const CHANGE: Body = { name: 'changed' };

/** Each administrator's route that takes an id. What deletes comes last, and what others stand on at the very end. */
export const ID_ROUTES: Readonly<Record<string, IdRoute>> = {
  'GET organizations/:id': { ids: ['organization'] },
  'PATCH organizations/:id': { ids: ['organization'], body: CHANGE },
  'GET customers/:id': { ids: ['customer'] },
  'PATCH customers/:id': { ids: ['customer'], body: CHANGE },
  'GET teams/:id': { ids: ['team'] },
  'PATCH teams/:id': { ids: ['team'], body: CHANGE },
  'GET teams/:id/members': { ids: ['team'] },
  // Whoever is a member already stays one.
  'POST teams/:id/members': { ids: ['team'], body: { user_id: ':user' } },
  'DELETE teams/:id/members/:userId': { ids: ['team', 'user'] },
  'GET projects/:id': { ids: ['project'] },
  'PATCH projects/:id': { ids: ['project'], body: CHANGE },
  'GET users/:id': { ids: ['user'] },
  'PATCH users/:id': { ids: ['user'], body: CHANGE },
  'GET virtual-keys/:id': { ids: ['key'] },
  'PATCH virtual-keys/:id': { ids: ['key'], body: CHANGE },
  'POST virtual-keys/:id/rotate': { ids: ['key'], body: {} },
  'GET budgets/:id': { ids: ['budget'] },
  'PATCH budgets/:id': { ids: ['budget'], body: CHANGE },
  'GET rate-limits/:id': { ids: ['limit'] },
  'PATCH rate-limits/:id': { ids: ['limit'], body: { limit: 7 } },
  'GET policies/:id': { ids: ['policy'] },
  'PATCH policies/:id': { ids: ['policy'], body: CHANGE },
  'GET prices/overrides/:id': { ids: ['price'] },
  'PATCH prices/overrides/:id': { ids: ['price'], body: { note: 'changed' }, own: 403 },
  'GET roles/:id': { ids: ['role'] },
  'PATCH roles/:id': { ids: ['role'], body: CHANGE },
  'GET admin-tokens/:id': { ids: ['token'] },
  'PATCH admin-tokens/:id': { ids: ['token'], body: CHANGE },
  'POST virtual-keys/:id/revoke': { ids: ['key'], body: {} },
  'DELETE virtual-keys/:id': { ids: ['key'] },
  'DELETE budgets/:id': { ids: ['budget'] },
  'DELETE rate-limits/:id': { ids: ['limit'] },
  'DELETE policies/:id': { ids: ['policy'] },
  'DELETE prices/overrides/:id': { ids: ['price'], own: 403 },
  'DELETE roles/:id': { ids: ['role'] },
  'DELETE admin-tokens/:id': { ids: ['token'] },
  'DELETE projects/:id': { ids: ['project'] },
  'DELETE users/:id': { ids: ['user'] },
  'DELETE teams/:id': { ids: ['team'] },
  'DELETE customers/:id': { ids: ['customer'] },
  // Who administers an organisation may not take it away: the installation's administrators may.
  'DELETE organizations/:id': { ids: ['organization'], own: 403 },
};

/** A route's path with ids in the place of its parameters. */
export function withIds(path: string, ids: readonly string[]): string {
  let next = 0;
  return path.replaceAll(/:\w+/g, () => ids[next++] ?? '');
}

/** A route's body, in which `:thing` stands for an id. */
export function bodyOf({ body }: IdRoute, tenant: Tenant): Body | undefined {
  return body && Object.fromEntries(Object.entries(body).map(([name, value]) => [name, idIn(value, tenant)]));
}

function idIn(value: unknown, tenant: Tenant): unknown {
  return value === ':user' ? tenant.user.id : value;
}
