import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/sql';
import { UniqueConstraintViolationException } from '@mikro-orm/core';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Clock } from '../../common/time/clock.port.js';
import { Database } from '../../persistence/database.js';
import { rowsOfTenant } from '../../persistence/row-level-security.js';
import { Notices } from '../notices/notices.port.js';
import { type ControlNotice, CONTROL_TOPIC, writeNotice } from './control-notice.js';
import { type Change, TenantReader, TenantSession } from './tenant-session.js';
import type { TenantScope } from './tenant-scope.js';

/** How many versions back a follower may be; an older one reads everything. */
export const KEPT_VERSIONS = 10_000;

/** Rows of one statement; both engines limit its parameters. */
const CHUNK = 500;

type Committed = (notice: ControlNotice) => Promise<void>;

/**
 * The one way to what tenants own. Each piece of work says whose rows it may see, and is one transaction; writes happen
 * one after the other, because each begins with raising the version, so that versions commit in order.
 */
@Injectable()
export class Tenancy {
  private readonly logger = new Logger('Tenancy');
  private readonly followers: Committed[] = [];

  constructor(
    private readonly database: Database,
    private readonly notices: Notices,
    readonly clock: Clock,
  ) {}

  /** One consistent view: what others commit meanwhile is not seen. */
  read<T>(scope: TenantScope, work: (reader: TenantReader, em: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction((em) => work(new TenantReader(em, scope), em), {
      rows: rowsOfTenant(scope.organizationId),
      snapshot: true,
    });
  }

  /**
   * @param revoked ids of keys that the work takes out of use, for the nodes whose database is away
   * @throws GatewayError `conflict` (409) when a row of this name or value is there already
   */
  async write<T>(
    scope: TenantScope,
    work: (session: TenantSession, em: EntityManager) => Promise<T>,
    revoked: (result: T) => readonly string[] = () => [],
  ): Promise<T> {
    const { result, version } = await this.commit(scope, work);
    const notice = { version, revoked: revoked(result) };
    // Whoever asked may use the result at once, on this node.
    await Promise.all(this.followers.map((follow) => follow(notice).catch((error: unknown) => this.tell(error))));
    await this.notices.publish(CONTROL_TOPIC, writeNotice(notice));
    return result;
  }

  /** Is told of each of this process's writes before whoever asked is answered. */
  onCommitted(follow: Committed): void {
    this.followers.push(follow);
  }

  private async commit<T>(
    scope: TenantScope,
    work: (session: TenantSession, em: EntityManager) => Promise<T>,
  ): Promise<{ result: T; version: number }> {
    try {
      return await this.database.transaction(
        async (em) => {
          const version = await raiseVersion(em);
          const session = new TenantSession(em, scope);
          const result = await work(session, em);
          await session.settle();
          await noteChanges(em, version, session.changes);
          return { result, version };
        },
        { rows: rowsOfTenant(scope.organizationId) },
      );
    } catch (error) {
      if (!(error instanceof UniqueConstraintViolationException)) throw error;
      throw new GatewayError('conflict', 'This is there already: a value that has to be unique is in use.', {
        cause: error,
      });
    }
  }

  private tell(error: unknown): void {
    this.logger.warn({ err: error }, 'a change is stored, and this node has not taken it over yet');
  }
}

/** How PostgreSQL keeps one consistent view. */
export const SNAPSHOT = 'repeatable read';

async function raiseVersion(em: EntityManager): Promise<number> {
  const [row] = await em.execute<Array<{ version: number | string }>>(
    'update control_version set version = version + 1 where id = 1 returning version',
  );
  if (!row) throw new Error('The table control_version has lost its row');
  return Number(row.version);
}

async function noteChanges(em: EntityManager, version: number, changes: readonly Change[]): Promise<void> {
  const unique = new Map(changes.map((change) => [`${change.kind} ${change.id}`, change]));
  const all = [...unique.values()];
  for (let from = 0; from < all.length; from += CHUNK) {
    const some = all.slice(from, from + CHUNK);
    const values = some.flatMap(({ kind, id, organizationId }) => [version, kind, id, organizationId]);
    const rows = some.map(() => '(?, ?, ?, ?)').join(', ');
    await em.execute(`insert into control_changes (version, kind, id, organization_id) values ${rows}`, values, 'run');
  }
  await em.execute('delete from control_changes where version < ?', [version - KEPT_VERSIONS], 'run');
}
