import type { EntityManager } from '@mikro-orm/sql';
import { RoleRow } from '../auth/store/role.entity.js';
import type { Level } from '../contract/level.types.js';
import { PolicyRow } from '../policies/policy.entity.js';
import { declaredPriceFields } from '../pricing/declared-prices.port.js';
import { PriceOverrideRow } from '../pricing/overrides/price-override.entity.js';
import {
  BUDGET,
  CUSTOMER,
  KEY_SECRET,
  type Kind,
  ORGANIZATION,
  PROJECT,
  RATE_LIMIT,
  TEAM,
  USER,
  VIRTUAL_KEY,
} from '../tenancy/kinds.js';
import type { TenantRow } from '../tenancy/tenant-columns.js';
import { lastOf, levelAddress, partAddress } from './addresses.js';
import {
  budgetFields,
  type LevelColumns,
  levelFields,
  limitFields,
  policyFields,
  type References,
  roleFields,
} from './item-fields.js';
import type { StoredItem } from './item.types.js';

/** Rows are only compared, so nothing of them is kept. */
const PLAIN = { disableIdentityMap: true } as const;
const OWN = { managedBy: 'file' } as const;

/** Everything in the database that the file owns. The caller's transaction has said whose rows it may see. */
export async function storedItems(em: EntityManager): Promise<StoredItem[]> {
  const reading = new StoredReading(em);
  await reading.readLevels();
  await reading.readTerms();
  await reading.readRules();
  return reading.items;
}

type OwnRow = TenantRow & LevelColumns;

class StoredReading {
  readonly items: StoredItem[] = [];
  /** Addresses of levels by id. */
  private readonly addresses = new Map<string, string>();

  constructor(private readonly em: EntityManager) {}

  /** Each after those that it refers to. */
  async readLevels(): Promise<void> {
    for (const row of await this.own(ORGANIZATION)) this.addLevel('organization', row, {});
    for (const row of await this.own(CUSTOMER)) this.addLevel('customer', row, {});
    for (const row of await this.own(TEAM)) {
      this.addLevel('team', row, { customer: this.nameOf(row.customerId) });
    }
    for (const row of await this.own(PROJECT)) {
      this.addLevel('project', row, { team: this.nameOf(row.teamId), customer: this.nameOf(row.customerId) });
    }
    for (const row of await this.own(USER)) this.addLevel('user', row, {});
    const digests = await this.digests();
    for (const row of await this.own(VIRTUAL_KEY)) {
      const references = {
        customer: this.nameOf(row.customerId),
        team: this.nameOf(row.teamId),
        project: this.nameOf(row.projectId),
        user: this.nameOf(row.userId),
      };
      this.addLevel('virtual_key', row, references, { value: digests.get(row.id) ?? null });
    }
  }

  async readTerms(): Promise<void> {
    for (const row of await this.own(BUDGET)) {
      const { id, organizationId } = row;
      this.items.push({
        kind: 'budget',
        address: partAddress(this.addresses.get(row.levelId) ?? row.levelId, 'budgets', row.declaredKey ?? id),
        id,
        organizationId,
        fields: budgetFields(row),
      });
    }
    for (const row of await this.own(RATE_LIMIT)) {
      const { id, organizationId } = row;
      this.items.push({
        kind: 'rate_limit',
        address: partAddress(this.addresses.get(row.levelId) ?? row.levelId, 'rate_limits', row.declaredKey ?? id),
        id,
        organizationId,
        fields: limitFields(row),
      });
    }
  }

  async readRules(): Promise<void> {
    const roles = await this.em.find(RoleRow, OWN, PLAIN);
    const policies = await this.em.find(PolicyRow, OWN, PLAIN);
    const prices = await this.em.find(PriceOverrideRow, OWN, PLAIN);
    for (const row of roles) this.items.push({ kind: 'role', ...placeOf(row), fields: roleFields(row) });
    for (const row of policies) this.items.push({ kind: 'policy', ...placeOf(row), fields: policyFields(row) });
    for (const row of prices) {
      this.items.push({ kind: 'price_override', ...placeOf(row), fields: declaredPriceFields(row) });
    }
  }

  private own<T extends TenantRow>(kind: Kind<T>): Promise<T[]> {
    return this.em.find(kind.entity, kind.where(OWN), PLAIN);
  }

  private async digests(): Promise<Map<string, string>> {
    const rows = await this.own(KEY_SECRET);
    return new Map(rows.map(({ keyId, digest }) => [keyId, digest]));
  }

  private addLevel(
    level: Level,
    row: OwnRow,
    references: References,
    secret: Record<string, string | null> = {},
  ): void {
    const { id, organizationId } = row;
    const organization = level === 'organization' ? null : (this.addresses.get(organizationId) ?? organizationId);
    const address = levelAddress(level, row.declaredKey ?? id, organization);
    this.addresses.set(id, address);
    const fields = { ...levelFields(level, row, references), ...secret };
    this.items.push({ kind: level, address, id, organizationId, fields });
  }

  /** The name that the file has for something that is referred to. */
  private nameOf(id: string | null | undefined): string | null {
    if (id === null || id === undefined) return null;
    return lastOf(this.addresses.get(id) ?? id);
  }
}

function placeOf(row: { id: string; organizationId?: string | null; declaredKey?: string | null }) {
  return { address: row.declaredKey ?? row.id, id: row.id, organizationId: row.organizationId ?? null };
}
