import { Migrator } from '@mikro-orm/migrations';
import { PostgreSqlDriver } from '@mikro-orm/postgresql';
import { type Options, SqliteDriver } from '@mikro-orm/sql';
import type { DatabaseAddress, DatabaseEngine } from '../config/database-url.js';
import { ENTITIES } from './entities.js';
import { POSTGRESQL_MIGRATIONS } from './migrations/postgresql.js';
import { SQLITE_MIGRATIONS } from './migrations/sqlite.js';
import { PreparedSqliteDialect } from './sqlite-dialect.js';

/** Longest wait for a connection of PostgreSQL, and for one statement, in milliseconds. */
const CONNECT_MS = 2_000;
const STATEMENT_MS = 10_000;
/** Connections of one process; a gateway's nodes together must stay below the server's limit. */
const POOL = 10;

/** Migrations may take as long as they need. */
export type OrmUse = 'serving' | 'migrating';

/** One set of entities; the engine chooses the driver and its migrations. */
export function ormOptions(address: DatabaseAddress, use: OrmUse): Options {
  return {
    ...commonOptions(address.engine),
    ...(address.engine === 'sqlite' ? sqlite(address) : postgresql(address, use)),
  };
}

/** What both engines and the tools of the migrations share. */
export function commonOptions(engine: DatabaseEngine): Options {
  return {
    entities: ENTITIES,
    extensions: [Migrator],
    // The environment is read by AppConfig alone.
    preferEnvVars: false,
    forceUtcTimezone: true,
    // Row-level security and triggers are written by hand, in migrations (row-level-security.ts).
    schemaGenerator: { ignorePolicies: true, ignoreTriggers: true },
    migrations: {
      migrationsList: engine === 'sqlite' ? SQLITE_MIGRATIONS : POSTGRESQL_MIGRATIONS,
      tableName: 'asbru_migrations',
      snapshot: false,
      silent: true,
    },
  };
}

function sqlite({ path }: { path: string }): Options {
  return { driver: SqliteDriver, dbName: path, driverOptions: new PreparedSqliteDialect(path) };
}

function postgresql({ url, name }: { url: string; name: string }, use: OrmUse): Options {
  return {
    driver: PostgreSqlDriver,
    dbName: name,
    driverOptions: {
      connectionString: url,
      application_name: 'asbru',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
      max: POOL,
      // The server ends a statement, and where it cannot be reached any more, the client does.
      ...(use === 'serving' && { statement_timeout: STATEMENT_MS, query_timeout: STATEMENT_MS + 1_000 }),
    },
  };
}
