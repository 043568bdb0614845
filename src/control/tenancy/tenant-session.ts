import type { EntityManager } from '@mikro-orm/sql';
import type { FilterQuery } from '@mikro-orm/core';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { noteChange, type NotedChange } from '../../persistence/noted-changes.js';
import { isStorableText } from './storable-text.js';
import type { Kind } from './kinds.js';
import { TENANT_FILTER, type TenantRow } from './tenant-columns.js';
import { sees, settingOf, type TenantScope } from './tenant-scope.js';

/** Where a page begins. */
export interface Position {
  readonly createdAt: Date;
  readonly id: string;
}

export interface Change {
  readonly kind: string;
  readonly id: string;
  readonly organizationId: string;
}

/** Rows as one scope sees them, within one transaction. What belongs to others is as if it were not there. */
export class TenantReader {
  constructor(
    protected readonly em: EntityManager,
    readonly scope: TenantScope,
  ) {
    em.setFilterParams(TENANT_FILTER, { organizationId: settingOf(scope) });
  }

  async find<T extends TenantRow>(kind: Kind<T>, id: string): Promise<T | undefined> {
    if (!isStorableText(id)) return undefined;
    return (await this.em.findOne(kind.entity, kind.where({ id }))) ?? undefined;
  }

  /** @throws GatewayError `not_found` (404), also for what belongs to another organisation */
  async get<T extends TenantRow>(kind: Kind<T>, id: string, param: string | null = null): Promise<T> {
    const row = await this.find(kind, id);
    if (row) return row;
    const shown = isStorableText(id) ? ` with the id '${id}'` : ' with this id';
    throw new GatewayError('not_found', `There is no ${kind.name.replaceAll('_', ' ')}${shown}.`, { param });
  }

  all<T extends TenantRow>(kind: Kind<T>, own?: FilterQuery<T>): Promise<T[]> {
    return this.em.find(kind.entity, kind.where({}, own));
  }

  /** The newest first, after a position, at most `limit`. */
  async page<T extends TenantRow>(
    kind: Kind<T>,
    own: FilterQuery<T> | undefined,
    after: Position | undefined,
    limit: number,
  ): Promise<T[]> {
    const common = after
      ? { $or: [{ createdAt: { $lt: after.createdAt } }, { createdAt: after.createdAt, id: { $lt: after.id } }] }
      : {};
    return this.em.find(kind.entity, kind.where(common, own), { orderBy: kind.newestFirst, limit });
  }
}

/** A reader that also writes, and remembers what it changed. */
export class TenantSession extends TenantReader {
  readonly changes: Change[] = [];

  async insert<T extends TenantRow>(kind: Kind<T>, row: T): Promise<T> {
    // The filter is about reading; on PostgreSQL the policy would refuse it too.
    if (!sees(this.scope, row.organizationId)) throw new Error(`${kind.name} of another organisation`);
    await this.em.insert(kind.entity, row);
    this.note('create', kind, row);
    return row;
  }

  /** Changes a row that this session gave. */
  async update<T extends TenantRow>(kind: Kind<T>, row: T, changes: Partial<T>): Promise<T> {
    if (changes.organizationId !== undefined && changes.organizationId !== row.organizationId) {
      throw new Error('No row changes its organisation');
    }
    Object.assign(row, changes);
    await this.em.flush();
    this.note('update', kind, row);
    return row;
  }

  /** Removes a row that this session gave, when its work is done. */
  remove<T extends TenantRow>(kind: Kind<T>, row: T): void {
    this.em.remove(row);
    this.note('delete', kind, row);
  }

  /** Does now what `remove` left for later, so that something of the same name can take its place. */
  async settle(): Promise<void> {
    await this.em.flush();
  }

  private note<T extends TenantRow>(verb: NotedChange['verb'], kind: Kind<T>, { id, organizationId }: T): void {
    this.changes.push({ kind: kind.name, id, organizationId });
    noteChange(this.em, { verb, kind: kind.name, id, organizationId });
  }
}
