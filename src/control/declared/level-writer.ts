import type { VirtualKeyRow } from '../keys/virtual-key.entity.js';
import type { Level } from '../contract/level.types.js';
import { declaredColumns } from '../tenancy/declared-columns.js';
import type { Declared, DeclaredParents } from '../tenancy/declared-entities.types.js';
import { newId } from '../tenancy/entity-id.js';
import type { KeyHasher } from '../tenancy/key-hasher.js';
import { BUDGET, KEY_SECRET, type Kind, RATE_LIMIT, TEAM_MEMBER, USER, VIRTUAL_KEY } from '../tenancy/kinds.js';
import { type LevelRow, withLevel } from '../tenancy/levels.js';
import { addSecret } from '../tenancy/secret-store.js';
import type { TenantRow } from '../tenancy/tenant-columns.js';
import type { TenantSession } from '../tenancy/tenant-session.js';
import { LEVELS } from '../contract/level.types.js';
import type { Content, StoredItem, WantedItem } from './item.types.js';
import { chunks } from './statements.js';

type LevelContent = Extract<Content, { kind: 'level' }>;
type Update = { readonly stored: StoredItem; readonly wanted: WantedItem };

/** Writes organisations and what is in them, keys with their secrets included. */
export class LevelWriter {
  /** Ids of keys and secrets that nobody may use any more. */
  readonly revoked: string[] = [];
  private readonly moved: Array<{ id: string; level: Level; content: LevelContent }> = [];

  /** @param ids by address; what is made is added */
  constructor(
    private readonly session: TenantSession,
    private readonly hasher: KeyHasher,
    private readonly now: Date,
    private readonly ids: Map<string, string>,
  ) {}

  async create(item: WantedItem, content: LevelContent): Promise<void> {
    const { prefix } = withLevel(content.declared.kind, (kind) => ({ prefix: kind.prefix }));
    const id = newId(prefix);
    this.ids.set(item.address, id);
    const organizationId = this.ids.get(item.organization ?? '') ?? id;
    const times = { createdAt: this.now, updatedAt: this.now };
    const own: TenantRow = { id, organizationId, managedBy: 'file', declaredKey: item.declaredKey, ...times };
    await declaredColumns(this.withParents(content), (kind, _columns, whole) => this.session.insert(kind, whole(own)));
    await this.addSecretOf(id, content.declared);
  }

  /** Leaves references to what is not made yet for later. */
  async update({ id, fields, kind }: StoredItem, { fields: after, content }: WantedItem): Promise<void> {
    if (content.kind !== 'level') return;
    this.moved.push({ id, level: content.declared.kind, content });
    if (kind !== 'virtual_key') return;
    if (fields['value'] !== after['value']) await this.addSecretOf(id, content.declared);
    if (after['disabled'] === true) this.revoked.push(id);
  }

  async updateReferences(): Promise<void> {
    for (const { id, content } of this.moved) {
      await declaredColumns(this.withParents(content), async (kind, columns, whole) => {
        const row = await this.session.get(kind, id);
        return this.session.update(kind, row, { ...whole(row), updatedAt: this.now });
      });
    }
  }

  /** Takes away what has to be unique from those that get another one: two may change places. */
  async freeValues(updates: readonly Update[]): Promise<void> {
    for (const { stored, wanted } of updates) {
      if (stored.kind === 'user' && stored.fields['email'] !== wanted.fields['email']) {
        await this.session.update(USER, await this.session.get(USER, stored.id), { email: stored.id });
      }
      if (stored.kind === 'virtual_key' && stored.fields['value'] !== wanted.fields['value']) {
        await this.endSecrets([stored.id]);
      }
    }
    await this.session.settle();
  }

