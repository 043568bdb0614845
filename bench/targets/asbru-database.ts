import { createHmac, randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';

type Row = Record<string, string | number | null>;

/** Attempts that have reached the ledger's table. */
export function attemptsIn(path: string): number {
  const database = open(path, true);
  try {
    return Number((database.prepare('select count(*) as count from usage_records').get() as Row).count);
  } finally {
    database.close();
  }
}

/**
 * Copies a key, with its budgets and limits, so many times. No gateway may run on the database.
 * @returns the new keys
 */
export function cloneKeys(path: string, pepper: string, model: string, count: number): string[] {
  const database = open(path, false);
  const hash = (key: string): string => createHmac('sha256', pepper).update(key).digest('hex');
  const first = (table: string, where: string, value: string): Row => {
    const row = database.prepare(`select * from ${table} where ${where} = ?`).get(value);
    if (!row) throw new Error(`There is no row of ${table} to copy`);
    return row as Row;
  };
  const secret = first('virtual_key_secrets', 'digest', hash(model));
  const key = first('virtual_keys', 'id', String(secret.key_id));
  const terms = ['budgets', 'rate_limits'].map((table) => ({
    table,
    rows: database.prepare(`select * from ${table} where level_id = ?`).all(String(key.id)) as Row[],
  }));
  const keys: string[] = [];
  database.exec('begin');
  for (let index = 0; index < count; index++) {
    const text = sameShape(model);
    const id = sameShape(String(key.id));
    insert(database, 'virtual_keys', { ...key, id, name: `copy ${index}` });
    insert(database, 'virtual_key_secrets', {
      ...secret,
      id: sameShape(String(secret.id)),
      key_id: id,
      digest: hash(text),
    });
    for (const { table, rows } of terms)
      for (const row of rows) insert(database, table, { ...row, id: sameShape(String(row.id)), level_id: id });
    keys.push(text);
  }
  database.exec('commit');
  database.close();
  return keys;
}

function open(path: string, readOnly: boolean): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly });
  database.exec('pragma busy_timeout = 5000');
  return database;
}

/** Another random text with the same prefix and length, of hexadecimal digits. */
function sameShape(text: string): string {
  const prefix = text.slice(0, Math.max(text.lastIndexOf('_'), text.lastIndexOf('-')) + 1);
  return (
    prefix +
    randomBytes(text.length)
      .toString('hex')
      .slice(0, text.length - prefix.length)
  );
}

function insert(database: DatabaseSync, table: string, row: Row): void {
  const names = Object.keys(row);
  const quoted = names.map((name) => `"${name}"`).join(', ');
  const statement = `insert into ${table} (${quoted}) values (${names.map(() => '?').join(', ')})`;
  prepared(database, statement).run(...Object.values(row));
}

const statements = new WeakMap<DatabaseSync, Map<string, ReturnType<DatabaseSync['prepare']>>>();

function prepared(database: DatabaseSync, text: string): ReturnType<DatabaseSync['prepare']> {
  const known = statements.get(database) ?? new Map<string, ReturnType<DatabaseSync['prepare']>>();
  statements.set(database, known);
  const statement = known.get(text) ?? database.prepare(text);
  known.set(text, statement);
  return statement;
}
