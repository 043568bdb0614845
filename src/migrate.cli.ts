import './node-version.js';
import { existsSync } from 'node:fs';
import { MikroORM } from '@mikro-orm/sql';
import { DEFAULT_DATABASE_URL, readDatabaseUrl } from './config/database-url.js';
import { migrate, pendingMigrations } from './persistence/migrate.js';
import { ormOptions } from './persistence/orm-options.js';
import { prepareFile } from './persistence/sqlite-file.js';

/**
 * The schema by hand, for those who do not leave it to the first gateway that starts: brings it up to date, or with
 * `status` names what is missing, and exits with 1 when something is.
 */
const [action = 'up'] = process.argv.slice(2);

// The gateway reads it too, so the same database is meant.
if (existsSync('.env')) process.loadEnvFile('.env');
const address = readDatabaseUrl(process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
if (!address) throw new Error('DATABASE_URL is no URL of a database');
if (address.engine === 'sqlite') prepareFile(address);
const orm = new MikroORM(ormOptions(address, 'migrating'));
await orm.connect();
try {
  if (action === 'up') report('applied', await migrate(orm));
  else if (action === 'status') process.exitCode = report('missing', await pendingMigrations(orm)) > 0 ? 1 : 0;
  else throw new Error(`Unknown action '${action}': use up or status`);
} finally {
  await orm.close(true);
}

function report(what: string, names: readonly string[]): number {
  console.log(names.length === 0 ? 'The schema is up to date.' : names.map((name) => `${what} ${name}`).join('\n'));
  return names.length;
}
