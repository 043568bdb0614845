import { Injectable } from '@nestjs/common';
import type { EntityManager, FilterQuery } from '@mikro-orm/sql';
import { Database } from '../../../persistence/database.js';
import type { RowScope } from '../../../persistence/row-level-security.js';
import { bulkSave } from './bulk-save.js';
import {
  type Claim,
  type EventRun,
  type Lease,
  type ResponseEntry,
  ResponseStore,
  type StoredResponse,
} from './response-store.port.js';
import { StoredEventsRow } from './stored-events.entity.js';
import { StoredItemRow } from './stored-item.entity.js';
import { StoredResponseRow } from './stored-response.entity.js';

/** The store in the gateway's database. Statements go round the unit of work: nothing is read before it is written. */
@Injectable()
export class OrmResponseStore extends ResponseStore {
  constructor(private readonly database: Database) {
    super();
  }

  override get available(): boolean {
    return this.database.state === 'ready';
  }

  override save(entries: readonly ResponseEntry[]): Promise<void> {
    // Of all callers whose answers ended together.
    return this.write('all', (em) => bulkSave(em, this.database.engine, entries));
  }

  override find(scope: string, id: string, now: Date): Promise<StoredResponse | undefined> {
    return this.database.within(
      { caller: scope },
      async (em) => (await rowsOf(em, { scope, id, expiresAt: { $gt: now } }))[0],
    );
  }

  override chain(scope: string, id: string, now: Date, limit: number): Promise<StoredResponse[]> {
    return this.database.within({ caller: scope }, async (em) => {
      const links = await em.execute<Array<{ id: string }>>(CHAIN, [scope, id, scope, limit]);
      const order = new Map(links.map((link, depth) => [link.id, depth]));
      const rows = await rowsOf(em, { scope, id: { $in: [...order.keys()] }, expiresAt: { $gt: now } });
      const newestFirst = rows.toSorted((one, other) => (order.get(one.id) ?? 0) - (order.get(other.id) ?? 0));
      return newestFirst.slice(0, unbroken(newestFirst, id)).toReversed();
    });
  }

  override withItems(scope: string, itemIds: readonly string[], now: Date): Promise<StoredResponse[]> {
    return this.database.within({ caller: scope }, async (em) => {
      const items = await em.find(StoredItemRow, { scope, itemId: { $in: [...itemIds] } }, PLAIN);
      const ids = [...new Set(items.map(({ responseId }) => responseId))];
      return rowsOf(em, { scope, id: { $in: ids }, expiresAt: { $gt: now } });
    });
  }

  override remove(scope: string, id: string, now: Date): Promise<boolean> {
    return this.write({ caller: scope }, async (em) => {
      await removeParts(em, scope, id);
      return (await em.nativeDelete(StoredResponseRow, { scope, id, expiresAt: { $gt: now } })) > 0;
    });
  }

  override events(scope: string, id: string, after: number, limit: number): Promise<EventRun[]> {
    return this.database.within({ caller: scope }, async (em) => {
      const where = { scope, responseId: id, last: { $gt: after } };
      const rows = await em.find(StoredEventsRow, where, { ...PLAIN, orderBy: { first: 'asc' }, limit });
      return rows.map(({ first, last, frames }) => ({ first, last, frames }));
    });
  }

  override begin(response: StoredResponse, lease: Lease): Promise<void> {
    return this.database.within({ caller: response.scope }, async (em) => {
      await em.insert(StoredResponseRow, { ...response, leaseOwner: lease.owner, leaseUntil: lease.until });
    });
  }

  override renew(entry: ResponseEntry, lease: Lease): Promise<boolean> {
    return this.write({ caller: entry.response.scope }, async (em) => {
      const changes = { ...changesOf(entry.response), leaseUntil: lease.until };
      if (!(await update(em, entry, { leaseOwner: lease.owner, leaseUntil: { $ne: null } }, changes))) return false;
      await addParts(em, [entry]);
      return true;
    });
  }

  override settle(entry: ResponseEntry, claim: Claim): Promise<boolean> {
    return this.write({ caller: entry.response.scope }, async (em) => {
      const changes = { ...changesOf(entry.response), leaseOwner: null, leaseUntil: null };
      if (!(await update(em, entry, conditionOf(claim), changes))) return false;
      await addParts(em, [entry]);
      return true;
    });
  }

