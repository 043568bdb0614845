import { type Action, ACTIONS, type Permission, type Resource, RESOURCES } from '../../../common/access/access.js';
import type { Role } from '../store/admin-records.types.js';

const READ = ['read'] as const satisfies readonly Action[];
const WRITE = ACTIONS;
/** What is there, may be changed, and is neither made nor taken away. */
const KEEP = ['read', 'update'] as const satisfies readonly Action[];

type Table = Partial<Record<Resource, readonly Action[]>>;

const EVERYTHING = onAll(WRITE);
const ALL_READ = onAll(READ);

/** The hierarchy that keys belong to. */
const HIERARCHY_READ = {
  organizations: READ,
  customers: READ,
  teams: READ,
  projects: READ,
  users: READ,
} as const satisfies Table;

/**
 * What the system's roles may do. Who may make secrets: `virtual_keys:create` (owner, admin, developer) and
 * `admin_tokens:create` (owner, admin). Who may change what a role means: `roles:*` beyond reading (owner alone).
 */
const TABLE: Readonly<Record<string, { readonly description: string; readonly permissions: Table }>> = {
  owner: { description: 'Everything.', permissions: EVERYTHING },
  admin: {
    description: 'Everything but organisations themselves, what roles mean, and the settings.',
    permissions: { ...EVERYTHING, organizations: KEEP, roles: READ, settings: READ, audit: READ },
  },
  developer: {
    description: 'Makes and changes virtual keys; sees what binds them and what they used.',
    permissions: {
      ...HIERARCHY_READ,
      virtual_keys: WRITE,
      budgets: READ,
      rate_limits: READ,
      prices: READ,
      policies: READ,
      usage: READ,
    },
  },
  viewer: {
    description: 'Sees everything but administrators, what they did, and the settings.',
    permissions: {
      ...HIERARCHY_READ,
      virtual_keys: READ,
      budgets: READ,
      rate_limits: READ,
      prices: READ,
      policies: READ,
      usage: READ,
    },
  },
  auditor: { description: 'Sees everything, and changes nothing.', permissions: ALL_READ },
  billing: {
    description: 'Sets budgets and prices; sees usage and who it belongs to.',
    permissions: {
      ...HIERARCHY_READ,
      virtual_keys: READ,
      budgets: WRITE,
      rate_limits: READ,
      prices: WRITE,
      usage: READ,
    },
  },
};

/** The roles that every installation has. Their ids are their names, and nobody can change them. */
export const SYSTEM_ROLES: readonly Role[] = Object.entries(TABLE).map(([name, { description, permissions }]) => ({
  id: name,
  organizationId: null,
  name,
  description,
  permissions: RESOURCES.flatMap((resource) =>
    (permissions[resource] ?? []).map((action): Permission => `${resource}:${action}`),
  ),
  createdBy: null,
  createdAt: null,
  updatedAt: null,
}));

/** The role that owns an installation; without a token that has it whole and for ever, nobody can repair anything. */
export const OWNER = 'owner';

function onAll(actions: readonly Action[]): Table {
  return Object.fromEntries(RESOURCES.map((resource) => [resource, actions]));
}

const BY_ID = new Map(SYSTEM_ROLES.map((role) => [role.id, role]));

export function systemRole(id: string): Role | undefined {
  return BY_ID.get(id);
}