  /** Keys are revoked, and stay in lists as the API's; all else goes. */
  async remove(items: readonly StoredItem[]): Promise<void> {
    const going = new Set(items.map(({ id }) => id));
    for (const part of chunks(items.filter(({ kind }) => kind === 'virtual_key'))) {
      await this.endSecrets(part.map(({ id }) => id));
    }
    for (const { kind, id } of items) if (kind === 'virtual_key') await this.revoke(id);
    for (const level of LEVELS) {
      if (level === 'virtual_key') continue;
      const own = items.filter(({ kind }) => kind === level).map(({ id }) => id);
      for (const ids of chunks(own)) await this.removeLevels(level, ids, going);
    }
  }

  private async revoke(id: string): Promise<void> {
    this.revoked.push(id);
    const row = await this.session.get(VIRTUAL_KEY, id);
    const own = { status: 'revoked', revokedAt: this.now, updatedAt: this.now };
    await this.session.update(VIRTUAL_KEY, row, { ...own, managedBy: 'api', declaredKey: null });
  }

  private async removeLevels(level: Level, ids: readonly string[], going: ReadonlySet<string>): Promise<void> {
    await withLevel(level, (kind) => this.removeRows(kind, ids));
    const $in = [...ids];
    // Keys that were revoked before hold nobody back.
    const below = { $or: [{ customerId: { $in } }, { teamId: { $in } }, { projectId: { $in } }, { userId: { $in } }] };
    const keys = await this.session.all(VIRTUAL_KEY, level === 'organization' ? { organizationId: { $in } } : below);
    for (const row of keys) {
      if (level === 'organization') await this.removeKey(row);
      else await this.session.update(VIRTUAL_KEY, row, { ...withoutGone(row, going), updatedAt: this.now });
    }
    const members = { $or: [{ teamId: { $in } }, { userId: { $in } }] };
    for (const row of await this.session.all(TEAM_MEMBER, members)) this.session.remove(TEAM_MEMBER, row);
  }

  private async removeRows<T extends LevelRow>(kind: Kind<T>, ids: readonly string[]): Promise<void> {
    const rows = await this.session.all(kind, kind.where({ id: { $in: [...ids] } }));
    for (const row of rows) this.session.remove(kind, row);
  }

  private async removeKey(row: VirtualKeyRow): Promise<void> {
    await this.endSecrets([row.id]);
    const own = { level: 'virtual_key', levelId: row.id };
    for (const budget of await this.session.all(BUDGET, own)) this.session.remove(BUDGET, budget);
    for (const limit of await this.session.all(RATE_LIMIT, own)) this.session.remove(RATE_LIMIT, limit);
    this.session.remove(VIRTUAL_KEY, row);
  }

  private async endSecrets(keyIds: readonly string[]): Promise<void> {
    for (const row of await this.session.all(KEY_SECRET, { keyId: { $in: [...keyIds] } })) {
      this.revoked.push(row.id);
      this.session.remove(KEY_SECRET, row);
    }
  }

  private async addSecretOf(id: string, declared: Declared): Promise<void> {
    if (declared.kind !== 'virtual_key') return;
    const owner = await this.session.get(VIRTUAL_KEY, id);
    await addSecret(this.session, this.hasher, owner, declared.key, this.now);
  }

  private withParents({ declared, parents }: LevelContent): Declared {
    const ids: Record<string, string | null> = {};
    for (const [column, address] of Object.entries(parents)) {
      ids[column] = address === null ? null : this.idOf(address);
    }
    const own: DeclaredParents = ids;
    return { ...declared, ...own };
  }

  private idOf(address: string): string {
    const id = this.ids.get(address);
    if (id === undefined) throw new Error(`Nothing was made for ${address}`);
    return id;
  }
}

function withoutGone(row: VirtualKeyRow, going: ReadonlySet<string>): DeclaredParents {
  const keep = (id: string | null | undefined): string | null => (id && !going.has(id) ? id : null);
  return {
    customerId: keep(row.customerId),
    teamId: keep(row.teamId),
    projectId: keep(row.projectId),
    userId: keep(row.userId),
  };
}
