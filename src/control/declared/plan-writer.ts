import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/sql';
import { noteChange, type NotedChange } from '../../persistence/noted-changes.js';
import { endAdminsOf } from '../auth/organization-end.port.js';
import { RoleRow } from '../auth/store/role.entity.js';
import { PolicyRow } from '../policies/policy.entity.js';
import { PriceOverrideRow } from '../pricing/overrides/price-override.entity.js';
import { newId } from '../tenancy/entity-id.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import { BUDGET, RATE_LIMIT } from '../tenancy/kinds.js';
import type { TenantRow } from '../tenancy/tenant-columns.js';
import type { TenantSession } from '../tenancy/tenant-session.js';
import { newValues, type Plan } from './difference.js';
import type { Fields, ItemKind, StoredItem, WantedItem } from './item.types.js';
import { LevelWriter } from './level-writer.js';

/** What other nodes have to hear of. */
export interface Written {
  /** Ids of keys and secrets that are not to be accepted any more. */
  readonly revoked: readonly string[];
  readonly kinds: ReadonlySet<ItemKind>;
}

/** Each of these has a version of its own, whose row is the lock of its writers. */
const VERSIONS: ReadonlyArray<readonly [kind: ItemKind, sql: string]> = [
  [
    'role',
    "insert into admin_state (id, version) values ('admin', 1) on conflict (id) do update set version = admin_state.version + 1",
  ],
  [
    'policy',
    'insert into policy_versions (id, version) values (1, 1) on conflict (id) do update set version = policy_versions.version + 1',
  ],
  [
    'price_override',
    "insert into price_versions (id, version) values ('overrides', 1) on conflict (id) do update set version = price_versions.version + 1",
  ],
];

/** Carries out a plan inside one transaction. */
export class PlanWriter {
  private readonly ids: Map<string, string>;
  private readonly levels: LevelWriter;

  constructor(
    private readonly session: TenantSession,
    private readonly em: EntityManager,
    hasher: KeyHasher,
    private readonly now: Date,
    stored: readonly StoredItem[],
  ) {
    // Addresses of levels are unique; nothing refers to anything else.
    this.ids = new Map(stored.map(({ address, id }) => [address, id]));
    this.levels = new LevelWriter(session, hasher, now, this.ids);
  }

  async write(plan: Plan): Promise<Written> {
    const all = [...plan.creates, ...plan.updates.map(({ wanted }) => wanted), ...plan.deletes];
    const kinds = new Set(all.map(({ kind }) => kind));
    // Its administrators go with an organisation.
    if (plan.deletes.some(({ kind }) => kind === 'organization')) kinds.add('role');
    for (const [kind, sql] of VERSIONS) if (kinds.has(kind)) await this.em.execute(sql, [], 'run');
    // What goes leaves its names and values to what comes.
    await this.remove(plan.deletes);
    await this.levels.freeValues(plan.updates);
    for (const { stored, wanted } of plan.updates) if (isLevel(wanted)) await this.levels.update(stored, wanted);
    for (const item of plan.creates) this.noteItem('create', await this.create(item), item, this.organizationOf(item));
    // Their references may be new.
    await this.levels.updateReferences();
    for (const { stored, wanted } of plan.updates) if (!isLevel(wanted)) await this.update(stored, wanted);
    this.noteOthers(plan);
    return { revoked: this.levels.revoked, kinds };
  }

  private async remove(items: readonly StoredItem[]): Promise<void> {
    for (const { kind, id } of items) {
      if (kind === 'role') await this.em.nativeDelete(RoleRow, { id });
      else if (kind === 'organization') await endAdminsOf(this.em, id, 'asbru.yaml', this.now);
      else if (kind === 'policy') await this.em.nativeDelete(PolicyRow, { id });
      else if (kind === 'price_override') await this.em.nativeDelete(PriceOverrideRow, { id });
      else if (kind === 'budget') this.session.remove(BUDGET, await this.session.get(BUDGET, id));
      else if (kind === 'rate_limit') this.session.remove(RATE_LIMIT, await this.session.get(RATE_LIMIT, id));
    }
    await this.levels.remove(items);
    await this.session.settle();
  }

