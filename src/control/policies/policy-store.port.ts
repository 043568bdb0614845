import type { PolicyRule, PolicyScope } from './policy.types.js';

/** Whose rules somebody sees: those of one organisation, or all, for administrators of the installation (null). */
export type Tenant = string | null;

export interface PolicyFilter {
  readonly scope?: PolicyScope;
  readonly scopeId?: string;
}

export interface PolicyPage {
  readonly limit: number;
  /** Id of the rule after which the page begins. */
  readonly after?: string;
}

export interface StoredPolicies {
  /** Of the rules, or of an earlier moment than theirs. */
  readonly version: number;
  readonly rules: readonly PolicyRule[];
}

/** What became of a change. */
export type Change = 'done' | 'not_found' | 'conflict';

/**
 * Where the rules are kept. What belongs to another tenant is not found. The class is the injection token.
 * @throws GatewayError `storage_unavailable` (503) from each method while the database is away
 */
export abstract class PolicyStore {
  /** Goes up with every change of any rule; 0 before the first. */
  abstract version(): Promise<number>;
  /** All rules of all tenants, for the nodes' snapshots. */
  abstract all(): Promise<StoredPolicies>;

  abstract find(tenant: Tenant, id: string): Promise<PolicyRule | undefined>;
  /** From the newest to the oldest, one more than the limit where there are more; undefined when `after` is not found. */
  abstract list(tenant: Tenant, filter: PolicyFilter, page: PolicyPage): Promise<PolicyRule[] | undefined>;
  /** @returns false when the scope has as many rules as it may have */
  abstract insert(tenant: Tenant, rule: PolicyRule, most: number): Promise<boolean>;
  /** Writes a rule over the one that was read at `before`; `conflict` when somebody else has written since. */
  abstract replace(tenant: Tenant, rule: PolicyRule, before: Date): Promise<Change>;
  abstract remove(tenant: Tenant, id: string): Promise<boolean>;
}
