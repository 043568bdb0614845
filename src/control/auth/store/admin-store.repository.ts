import { Injectable } from '@nestjs/common';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Database } from '../../../persistence/database.js';
import { KnownOrganizations } from '../known-organizations.port.js';
import type { AdminRecords, AdminToken, Page, PageQuery, Role, TenantScope } from './admin-records.types.js';
import { AdminStateRow } from './admin-state.entity.js';
import { AdminStore, type AdminTransaction } from './admin-store.port.js';
import { AdminTokenRow } from './admin-token.entity.js';
import { OrmAdminTransaction } from './admin-transaction.js';
import { raiseVersion, STATE } from './admin-version.js';
import { isId, roleOf, tokenOf } from './row-mapping.js';
import { RoleRow } from './role.entity.js';

/** Tokens and roles in the gateway's database. */
@Injectable()
export class OrmAdminStore extends AdminStore {
  constructor(
    private readonly database: Database,
    private readonly organizations: KnownOrganizations,
  ) {
    super();
  }

  override version(): Promise<number> {
    return this.database.run(versionOf);
  }

  override load(revokedSince: Date): Promise<AdminRecords> {
    return this.database.within('all', async (em) => {
      // First: what changes while the rest is read has another version, and is read again.
      const version = await versionOf(em);
      const roles = await em.find(RoleRow, {}, PLAIN);
      const recent = { $or: [{ revokedAt: null }, { revokedAt: { $gte: revokedSince } }] };
      const tokens = await em.find(AdminTokenRow, recent, PLAIN);
      return { version, roles: roles.map(roleOf), tokens: tokens.map(tokenOf) };
    });
  }

  override change<T>(scope: TenantScope, work: (records: AdminTransaction) => Promise<T>): Promise<T> {
    return this.database.transaction(
      async (em) => {
        await raiseVersion(em);
        return work(new OrmAdminTransaction(em, this.organizations));
      },
      { rows: scope },
    );
  }

  override token(scope: TenantScope, id: string): Promise<AdminToken | undefined> {
    if (!isId(id)) return Promise.resolve(undefined);
    return this.database.within(scope, async (em) => {
      const row = await em.findOne(AdminTokenRow, { $and: [{ id }, within(scope)] }, PLAIN);
      return row ? tokenOf(row) : undefined;
    });
  }

  override tokens(scope: TenantScope, { limit, after }: PageQuery): Promise<Page<AdminToken> | undefined> {
    if (after !== undefined && !isId(after)) return Promise.resolve(undefined);
    return this.database.within(scope, async (em) => {
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
    return this.database.within(scope, async (em) => {
      const rows = await em.find(RoleRow, visible, { ...PLAIN, orderBy: { createdAt: 'desc', id: 'desc' } });
      return rows.map(roleOf);
    });
  }

  override async noteUse(uses: ReadonlyMap<string, Date>): Promise<void> {
    for (const [id, lastUsedAt] of uses) {
      const earlier = { $or: [{ lastUsedAt: null }, { lastUsedAt: { $lt: lastUsedAt } }] };
      // Each by itself: two nodes that lock the same tokens in another order would wait for each other for ever.
      await this.database.within('all', (em) =>
        em.nativeUpdate(AdminTokenRow, { $and: [{ id }, earlier] }, { lastUsedAt }),
      );
    }
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