  /** @returns the id of what was made */
  private async create(item: WantedItem): Promise<string> {
    const { content } = item;
    if (content.kind === 'level') {
      await this.levels.create(item, content);
      return this.idOf(item.address);
    }
    const organizationId = this.organizationOf(item);
    const times = { createdAt: this.now, updatedAt: this.now };
    const own = { managedBy: 'file', declaredKey: item.declaredKey, ...times };
    switch (content.kind) {
      case 'budget': {
        const row = { ...this.termRow(item, content, BUDGET.prefix), ...content.columns };
        return (await this.session.insert(BUDGET, row)).id;
      }
      case 'rate_limit': {
        const row = { ...this.termRow(item, content, RATE_LIMIT.prefix), ...content.columns };
        return (await this.session.insert(RATE_LIMIT, row)).id;
      }
      case 'policy': {
        const id = newId('pol');
        const scope = content.level ?? 'installation';
        const scopeId = content.of === null ? null : this.idOf(content.of);
        await this.em.insert(PolicyRow, { id, organizationId, scope, scopeId, ...content.columns, ...own });
        return id;
      }
      case 'role': {
        const id = newId('role');
        await this.em.insert(RoleRow, { id, organizationId, createdBy: 'asbru.yaml', ...content.columns, ...own });
        return id;
      }
      default: {
        const id = priceId();
        const first = { id, revision: 1, updatedBy: 'asbru.yaml' };
        await this.em.insert(PriceOverrideRow, { ...first, organizationId, ...content.columns, ...own });
        return id;
      }
    }
  }

  private async update({ id }: StoredItem, { content }: WantedItem): Promise<void> {
    const updatedAt = this.now;
    switch (content.kind) {
      case 'budget':
        await this.session.update(BUDGET, await this.session.get(BUDGET, id), { ...content.columns, updatedAt });
        return;
      case 'rate_limit':
        await this.session.update(RATE_LIMIT, await this.session.get(RATE_LIMIT, id), {
          ...content.columns,
          updatedAt,
        });
        return;
      case 'policy':
        await this.em.nativeUpdate(PolicyRow, { id }, { ...content.columns, updatedAt });
        return;
      case 'role':
        await this.em.nativeUpdate(RoleRow, { id }, { ...content.columns, updatedAt });
        return;
      case 'price_override': {
        await this.em.nativeUpdate(PriceOverrideRow, { id }, { ...content.columns, updatedAt });
        await this.em.execute('update price_overrides set revision = revision + 1 where id = ?', [id], 'run');
        return;
      }
      default:
    }
  }

  private noteOthers({ updates, deletes }: Plan): void {
    for (const { stored, wanted } of updates) {
      this.noteItem('update', stored.id, wanted, stored.organizationId, stored.fields);
    }
    for (const item of deletes) this.noteItem('delete', item.id, { ...item, fields: {} }, item.organizationId);
  }

  /** For the audit log, in the words of the file. */
  private noteItem(
    verb: NotedChange['verb'],
    id: string,
    { kind, address, fields }: { kind: ItemKind; address: string; fields: Fields },
    organizationId: string | null,
    before: Fields = {},
  ): void {
    noteChange(this.em, { verb, kind, id, organizationId, fields: { address, ...newValues(before, fields) } });
  }

  private termRow(
    { organization, declaredKey }: WantedItem,
    { level, of }: { level: string; of: string },
    prefix: string,
  ): TenantRow & { level: string; levelId: string } {
    return {
      id: newId(prefix),
      organizationId: this.idOf(organization ?? ''),
      managedBy: 'file',
      declaredKey,
      createdAt: this.now,
      updatedAt: this.now,
      level,
      levelId: this.idOf(of),
    };
  }

  private organizationOf({ organization }: WantedItem): string | null {
    return organization === null ? null : this.idOf(organization);
  }

  private idOf(address: string): string {
    const id = this.ids.get(address);
    if (id === undefined) throw new Error(`Nothing was made for ${address}`);
    return id;
  }
}

function isLevel({ content }: WantedItem): boolean {
  return content.kind === 'level';
}

/** As those of the API, which looks for no others. */
function priceId(): string {
  return `pov_${randomBytes(12).toString('hex')}`;
}
