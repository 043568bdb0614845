import type { EntityManager } from '@mikro-orm/sql';
import type { DatabaseEngine } from '../../../config/database-url.js';

export type Row = Readonly<Record<string, unknown>>;

/**
 * Runs a statement with bound parameters, in the transaction of the entity manager when it has one. `?` stands for a
 * parameter in both engines; a text that has another one is not for here.
 */
export async function runBound(
  em: EntityManager,
  engine: DatabaseEngine,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<readonly Row[]> {
  let count = 0;
  const text = engine === 'postgresql' ? sql.replaceAll('?', () => `$${++count}`) : sql;
  const { rows } = await em.getKysely<Record<string, Row>>().executeQuery<Row>({
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
