import type { EntityClass, FilterQuery, OrderDefinition } from '@mikro-orm/core';
import type { Resource } from '../../common/access/access.js';
import { BudgetRow } from '../budgets/budget.entity.js';
import { CustomerRow } from '../customers/customer.entity.js';
import { VirtualKeySecretRow } from '../keys/virtual-key-secret.entity.js';
import { VirtualKeyRow } from '../keys/virtual-key.entity.js';
import { OrganizationRow } from '../organizations/organization.entity.js';
import { ProjectRow } from '../projects/project.entity.js';
import { RateLimitRow } from '../rate-limits/rate-limit.entity.js';
import { TeamMemberRow } from '../teams/team-member.entity.js';
import { TeamRow } from '../teams/team.entity.js';
import { UserRow } from '../users/user.entity.js';
import type { TenantRow } from './tenant-columns.js';

/** Conditions on the columns that all kinds have. */
export interface CommonWhere {
  id?: string | { $in: string[] } | { $lt: string };
  organizationId?: string;
  managedBy?: string;
  declaredKey?: string;
  createdAt?: Date | { $lt: Date };
  $or?: CommonWhere[];
}

/** One kind of row that tenants have. */
export interface Kind<T extends TenantRow> {
  /** As in `control_changes` and in an answer's `object`. */
  readonly name: string;
  /** Of its ids. */
  readonly prefix: string;
  readonly entity: EntityClass<T>;
  /** Whose permission its writes need. */
  readonly resource: Resource;
  /** Both conditions; the ORM's types can only be satisfied where the entity is known. */
  readonly where: (common: CommonWhere, own?: FilterQuery<T>) => FilterQuery<T>;
  readonly both: (one: FilterQuery<T>, other: FilterQuery<T>) => FilterQuery<T>;
  readonly newestFirst: OrderDefinition<T>;
}

const NEWEST_FIRST = { createdAt: 'desc', id: 'desc' } as const;

export const ORGANIZATION: Kind<OrganizationRow> = {
  name: 'organization',
  prefix: 'org',
  entity: OrganizationRow,
  resource: 'organizations',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const CUSTOMER: Kind<CustomerRow> = {
  name: 'customer',
  prefix: 'cust',
  entity: CustomerRow,
  resource: 'customers',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const TEAM: Kind<TeamRow> = {
  name: 'team',
  prefix: 'team',
  entity: TeamRow,
  resource: 'teams',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const TEAM_MEMBER: Kind<TeamMemberRow> = {
  name: 'team_member',
  prefix: 'tm',
  entity: TeamMemberRow,
  resource: 'teams',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const PROJECT: Kind<ProjectRow> = {
  name: 'project',
  prefix: 'proj',
  entity: ProjectRow,
  resource: 'projects',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const USER: Kind<UserRow> = {
  name: 'user',
  prefix: 'user',
  entity: UserRow,
  resource: 'users',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const VIRTUAL_KEY: Kind<VirtualKeyRow> = {
  name: 'virtual_key',
  prefix: 'vk',
  entity: VirtualKeyRow,
  resource: 'virtual_keys',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const KEY_SECRET: Kind<VirtualKeySecretRow> = {
  name: 'virtual_key_secret',
  prefix: 'vks',
  entity: VirtualKeySecretRow,
  resource: 'virtual_keys',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const BUDGET: Kind<BudgetRow> = {
  name: 'budget',
  prefix: 'bud',
  entity: BudgetRow,
  resource: 'budgets',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
export const RATE_LIMIT: Kind<RateLimitRow> = {
  name: 'rate_limit',
  prefix: 'rl',
  entity: RateLimitRow,
  resource: 'rate_limits',
  where: (common, own = {}) => ({ $and: [common, own] }),
  both: (one, other) => ({ $and: [one, other] }),
  newestFirst: NEWEST_FIRST,
};
