import { Injectable } from '@nestjs/common';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Database } from '../../../persistence/database.js';
import type { AdminRecords, AdminToken, Page, PageQuery, Role, TenantScope } from './admin-records.types.js';
import { AdminStateRow } from './admin-state.entity.js';
import { AdminStore, type AdminTransaction } from './admin-store.port.js';
import { AdminTokenRow } from './admin-token.entity.js';
import { OrmAdminTransaction, STATE } from './admin-transaction.js';
import { isId, roleOf, tokenOf } from './row-mapping.js';
import { RoleRow } from './role.entity.js';

/** Tokens and roles in the gateway's database. */
@Injectable()
export class OrmAdminStore extends AdminStore {
  constructor(private readonly database: Database) {
    super();
  }

  override version(): Promise<number> {
    return this.database.run(versionOf);
  }

  override load(revokedSince: Date): Promise<AdminRecords> {
    return this.database.run(async (em) => {
      // First: what changes while the rest is read has another version, and is read again.
      const version = await versionOf(em);
      const roles = await em.find(RoleRow, {}, PLAIN);
      const recent = { $or: [{ revokedAt: null }, { revokedAt: { $gte: revokedSince } }] };
      const tokens = await em.find(AdminTokenRow, recent, PLAIN);
      return { version, roles: roles.map(roleOf), tokens: tokens.map(tokenOf) };
    });
  }

  override change<T>(work: (records: AdminTransaction) => Promise<T>): Promise<T> {
    return this.database.transaction(async (em) => {
      await em.upsert(AdminStateRow, { ...STATE, version: 0 }, { onConflictAction: 'ignore' });
      // Locks the row, so that the next change waits here until this one is over.
      await em.execute('update admin_state set version = version + 1 where id = ?', [STATE.id]);
      return work(new OrmAdminTransaction(em));
    });
  }

  override token(scope: TenantScope, id: string): Promise<AdminToken | undefined> {
    if (!isId(id)) return Promise.resolve(undefined);
    return this.database.run(async (em) => {
      const row = await em.findOne(AdminTokenRow, { $and: [{ id }, within(scope)] }, PLAIN);
      return row ? tokenOf(row) : undefined;
    });
  }

  override tokens(scope: TenantScope, { limit, after }: PageQuery): Promise<Page<AdminToken> | undefined> {
    if (after !== undefined && !isId(after)) return Promise.resolve(undefined);
    return this.database.run(async (em) => {
      const conditions: Array<FilterQuery<AdminTokenRow>> = [within(scope)];
      if (after !== undefined) {
        const last = await em.findOne(AdminTokenRow, { $and: [{ id: after }, within(scope)] }, PLAIN);
        if (!last) return undefined;
        const { createdAt, id } = last;
        conditions.push({ $or: [{ createdAt: { $lt: createdAt } }, { createdAt, id: { $lt: id } }] });
      }
      const rows = await em.find(
        AdminTokenRow,
        { $and: conditions },
        { ...PLAIN, orderBy: { createdAt: 'desc', id: 'desc' }, limit: limit + 1 },
      );
      return { data: rows.slice(0, limit).map(tokenOf), hasMore: rows.length > limit };
    });
  }

  override roles(scope: TenantScope): Promise<Role[]> {
    const visible =
      scope === 'all' ? {} : { $or: [{ organizationId: scope.organizationId }, { organizationId: null }] };
    return this.database.run(async (em) => {
      const rows = await em.find(RoleRow, visible, { ...PLAIN, orderBy: { createdAt: 'desc', id: 'desc' } });
      return rows.map(roleOf);
    });
  }

  override noteUse(uses: ReadonlyMap<string, Date>): Promise<void> {
    return this.database.run(async (em) => {
      for (const [id, lastUsedAt] of uses) {
        const earlier = { $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: lastUsedAt } }] };
        await em.nativeUpdate(AdminTokenRow, { $and: [{ id }, earlier] }, { lastUsedAt });
      }
    });
  }
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;

async function versionOf(em: EntityManager): Promise<number> {
  return (await em.findOne(AdminStateRow, STATE, PLAIN))?.version ?? 0;
}

function within(scope: TenantScope): FilterQuery<AdminTokenRow> {
  return scope === 'all' ? {} : { organizationId: scope.organizationId };
}