  override orphans(now: Date, limit: number): Promise<StoredResponse[]> {
    return this.database.within('all', (em) => rowsOf(em, { leaseUntil: { $lt: now } }, limit));
  }

  override purge(now: Date, limit: number): Promise<number> {
    return this.write('all', async (em) => {
      const expired = { expiresAt: { $lte: now } };
      const rows = await em.find(StoredResponseRow, expired, { ...PLAIN, fields: ['scope', 'id'], limit });
      for (const { scope, id } of rows) {
        await removeParts(em, scope, id);
        await em.nativeDelete(StoredResponseRow, { scope, id, ...expired });
      }
      return rows.length;
    });
  }

  private write<T>(rows: RowScope, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(work, { rows });
  }
}

/** Rows are only read, so nothing is compared or kept. */
const PLAIN = { disableIdentityMap: true } as const;

/** From a response back along those that it continues, the newest first; `union` would stop a cycle, and so does the depth. */
const CHAIN = `
  with recursive chain (id, previous_id, depth) as (
    select id, previous_id, 1 from responses where scope = ? and id = ?
    union all
    select earlier.id, earlier.previous_id, chain.depth + 1
    from responses earlier join chain on earlier.id = chain.previous_id
    where earlier.scope = ? and chain.depth < ?
  )
  select id from chain order by depth`;

async function rowsOf(
  em: EntityManager,
  where: FilterQuery<StoredResponseRow>,
  limit?: number,
): Promise<StoredResponse[]> {
  const rows = await em.find(StoredResponseRow, where, { ...PLAIN, limit });
  return rows.map(({ scope, id, status, background, previousId, body, input, createdAt, expiresAt }) => ({
    scope,
    id,
    status,
    background,
    previousId: previousId ?? null,
    body,
    input: input ?? null,
    createdAt,
    expiresAt,
  }));
}

/** How many rows, from the newest on, continue each other without a gap. */
function unbroken(newestFirst: readonly StoredResponse[], id: string): number {
  let next: string | null = id;
  let count = 0;
  for (const row of newestFirst) {
    if (row.id !== next) break;
    next = row.previousId;
    count += 1;
  }
  return count;
}

function keyOf({ response }: ResponseEntry): { scope: string; responseId: string; expiresAt: Date } {
  return { scope: response.scope, responseId: response.id, expiresAt: response.expiresAt };
}

async function addParts(em: EntityManager, entries: readonly ResponseEntry[]): Promise<void> {
  const events = entries.flatMap((entry) =>
    entry.events.map((run) => ({ ...keyOf(entry), ...run, frames: Buffer.from(run.frames) })),
  );
  const items = entries.flatMap((entry) => entry.itemIds.map((itemId) => ({ ...keyOf(entry), itemId })));
  if (events.length > 0) await em.upsertMany(StoredEventsRow, events);
  if (items.length > 0) await em.upsertMany(StoredItemRow, items);
}

async function removeParts(em: EntityManager, scope: string, id: string): Promise<void> {
  await em.nativeDelete(StoredEventsRow, { scope, responseId: id });
  await em.nativeDelete(StoredItemRow, { scope, responseId: id });
}

type Changes = Partial<Pick<StoredResponseRow, 'status' | 'body' | 'input' | 'leaseOwner' | 'leaseUntil'>>;

function changesOf({ status, body, input }: StoredResponse): Changes {
  return { status, body, input };
}

async function update(
  em: EntityManager,
  { response: { scope, id } }: ResponseEntry,
  condition: FilterQuery<StoredResponseRow>,
  changes: Changes,
): Promise<boolean> {
  return (await em.nativeUpdate(StoredResponseRow, { $and: [{ scope, id }, condition] }, changes)) > 0;
}

function conditionOf(claim: Claim): FilterQuery<StoredResponseRow> {
  if (claim === 'running') return { leaseUntil: { $ne: null } };
  return 'owner' in claim ? { leaseOwner: claim.owner } : { leaseUntil: { $lt: claim.expired } };
}
