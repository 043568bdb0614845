import { Injectable } from '@nestjs/common';
import type { FilterQuery } from '@mikro-orm/core';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import type { Level } from '../contract/level.types.js';
import { type RawQuery, readPageQuery } from '../../common/http/query.js';
import { assertOwnedByApi, scopeOf } from './admin-scope.js';
import { type DeletedAnswer, type EntityAnswer, listAnswer, type ListAnswer } from './entity-answer.js';
import { newId } from './entity-id.js';
import type { Kind } from './kinds.js';
import { isLevel, levelRow } from './levels.js';
import { Tenancy } from './tenancy.js';
import type { TenantRow } from './tenant-columns.js';

/** A row that binds one entity of the hierarchy. */
export type TermRow = TenantRow & { level: string; levelId: string };

/** What budgets and rate limits have in common. */
@Injectable()
export abstract class TermService<T extends TermRow, A extends EntityAnswer> {
  protected abstract readonly kind: Kind<T>;
  protected abstract readonly what: string;

  constructor(protected readonly tenancy: Tenancy) {}

  protected abstract present(row: T): A;
  protected abstract byLevel(filters: Readonly<Record<string, string>>): FilterQuery<T>;

  list(admin: AdminPrincipal, raw: RawQuery): Promise<ListAnswer<A>> {
    const own = admin.organizationId === null ? ['organization_id'] : [];
    return this.tenancy.read(scopeOf(admin), async (reader) => {
      const { limit, after, filters } = readPageQuery(raw, ['level', 'level_id', ...own]);
      const { organization_id: organizationId, ...others } = filters;
      const position = after === undefined ? undefined : await reader.get(this.kind, after, 'after');
      const where = this.kind.where(organizationId === undefined ? {} : { organizationId }, this.byLevel(others));
      return listAnswer(await reader.page(this.kind, where, position, limit + 1), limit, (row) => this.present(row));
    });
  }

  retrieve(admin: AdminPrincipal, id: string): Promise<A> {
    return this.tenancy.read(scopeOf(admin), async (reader) => this.present(await reader.get(this.kind, id)));
  }

  remove(admin: AdminPrincipal, id: string): Promise<DeletedAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const row = await session.get(this.kind, id);
      assertOwnedByApi(row, this.what);
      session.remove(this.kind, row);
      return { id, object: `${this.kind.name}.deleted`, deleted: true };
    });
  }

  protected addTo(
    admin: AdminPrincipal,
    target: { level: Level; level_id: string; organization_id?: string | null },
    complete: (row: TermRow) => T,
  ): Promise<A> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const level = await levelRow(session, target.level, target.level_id, 'level_id');
      if ((target.organization_id ?? level.organizationId) !== level.organizationId) {
        throw new GatewayError('not_found', `There is no such ${target.level}.`, { param: 'level_id' });
      }
      const row = complete({
        id: newId(this.kind.prefix),
        organizationId: level.organizationId,
        managedBy: 'api',
        declaredKey: null,
        createdAt: this.now,
        updatedAt: this.now,
        level: target.level,
        levelId: level.id,
      });
      return this.present(await session.insert(this.kind, row));
    });
  }

  protected change(admin: AdminPrincipal, id: string, changes: (row: T) => Partial<T>): Promise<A> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const row = await session.get(this.kind, id);
      assertOwnedByApi(row, this.what);
      return this.present(await session.update(this.kind, row, changes(row)));
    });
  }

  protected get now(): Date {
    return new Date(this.tenancy.clock.wallTime());
  }
}

/** The conditions of `level` and `level_id`. @throws GatewayError (400) for a level that there is not */
export function levelConditions(filters: Readonly<Record<string, string>>): { level?: string; levelId?: string } {
  const { level, level_id: levelId } = filters;
  if (level !== undefined && !isLevel(level)) {
    throw new GatewayError('invalid_value', `There is no level '${level.slice(0, 64)}'.`, { param: 'level' });
  }
  return { ...(level !== undefined && { level }), ...(levelId !== undefined && { levelId }) };
}

/** What is given over what is there; `null` is the default, as if it had never been given. */
export function merged<D extends object>(before: D, changes: Partial<D>): D {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}
