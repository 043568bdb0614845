import { Injectable } from '@nestjs/common';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Database } from '../../../persistence/database.js';
import { rowsOfTenant } from '../../../persistence/row-level-security.js';
import type { AuditRow } from '../audit-event.types.js';
import { AuditChainRow } from './audit-chain.entity.js';
import { AuditEventRow } from './audit-event.entity.js';

/** null: an administrator of the whole installation. */
export type Tenant = string | null;

/** What a list is narrowed by. */
export interface AuditFilter {
  readonly organizationId?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly target?: string;
  readonly from?: number;
  readonly to?: number;
}

export interface AuditPage {
  readonly rows: readonly AuditRow[];
  readonly hasMore: boolean;
}

/** The last row of a chain, as its head has it. */
export interface ChainHead {
  readonly chain: string;
  readonly seq: number;
  readonly hash: string;
}

/** Reads the audit log. Nothing here writes. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** The newest first; undefined when `after` names none. */
  page(tenant: Tenant, filter: AuditFilter, limit: number, after?: string): Promise<AuditPage | undefined> {
    return this.database.within(rowsOfTenant(tenant), async (em) => {
      const conditions = [visible(tenant), ...conditionsOf(filter)];
      if (after !== undefined) {
        const last = await em.findOne(AuditEventRow, { $and: [{ id: after }, visible(tenant)] }, PLAIN);
        if (!last) return undefined;
        const { time, id, chain, seq } = last;
        conditions.push({
          $or: [
            { time: { $lt: time } },
            // Events of one chain in one millisecond have an order too.
            { time, chain: { $lt: chain } },
            { time, chain, seq: { $lt: seq }, id: { $ne: id } },
          ],
        });
      }
      const orderBy = { time: 'desc', chain: 'desc', seq: 'desc' } as const;
      const rows = await em.find(AuditEventRow, { $and: conditions }, { ...PLAIN, orderBy, limit: limit + 1 });
      return { rows: rows.slice(0, limit).map(rowOf), hasMore: rows.length > limit };
    });
  }

  /** Heads of all chains that the tenant sees, in the order of their names; or those that changed since. */
  heads(tenant: Tenant, since?: Date): Promise<ChainHead[]> {
    return this.database.within(rowsOfTenant(tenant), async (em) => {
      const own: FilterQuery<AuditChainRow> = tenant === null ? {} : { organizationId: tenant };
      const fresh: FilterQuery<AuditChainRow> = since ? { updatedAt: { $gte: since } } : {};
      const rows = await em.find(AuditChainRow, { $and: [own, fresh] }, { ...PLAIN, orderBy: { chain: 'asc' } });
      return rows.map(({ chain, seq, hash }) => ({ chain, seq, hash }));
    });
  }

  /** Rows of a chain after a number, in their order. */
  rows(tenant: Tenant, chain: string, after: number, upTo: number, limit: number): Promise<AuditRow[]> {
    return this.database.within(rowsOfTenant(tenant), (em) => rowsIn(em, tenant, chain, after, upTo, limit));
  }
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;

async function rowsIn(
  em: EntityManager,
  tenant: Tenant,
  chain: string,
  after: number,
  upTo: number,
  limit: number,
): Promise<AuditRow[]> {
  const where = { $and: [visible(tenant), { chain, seq: { $gt: after, $lte: upTo } }] };
  return (await em.find(AuditEventRow, where, { ...PLAIN, orderBy: { seq: 'asc' }, limit })).map(rowOf);
}

function visible(tenant: Tenant): FilterQuery<AuditEventRow> {
  return tenant === null ? {} : { organizationId: tenant };
}

function conditionsOf({ organizationId, actor, action, target, from, to }: AuditFilter): FilterQuery<AuditEventRow>[] {
  return [
    organizationId === undefined ? {} : { organizationId },
    actor === undefined ? {} : { actorId: actor },
    action === undefined ? {} : { action },
    target === undefined ? {} : { targets: { $like: `% ${target} %` } },
    from === undefined ? {} : { time: { $gte: new Date(from) } },
    to === undefined ? {} : { time: { $lt: new Date(to) } },
  ];
}

/** What is shown comes from what is hashed, never from the columns beside it. */
function rowOf({ chain, seq, prev, hash, event }: AuditEventRow): AuditRow {
  return { chain, seq, prev, hash, event: JSON.parse(event) };
}
