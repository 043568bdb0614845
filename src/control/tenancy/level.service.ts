import type { EntityManager } from '@mikro-orm/sql';
import { Injectable } from '@nestjs/common';
import type { FilterQuery } from '@mikro-orm/core';
import type { AdminPrincipal } from '../auth/admin.port.js';
import type { Level } from '../contract/level.types.js';
import { assertOwnedByApi, demand, scopeOf } from './admin-scope.js';
import { type RawQuery, readPageQuery } from '../../common/http/query.js';
import { readCascade } from './cascade-query.js';
import { type DeletedAnswer, type EntityAnswer, listAnswer, type ListAnswer } from './entity-answer.js';
import { newId } from './entity-id.js';
import type { Kind } from './kinds.js';
import { addTerms, type InlineTerms, termsOf, type TermsAnswer } from './level-terms.js';
import type { LevelRow } from './levels.js';
import { removeLevel } from './removal.js';
import type { TenantRow } from './tenant-columns.js';
import { Tenancy } from './tenancy.js';
import type { TenantReader, TenantSession } from './tenant-session.js';

/** What all levels of the hierarchy can do: be listed, read, and removed with what belongs to them. */
@Injectable()
export abstract class LevelService<T extends LevelRow, A extends EntityAnswer> {
  protected abstract readonly kind: Kind<T>;
  protected abstract readonly level: Level;
  /** Names of the query parameters that a list may be narrowed by, and the conditions that they make. */
  protected abstract readonly filters: Readonly<Record<string, (value: string) => FilterQuery<T>>>;

  constructor(protected readonly tenancy: Tenancy) {}

  protected abstract present(row: T): A;

  async list(admin: AdminPrincipal, raw: RawQuery): Promise<ListAnswer<A>> {
    const names = Object.keys(this.filters);
    const query = readPageQuery(raw, admin.organizationId === null ? ['organization_id', ...names] : names);
    return this.tenancy.read(scopeOf(admin), async (reader) => {
      const after = query.after === undefined ? undefined : await reader.get(this.kind, query.after, 'after');
      const rows = await reader.page(this.kind, this.narrow(query.filters), after, query.limit + 1);
      return listAnswer(rows, query.limit, (row) => this.present(row));
    });
  }

  retrieve(admin: AdminPrincipal, id: string): Promise<A & TermsAnswer> {
    return this.tenancy.read(scopeOf(admin), async (reader) => this.whole(reader, await reader.get(this.kind, id)));
  }

  remove(admin: AdminPrincipal, id: string, raw: RawQuery): Promise<DeletedAnswer> {
    const cascade = readCascade(raw);
    let gone: string[] = [];
    return this.tenancy.write(
      scopeOf(admin),
      async (session, em) => {
        const row = await session.get(this.kind, id);
        await this.beforeRemoval(session, row);
        gone = await removeLevel(session, this.kind, this.level, row, {
          cascade,
          allow: (resource) => demand(admin, resource, 'delete'),
        });
        await this.removeMore(em, row, admin);
        return { id, object: `${this.kind.name}.deleted`, deleted: true } as const;
      },
      () => gone,
    );
  }

  /** Whether one may go at all. */
  protected beforeRemoval(_session: TenantSession, _row: T): Promise<void> {
    return Promise.resolve();
  }

  /** What goes with one beside the levels below it and their terms. */
  protected removeMore(_em: EntityManager, _row: T, _admin: AdminPrincipal): Promise<void> {
    return Promise.resolve();
  }

  /** Stores a new row with its budgets and limits. */
  protected async add(
    session: TenantSession,
    admin: AdminPrincipal,
    row: T,
    terms: InlineTerms,
  ): Promise<A & TermsAnswer> {
    if ((terms.budgets ?? []).length > 0) demand(admin, 'budgets', 'create');
    if ((terms.rate_limits ?? []).length > 0) demand(admin, 'rate_limits', 'create');
    await session.insert(this.kind, row);
    await addTerms(session, this.level, row, terms, row.createdAt);
    return this.whole(session, row);
  }

  /** Changes a row that the API owns. */
  protected change(admin: AdminPrincipal, id: string, changes: ChangesOf<T>): Promise<A & TermsAnswer> {
    return this.tenancy.write(scopeOf(admin), async (session) => {
      const row = await session.get(this.kind, id);
      assertOwnedByApi(row, `The ${this.kind.name.replaceAll('_', ' ')} '${row.name}'`);
      await session.update(this.kind, row, await changes(session, row));
      return this.whole(session, row);
    });
  }

  protected async whole(reader: TenantReader, row: T): Promise<A & TermsAnswer> {
    return { ...this.present(row), ...(await termsOf(reader, this.level, row.id)) };
  }

  /** The columns of a new row that all kinds have. */
  protected fresh(organizationId: string): TenantRow {
    const now = this.now;
    return {
      id: newId(this.kind.prefix),
      organizationId,
      managedBy: 'api',
      declaredKey: null,
      createdAt: now,
      updatedAt: now,
    };
  }

  protected get now(): Date {
    return new Date(this.tenancy.clock.wallTime());
  }

  private narrow(filters: Readonly<Record<string, string>>): FilterQuery<T> {
    const conditions = Object.entries(filters).map(([name, value]) =>
      name === 'organization_id' ? this.kind.where({ organizationId: value }) : (this.filters[name]?.(value) ?? {}),
    );
    return conditions.reduce((all, one) => this.kind.both(all, one), this.kind.where({}));
  }
}

export type ChangesOf<T> = (session: TenantSession, row: T) => Partial<T> | Promise<Partial<T>>;
