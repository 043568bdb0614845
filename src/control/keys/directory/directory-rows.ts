import type { EntityManager } from '@mikro-orm/sql';
import { LEVELS, type Level } from '../../contract/level.types.js';

type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

/** What the directory reads, in the order in which it has to be there. */
export type DirectoryKind =
  Exclude<Level, 'virtual_key'> | 'budget' | 'rate_limit' | 'virtual_key' | 'virtual_key_secret';

interface Source {
  readonly table: string;
  readonly columns: readonly string[];
  /** By which column changed rows are found; secrets come with their key. */
  readonly by: 'id' | 'key_id';
}

const LEVEL_COLUMNS = ['id', 'organization_id', 'name'];

export const SOURCES: Readonly<Record<DirectoryKind, Source>> = {
  organization: { table: 'organizations', columns: LEVEL_COLUMNS, by: 'id' },
  customer: { table: 'customers', columns: LEVEL_COLUMNS, by: 'id' },
  team: { table: 'teams', columns: [...LEVEL_COLUMNS, 'customer_id'], by: 'id' },
  project: { table: 'projects', columns: [...LEVEL_COLUMNS, 'customer_id', 'team_id'], by: 'id' },
  user: { table: 'users', columns: LEVEL_COLUMNS, by: 'id' },
  budget: {
    table: 'budgets',
    columns: 'id level level_id name amount period time_zone mode thresholds models providers overrides'.split(' '),
    by: 'id',
  },
  rate_limit: {
    table: 'rate_limits',
    columns: ['id', 'level', 'level_id', 'metric', 'limit', 'window_ms', 'models', 'providers'],
    by: 'id',
  },
  virtual_key: {
    table: 'virtual_keys',
    columns: 'id organization_id name customer_id team_id project_id user_id status expires_at terms'.split(' '),
    by: 'id',
  },
  virtual_key_secret: {
    table: 'virtual_key_secrets',
    columns: ['id', 'key_id', 'digest', 'pepper_id', 'prefix', 'valid_until', 'created_at'],
    by: 'key_id',
  },
};

export const DIRECTORY_KINDS: readonly DirectoryKind[] = [
  ...LEVELS.filter((level) => level !== 'virtual_key'),
  'budget',
  'rate_limit',
  'virtual_key',
  'virtual_key_secret',
];

/** Rows of one kind. */
export interface Batch {
  readonly kind: DirectoryKind;
  readonly rows: readonly Row[];
}

/** Rows of one statement: it holds up the event loop with SQLite. */
const BATCH = 5_000;
/** Columns that are numbers; PostgreSQL gives the large ones as text. */
const NUMBERS = new Set(['amount', 'limit', 'window_ms']);
/** Columns that are times; SQLite has them as milliseconds, PostgreSQL gives text. */
const TIMES = new Set(['expires_at', 'valid_until', 'created_at']);

/** Everything, in batches. */
export async function* allRows(em: EntityManager): AsyncGenerator<Batch> {
  for (const kind of DIRECTORY_KINDS) {
    const { table, columns } = SOURCES[kind];
    const sql = `select ${list(columns)} from ${table} where id > ? order by id limit ${BATCH}`;
    for (let after = ''; ;) {
      const rows = (await em.execute<RawRow[]>(sql, [after])).map((row) => cells(row, columns));
      if (rows.length > 0) yield { kind, rows };
      const last = rows.at(-1)?.['id'];
      if (rows.length < BATCH || typeof last !== 'string') break;
      after = last;
      // Requests are answered between two batches.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Those of some ids; what is not among them is gone. */
export async function rowsOf(em: EntityManager, kind: DirectoryKind, ids: readonly string[]): Promise<Row[]> {
  const { table, columns, by } = SOURCES[kind];
  const rows: Row[] = [];
  for (let from = 0; from < ids.length; from += BATCH) {
    const some = ids.slice(from, from + BATCH);
    const sql = `select ${list(columns)} from ${table} where ${by} in (${some.map(() => '?').join(', ')})`;
    for (const row of await em.execute<RawRow[]>(sql, some)) rows.push(cells(row, columns));
  }
  return rows;
}

type RawRow = Readonly<Record<string, string | number | bigint | boolean | Date | null>>;

function cells(row: RawRow, columns: readonly string[]): Row {
  const result: Record<string, Cell> = {};
  for (const column of columns) result[column] = cellOf(row[column] ?? null, column);
  return result;
}

/** @throws Error rather than taking what it cannot read for a time that never comes */
function cellOf(value: RawRow[string], column: string): Cell {
  if (value === null || value === undefined) return null;
  if (!NUMBERS.has(column) && !TIMES.has(column)) return String(value);
  const read = TIMES.has(column) ? timeOf(value) : Number(value);
  if (Number.isNaN(read)) throw new Error(`The column ${column} cannot be read`);
  return read;
}

function timeOf(value: NonNullable<RawRow[string]>): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value !== 'string') return Number(value);
  // PostgreSQL writes 2026-01-31 12:00:00.5+00.
  return Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}

const list = (columns: readonly string[]): string => columns.map((column) => `"${column}"`).join(', ');

/** A column that holds text. */
export function text(row: Row, column: string): string {
  const value = row[column];
  return value === null || value === undefined ? '' : String(value);
}

export function textOrNull(row: Row, column: string): string | null {
  const value = row[column];
  return typeof value === 'string' ? value : null;
}

export function number(row: Row, column: string): number {
  return Number(row[column] ?? 0);
}

export function numberOrUndefined(row: Row, column: string): number | undefined {
  const value = row[column];
  return typeof value === 'number' ? value : undefined;
}
