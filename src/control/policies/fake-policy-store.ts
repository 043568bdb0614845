import { storageUnavailable } from '../../persistence/database.js';
import type { PolicyRule } from './policy.types.js';
import {
  type Change,
  type PolicyFilter,
  type PolicyPage,
  PolicyStore,
  type StoredPolicies,
  type Tenant,
} from './policy-store.port.js';

/** Keeps rules in a list, and can be away. */
export class FakePolicyStore extends PolicyStore {
  away = false;
  /** How often all rules were read. */
  reads = 0;
  private rules: PolicyRule[] = [];
  private changes = 0;

  override async version(): Promise<number> {
    this.assertThere();
    return this.changes;
  }

  override async all(): Promise<StoredPolicies> {
    this.assertThere();
    this.reads += 1;
    return { version: this.changes, rules: [...this.rules] };
  }

  override async find(tenant: Tenant, id: string): Promise<PolicyRule | undefined> {
    this.assertThere();
    return this.of(tenant).find((rule) => rule.id === id);
  }

  override async list(tenant: Tenant, filter: PolicyFilter, page: PolicyPage): Promise<PolicyRule[] | undefined> {
    this.assertThere();
    const rules = this.of(tenant).toSorted(
      (one, other) => other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1),
    );
    const from = page.after === undefined ? 0 : rules.findIndex(({ id }) => id === page.after) + 1;
    if (page.after !== undefined && from === 0) return undefined;
    return rules
      .slice(from)
      .filter(({ scope }) => filter.scope === undefined || scope === filter.scope)
      .filter(({ scopeId }) => filter.scopeId === undefined || scopeId === filter.scopeId)
      .slice(0, page.limit + 1);
  }

  override async insert(_tenant: Tenant, rule: PolicyRule, most: number): Promise<boolean> {
    this.assertThere();
    this.changes += 1;
    const { organizationId, scope, scopeId } = rule;
    const same = this.rules.filter(
      (one) => one.organizationId === organizationId && one.scope === scope && one.scopeId === scopeId,
    );
    if (same.length >= most) return false;
    this.rules.push(rule);
    return true;
  }

  override async replace(tenant: Tenant, rule: PolicyRule, before: Date): Promise<Change> {
    this.assertThere();
    this.changes += 1;
    const stored = this.of(tenant).find(({ id }) => id === rule.id);
    if (!stored) return 'not_found';
    if (stored.updatedAt.getTime() !== before.getTime()) return 'conflict';
    this.rules = this.rules.map((one) => (one === stored ? rule : one));
    return 'done';
  }

  override async remove(tenant: Tenant, id: string): Promise<boolean> {
    this.assertThere();
    this.changes += 1;
    const stored = this.of(tenant).find((rule) => rule.id === id);
    this.rules = this.rules.filter((rule) => rule !== stored);
    return stored !== undefined;
  }

  private of(tenant: Tenant): PolicyRule[] {
    return this.rules.filter(({ organizationId }) => tenant === null || organizationId === tenant);
  }

  private assertThere(): void {
    if (this.away) throw storageUnavailable();
  }
}
