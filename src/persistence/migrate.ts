import type { MikroORM } from '@mikro-orm/sql';
import { whenFree } from './sqlite-file.js';

/** Any number that nothing else locks in the same database. */
const LOCK = 4_190_773_011;

/**
 * Brings the schema up to date, one process at a time: nodes that start together wait for the first. Returns the names
 * of the migrations that were applied.
 */
export function migrate(orm: MikroORM): Promise<string[]> {
  return isSqlite(orm) ? migrateFile(orm) : migrateServer(orm);
}

/** Names of the migrations that the schema still lacks. */
export async function pendingMigrations(orm: MikroORM): Promise<string[]> {
  return (await orm.migrator.getPending()).map(({ name }) => name);
}

const isSqlite = (orm: MikroORM): boolean => orm.em.getPlatform().constructor.name === 'SqlitePlatform';

/** The lock is held by a connection of its own until all is done, and falls with it when the process dies. */
function migrateServer(orm: MikroORM): Promise<string[]> {
  const connection = orm.em.getConnection();
  return connection.transactional(async (lock) => {
    await connection.execute(`select pg_advisory_xact_lock(${LOCK})`, [], 'run', lock);
    return namesOf(await orm.migrator.up());
  });
}

/** There is one connection, so its own transaction is the lock; SQLite ignores foreign_keys inside one. */
async function migrateFile(orm: MikroORM): Promise<string[]> {
  const connection = orm.em.getConnection();
  orm.config.get('migrations').transactional = false;
  await connection.execute('pragma foreign_keys = off');
  await whenFree(orm, 'begin immediate');
  try {
    const applied = namesOf(await orm.migrator.up());
    await connection.execute('commit');
    return applied;
  } catch (error) {
    await connection.execute('rollback');
    throw error;
  } finally {
    await connection.execute('pragma foreign_keys = on');
  }
}

const namesOf = (migrations: ReadonlyArray<{ name: string }>): string[] => migrations.map(({ name }) => name);
