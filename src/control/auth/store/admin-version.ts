import type { EntityManager } from '@mikro-orm/sql';
import { AdminStateRow } from './admin-state.entity.js';

/** Key of the one row of state. */
export const STATE = { id: 'admin' } as const;

/** Begins a change of tokens or roles: locks the row, so that the next change waits here until this one is over. */
export async function raiseVersion(em: EntityManager): Promise<void> {
  await em.upsert(AdminStateRow, { ...STATE, version: 0 }, { onConflictAction: 'ignore' });
  await em.execute('update admin_state set version = version + 1 where id = ?', [STATE.id]);
}
