import type { EntityManager } from '@mikro-orm/sql';
import { canonicalJson } from '../canonical-json.js';
import type { AuditEvent } from '../audit-event.types.js';
import { chainOf, GENESIS, rowHash } from '../chain-hash.js';
import { AuditEventRow } from './audit-event.entity.js';

/** Rows of one statement; both engines limit its parameters. */
const CHUNK = 100;

/**
 * Adds events to their chains, inside the transaction of what they tell of. Heads are locked one after the other in the
 * order of their names, and last of all locks, so that nobody waits in a circle.
 */
export async function appendEvents(em: EntityManager, events: readonly AuditEvent[], now: Date): Promise<void> {
  const chains = Map.groupBy(events, (event) => event.organization_id);
  const inOrder = [...chains].toSorted(([one], [other]) => (chainOf(one) < chainOf(other) ? -1 : 1));
  for (const [organizationId, own] of inOrder) await appendTo(em, organizationId, own, now);
}

async function appendTo(
  em: EntityManager,
  organizationId: string | null,
  events: readonly AuditEvent[],
  now: Date,
): Promise<void> {
  const chain = chainOf(organizationId);
  const head = await lockHead(em, chain, organizationId, events.length, now);
  let { prev } = head;
  const rows = events.map((event, index) => {
    const link = { chain, seq: head.first + index, prev };
    const text = canonicalJson(event);
    const hash = rowHash(link, text);
    prev = hash;
    const { id, action, actor, targets } = event;
    const found = { actorId: actor.id, action, targets: ` ${targets.map((target) => target.id).join(' ')} ` };
    return { ...link, id, organizationId, hash, event: text, time: new Date(event.time), ...found };
  });
  for (let from = 0; from < rows.length; from += CHUNK) {
    await em.insertMany(AuditEventRow, rows.slice(from, from + CHUNK));
  }
  await em.execute('update audit_chains set hash = ? where chain = ?', [prev, chain], 'run');
}

/** Takes the next numbers of a chain; whoever else wants some waits until this transaction is over. */
async function lockHead(
  em: EntityManager,
  chain: string,
  organizationId: string | null,
  count: number,
  now: Date,
): Promise<{ first: number; prev: string }> {
  const platform = em.getPlatform();
  const at = platform.processDateProperty(now);
  await em.execute(
    'insert into audit_chains (chain, organization_id, seq, hash, updated_at) values (?, ?, 0, ?, ?) on conflict (chain) do nothing',
    [chain, organizationId, GENESIS, at],
    'run',
  );
  const [head] = await em.execute<Array<{ seq: number; hash: string }>>(
    'update audit_chains set seq = seq + ?, updated_at = ? where chain = ? returning seq, hash',
    [count, at, chain],
  );
  if (!head) throw new Error(`The audit chain ${chain} has no head`);
  return { first: head.seq - count + 1, prev: head.hash };
}
