import { Injectable } from '@nestjs/common';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Database } from '../../persistence/database.js';
import { noteChange } from '../../persistence/noted-changes.js';
import { rowsOfTenant } from '../../persistence/row-level-security.js';
import { PolicyRow } from './policy.entity.js';
import { fromRow, toRow } from './policy-rows.js';
import type { PolicyRule } from './policy.types.js';
import {
  type Change,
  type PolicyFilter,
  type PolicyPage,
  PolicyStore,
  type StoredPolicies,
  type Tenant,
} from './policy-store.port.js';
import { PolicyVersionRow } from './policy-version.entity.js';

/** The rules in the gateway's database. */
@Injectable()
export class OrmPolicyStore extends PolicyStore {
  constructor(private readonly database: Database) {
    super();
  }

  override version(): Promise<number> {
    return this.database.run(versionIn);
  }

  override all(): Promise<StoredPolicies> {
    return this.database.within('all', async (em) => {
      // The version first: rules that are newer than it are read once more, and none is missed.
      const version = await versionIn(em);
      const rows = await em.find(PolicyRow, {}, PLAIN);
      return { version, rules: rows.map(fromRow) };
    });
  }

  override find(tenant: Tenant, id: string): Promise<PolicyRule | undefined> {
    return this.database.within(rowsOfTenant(tenant), async (em) => {
      const row = await em.findOne(PolicyRow, within(tenant, { id }), PLAIN);
      return row ? fromRow(row) : undefined;
    });
  }

  override list(tenant: Tenant, filter: PolicyFilter, { limit, after }: PolicyPage): Promise<PolicyRule[] | undefined> {
    return this.database.within(rowsOfTenant(tenant), async (em) => {
      const conditions: Array<FilterQuery<PolicyRow>> = [within(tenant, filter)];
      if (after !== undefined) {
        const last = await em.findOne(PolicyRow, within(tenant, { id: after }), PLAIN);
        if (!last) return undefined;
        const { createdAt, id } = last;
        conditions.push({ $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] });
      }
      const order = { orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 } as const;
      return (await em.find(PolicyRow, { $and: conditions }, { ...PLAIN, ...order })).map(fromRow);
    });
  }

  override insert(tenant: Tenant, rule: PolicyRule, most: number): Promise<boolean> {
    return this.write(tenant, async (em) => {
      // First, because it is the lock under which the rules are counted.
      await bump(em);
      const { organizationId, scope, scopeId } = rule;
      if ((await em.count(PolicyRow, { organizationId, scope, scopeId })) >= most) return false;
      await em.insert(PolicyRow, toRow(rule));
      noteChange(em, { verb: 'create', kind: KIND, id: rule.id, organizationId });
      return true;
    });
  }

  override replace(tenant: Tenant, rule: PolicyRule, before: Date): Promise<Change> {
    return this.write(tenant, async (em) => {
      await bump(em);
      const { id, ...changes } = toRow(rule);
      const changed = await em.nativeUpdate(PolicyRow, within(tenant, { id, updatedAt: before }), changes);
      if (changed > 0) {
        noteChange(em, { verb: 'update', kind: KIND, id, organizationId: rule.organizationId });
        return 'done';
      }
      return (await em.count(PolicyRow, within(tenant, { id }))) > 0 ? 'conflict' : 'not_found';
    });
  }

  override remove(tenant: Tenant, id: string): Promise<boolean> {
    return this.write(tenant, async (em) => {
      await bump(em);
      const row = await em.findOne(PolicyRow, within(tenant, { id }), PLAIN);
      if (!row) return false;
      await em.nativeDelete(PolicyRow, { id });
      noteChange(em, { verb: 'delete', kind: KIND, id, organizationId: row.organizationId ?? null });
      return true;
    });
  }

  private write<T>(tenant: Tenant, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work, { rows: rowsOfTenant(tenant) });
  }
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;

/** In the audit log. */
const KIND = 'policy';

const VERSION_ID = 1;
/** The row is locked until the transaction ends, so that versions are seen in the order of their changes. */
const BUMP = `
  insert into policy_versions (id, version) values (${VERSION_ID}, 1)
  on conflict (id) do update set version = policy_versions.version + 1`;

async function bump(em: EntityManager): Promise<void> {
  await em.execute(BUMP, [], 'run');
}

async function versionIn(em: EntityManager): Promise<number> {
  const row = await em.findOne(PolicyVersionRow, { id: VERSION_ID }, PLAIN);
  return row?.version ?? 0;
}

/** The one place where a tenant's border is drawn. */
function within(tenant: Tenant, condition: FilterQuery<PolicyRow>): FilterQuery<PolicyRow> {
  return tenant === null ? condition : { $and: [condition, { organizationId: tenant }] };
}
