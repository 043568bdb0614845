import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { MikroORM } from '@mikro-orm/sql';
import type { AppConfig } from '../../config/app.config.js';
import { ConfigError } from '../../config/config-error.js';
import type { GatewaySettings } from '../../config/file/gateway-settings.types.js';
import { pendingMigrations } from '../../persistence/migrate.js';
import { ormOptions } from '../../persistence/orm-options.js';
import { KeyHasher } from '../tenancy/key-hasher.js';
import { declaredDifference } from './declared-difference.js';
import { differenceText } from './difference-text.js';
import type { EntityChange } from './difference.js';

/** What the file says and the database does not hold. */
export const DIFFERENT = 2;
const MIGRATIONS = 'asbru_migrations';
const SECRET_BYTES = 32;

/**
 * Prints what applying a file would change, and changes nothing.
 * @returns the exit code: 0 for no difference, 2 for some
 * @throws ConfigError or DeclarationError with the reason why it cannot be told
 */
export async function printDifference(
  { governance, version, source }: GatewaySettings,
  config: AppConfig,
  json: boolean,
  print: (text: string) => void,
): Promise<number> {
  if (!governance) {
    if (json) print(jsonOf(source, version, []));
    else print("The file has no section 'governance': what the database holds stays as it is.\n");
    return 0;
  }
  const orm = await openExisting(config);
  try {
    const hasher = hasherOf(config);
    const changes = await declaredDifference(orm, config.database.engine, governance, hasher);
    print(json ? jsonOf(source, version, changes) : differenceText(changes));
    return changes.length === 0 ? 0 : DIFFERENT;
  } finally {
    await orm?.close(true);
  }
}

function jsonOf(file: string, version: string, changes: readonly EntityChange[]): string {
  return `${JSON.stringify({ object: 'declared_difference', file, version, changes }, null, 2)}\n`;
}

/** Null for a database that no gateway has started on: it is not made for being looked at. */
async function openExisting({ database }: AppConfig): Promise<MikroORM | null> {
  if (database.engine === 'sqlite' && !existsSync(database.path)) return null;
  const orm = new MikroORM(ormOptions(database, 'serving'));
  try {
    await orm.connect();
    if (!(await hasSchema(orm, database.engine))) {
      await orm.close(true);
      return null;
    }
    const missing = await pendingMigrations(orm);
    if (missing.length === 0) return orm;
    throw new ConfigError(
      `The database lacks ${missing.length} migrations of this version (${missing[0]}, …): run 'npm run migrate' first.`,
    );
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

async function hasSchema(orm: MikroORM, engine: 'sqlite' | 'postgresql'): Promise<boolean> {
  const sql =
    engine === 'sqlite'
      ? `select name from sqlite_master where type = 'table' and name = '${MIGRATIONS}'`
      : `select tablename as name from pg_tables where schemaname = current_schema() and tablename = '${MIGRATIONS}'`;
  return (await orm.em.getConnection().execute<unknown[]>(sql)).length > 0;
}

/** The secrets that the gateway would use; one that it would make at its start is not made here. */
function hasherOf(config: AppConfig): KeyHasher {
  if (config.secrets.length > 0) return new KeyHasher(config.secrets);
  const path = join(config.ASBRU_DATA_DIR, 'secret');
  const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return new KeyHasher([kept === '' ? randomBytes(SECRET_BYTES).toString('hex') : kept]);
}
