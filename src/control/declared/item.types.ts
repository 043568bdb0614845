import type { Level } from '../contract/level.types.js';
import type { BudgetRow } from '../budgets/budget.entity.js';
import type { PolicyRow } from '../policies/policy.entity.js';
import type { DeclaredPriceColumns } from '../pricing/declared-prices.port.js';
import type { RateLimitRow } from '../rate-limits/rate-limit.entity.js';
import type { RoleRow } from '../auth/store/role.entity.js';
import type { Declared } from '../tenancy/declared-entities.types.js';

/** What the file can declare, each after what it may refer to. */
export const ITEM_KINDS = [
  'organization',
  'customer',
  'team',
  'project',
  'user',
  'virtual_key',
  'budget',
  'rate_limit',
  'role',
  'policy',
  'price_override',
] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

export type Value = string | number | boolean | null | readonly Value[] | { readonly [name: string]: Value };
/** In the words of the file; the value of a key is its keyed hash, and never shown. */
export type Fields = Readonly<Record<string, Value>>;

/** Something that the file declares, or did. */
export interface Item {
  readonly kind: ItemKind;
  /** Where it is declared, as `organizations/acme/teams/research`. */
  readonly address: string;
  readonly fields: Fields;
}

export interface StoredItem extends Item {
  readonly id: string;
  /** null: of the installation. */
  readonly organizationId: string | null;
}

/** By the columns of a virtual key, project or team: where the file declares what they refer to. */
export type ParentAddresses = Partial<Record<'customerId' | 'teamId' | 'projectId' | 'userId', string | null>>;

type Columns<T, K extends keyof T> = { readonly [P in K]-?: Exclude<T[P], undefined> };
export type BudgetColumns = Columns<
  BudgetRow,
  'name' | 'amount' | 'period' | 'timeZone' | 'mode' | 'thresholds' | 'models' | 'providers' | 'overrides'
>;
export type LimitColumns = Columns<RateLimitRow, 'metric' | 'limit' | 'windowMs' | 'models' | 'providers'>;
export type PolicyColumns = Columns<
  PolicyRow,
  | 'name'
  | 'description'
  | 'expression'
  | 'effect'
  | 'targetModel'
  | 'caps'
  | 'message'
  | 'priority'
  | 'enabled'
  | 'dryRun'
  | 'models'
>;
export type RoleColumns = Columns<RoleRow, 'name' | 'description' | 'permissions'>;

/** What is to be written. */
export type Content =
  | { readonly kind: 'level'; readonly declared: Declared; readonly parents: ParentAddresses }
  | { readonly kind: 'budget'; readonly level: Level; readonly of: string; readonly columns: BudgetColumns }
  | { readonly kind: 'rate_limit'; readonly level: Level; readonly of: string; readonly columns: LimitColumns }
  /** `of` is null for the installation. */
  | {
      readonly kind: 'policy';
      readonly level: Level | null;
      readonly of: string | null;
      readonly columns: PolicyColumns;
    }
  | { readonly kind: 'role'; readonly columns: RoleColumns }
  | { readonly kind: 'price_override'; readonly columns: DeclaredPriceColumns };

export interface WantedItem extends Item {
  /** Address of its organization; null: of the installation. An organization's is its own. */
  readonly organization: string | null;
  /** By which its row is found again: its name among its kind, or its address. */
  readonly declaredKey: string;
  readonly content: Content;
}

/** Unique among all items. */
export function keyOf({ kind, address }: Pick<Item, 'kind' | 'address'>): string {
  return `${kind} ${address}`;
}
