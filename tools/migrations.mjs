// Keeps the migrations of both engines in step with the entities. Needs a build, and no server: PostgreSQL's half runs
// on PGlite, which is PostgreSQL in WebAssembly.
//
//   npm run migration:create -- name-of-the-change   writes one migration for each engine, with the same name
//   npm run migration:check                           fails when the migrations do not make what the entities say
//
// With ASBRU_MIGRATION_CHECK_URL the check of PostgreSQL runs on a real server, in an empty database.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PgliteDriver } from '@mikro-orm/pglite';
import { MikroORM, NodeSqliteDialect, SqliteDriver } from '@mikro-orm/sql';
import { commonOptions, ormOptions } from '../dist/persistence/orm-options.js';
import { migrate } from '../dist/persistence/migrate.js';
import { readDatabaseUrl } from '../dist/config/database-url.js';

const SOURCE = join(import.meta.dirname, '../src/persistence/migrations');
const ENGINES = ['sqlite', 'postgresql'];

const [action, name] = process.argv.slice(2);
if (action === 'create') await create(name);
else if (action === 'check') await check();
else throw new Error('Usage: migrations.mjs create <name> | check');

async function create(change) {
  if (!/^[a-z][a-z0-9-]*$/.test(change ?? ''))
    throw new Error('Name the change, as in: npm run migration:create -- add-keys');
  const stamp = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14);
  for (const engine of ENGINES) {
    const orm = await open(engine);
    await apply(orm);
    const { up, down } = await orm.schema.getUpdateSchemaMigrationSQL({ wrap: false });
    await orm.close(true);
    if (up.trim() === '') console.log(`${engine}: nothing has changed`);
    else writeMigration(engine, stamp, change, statements(up), statements(down));
    writeList(engine);
  }
}

function statements(sql) {
  return sql
    .split(/;\n/)
    .map((one) => one.trim().replace(/;$/, ''))
    .filter((one) => one !== '');
}

function writeMigration(engine, stamp, change, up, down) {
  const lines = (list) => list.map((sql) => `    this.addSql(${quote(sql)});`);
  const back = down.length > 0 ? ['', '  override down(): void {', ...lines(down), '  }'] : [];
  const text = [
    "import { Migration } from '@mikro-orm/migrations';",
    '',
    `export class ${className(stamp, change)} extends Migration {`,
    '  override up(): void {',
    ...lines(up),
    '  }',
    ...back,
    '}',
    '',
  ].join('\n');
  mkdirSync(join(SOURCE, engine), { recursive: true });
  writeFileSync(join(SOURCE, engine, `${stamp}-${change}.ts`), text);
  console.log(`${engine}: ${stamp}-${change}.ts`);
}

function writeList(engine) {
  const files = readdirSync(join(SOURCE, engine))
    .filter((file) => file.endsWith('.ts'))
    .toSorted();
  const names = files.map((file) => file.slice(0, -3));
  const classOf = (file) => className(file.slice(0, 14), file.slice(15));
  const text = [
    "import type { MigrationObject } from '@mikro-orm/core';",
    ...names.map((file) => `import { ${classOf(file)} } from './${engine}/${file}.js';`),
    '',
    '// Written by tools/migrations.mjs.',
    `export const ${engine.toUpperCase()}_MIGRATIONS: MigrationObject[] = [`,
    ...names.map((file) => `  { name: '${file}', class: ${classOf(file)} },`),
    '];',
    '',
  ].join('\n');
  writeFileSync(join(SOURCE, `${engine}.ts`), text);
}

async function check() {
  for (const engine of ENGINES) {
    const orm = await open(engine, process.env.ASBRU_MIGRATION_CHECK_URL);
    const applied = await apply(orm);
    const again = await apply(orm);
    const differs = await orm.migrator.checkSchema();
    await orm.close(true);
    const ok = applied.length > 0 && again.length === 0 && !differs;
    console.log(
      `${engine}: ${applied.length} migrations, ${differs ? 'which differ from' : 'which make'} what the entities say`,
    );
    if (!ok) process.exitCode = 1;
  }
}

/** PGlite has one connection, which the lock of `migrate` would take. */
async function apply(orm) {
  return orm.em.getDriver() instanceof PgliteDriver ? orm.migrator.up() : migrate(orm);
}

function open(engine, server) {
  if (engine === 'sqlite') {
    const memory = ':memory:';
    return MikroORM.init({
      ...commonOptions(engine),
      driver: SqliteDriver,
      dbName: memory,
      driverOptions: new NodeSqliteDialect(memory),
    });
  }
  if (server) return MikroORM.init(ormOptions(readDatabaseUrl(server), 'migrating'));
  return MikroORM.init({ ...commonOptions(engine), driver: PgliteDriver, dbName: 'memory://' });
}

function className(stamp, change) {
  const words = change.split('-').map((word) => word[0].toUpperCase() + word.slice(1));
  return `${words.join('')}${stamp}`;
}

function quote(sql) {
  return sql.includes("'") ? `\`${sql.replaceAll('`', '\\`')}\`` : `'${sql}'`;
}
