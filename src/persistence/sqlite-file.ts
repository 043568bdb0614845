import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MikroORM } from '@mikro-orm/sql';
import { isUnavailable } from './database-failure.js';

/** How long a statement waits for another process's write, in milliseconds; the event loop waits with it. */
const BUSY_MS = 1_000;
/** Pages of its log from which on SQLite copies them into the file itself: when `SqliteCheckpoints` does not keep up. */
const CHECKPOINT_PAGES = 16_000;
/** Between two tries to get the file for oneself, and how long they go on, in milliseconds. */
const RETRY_MS = 25;
const LONGEST_MS = 60_000;

/** Makes the file and its folder, for this user alone: it holds what people ask and are answered. */
export function prepareFile({ path }: { path: string }): void {
  if (path === ':memory:') return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

/** Readers and one writer at a time, of several processes; a crash of the machine may lose the last moments, nothing more. */
export async function tuneConnection(orm: MikroORM): Promise<void> {
  await whenFree(orm, 'pragma journal_mode = wal');
  const settings = [`busy_timeout = ${BUSY_MS}`, 'synchronous = normal', `wal_autocheckpoint = ${CHECKPOINT_PAGES}`];
  for (const setting of settings) await orm.em.getConnection().execute(`pragma ${setting}`);
}

/** Runs a statement that needs the file for itself. Waiting inside SQLite would hold up the whole process. */
export async function whenFree(orm: MikroORM, sql: string): Promise<void> {
  const connection = orm.em.getConnection();
  await connection.execute('pragma busy_timeout = 0');
  for (let waited = 0; ; waited += RETRY_MS) {
    try {
      return void (await connection.execute(sql));
    } catch (error) {
      if (waited >= LONGEST_MS || !isUnavailable(error)) throw error;
      await sleep(RETRY_MS);
    }
  }
}
