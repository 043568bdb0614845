import type { EntityManager, Kysely } from '@mikro-orm/sql';
import type { DatabaseEngine } from '../../../config/database-url.js';

export type Row = Readonly<Record<string, unknown>>;

/** The database below the ORM, or the transaction under way. */
export type Statements = Kysely<Record<string, Row>>;

export const statementsOf = (em: EntityManager): Statements => em.getKysely<Record<string, Row>>();

/** Runs a statement with bound parameters. `?` stands for one in both engines; a text that has another is not for here. */
export async function runBound(
  statements: Statements,
  engine: DatabaseEngine,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  let count = 0;
  const text = engine === 'postgresql' ? sql.replaceAll('?', () => `$${++count}`) : sql;
  const { rows } = await statements.executeQuery<Row>({
    sql: text,
    parameters,
    query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
    queryId: { queryId: 'usage' },
  });
  return rows;
}

/** Milliseconds since the epoch as a parameter for a time. SQLite has no dates: the ORM keeps them as numbers. */
export function timeParameter(engine: DatabaseEngine, ms: number): number | string {
  return engine === 'postgresql' ? new Date(ms).toISOString() : ms;
}

/** A time as the database gave it, in milliseconds since the epoch. */
export function timeOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : Number(value);
}
