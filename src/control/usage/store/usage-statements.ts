import type { DatabaseEngine } from '../../../config/database-url.js';
import { EachRow } from '../../../persistence/sqlite-dialect.js';
import type { MicroDollars } from '../../contract/money.js';
import { runBound, type Statements, timeParameter } from './bound-query.js';
import type { UsageRow } from './usage-row.js';

/** What a budget's window is charged. */
export interface Charge {
  readonly budgetId: string;
  readonly windowStart: number;
  readonly organizationId: string;
  readonly amount: MicroDollars;
  readonly countsUntil?: number | undefined;
}

type Column = readonly [name: string, type: string];
type Cells = Readonly<Record<string, string | number | boolean | null>>;

/**
 * Rows travel to PostgreSQL as one JSON text: a statement of its own length for each number of rows would be planned
 * anew each time. SQLite has its statement prepared, and takes one row after the other.
 */
function source(engine: DatabaseEngine, columns: readonly Column[]): string {
  if (engine === 'sqlite') return `values (${columns.map(() => '?').join(', ')})`;
  const typed = columns.map(([name, type]) => `${name} ${type}`).join(', ');
  return `select ${columns.map(([name]) => name).join(', ')} from json_to_recordset(?::json) as given(${typed})`;
}

function given(engine: DatabaseEngine, columns: readonly Column[], rows: readonly Cells[]): string | EachRow {
  if (engine === 'postgresql') return JSON.stringify(rows);
  return new EachRow(rows.map((row) => columns.map(([name]) => cellOf(row[name]))));
}

/** SQLite has no booleans. */
function cellOf(value: string | number | boolean | null | undefined): string | number | null {
  return typeof value === 'boolean' ? Number(value) : (value ?? null);
}

async function insert(
  statements: Statements,
  engine: DatabaseEngine,
  table: string,
  columns: readonly Column[],
  rows: readonly Cells[],
  rest: string,
): Promise<void> {
  if (rows.length === 0) return;
  await runBound(statements, engine, insertion(engine, table, columns, rest), [given(engine, columns, rows)]);
}

function insertion(engine: DatabaseEngine, table: string, columns: readonly Column[], rest: string): string {
  const names = columns.map(([name]) => name).join(', ');
  return `insert into ${table} (${names}) ${source(engine, columns)} ${rest}`;
}

const USAGE_TYPES: Readonly<Record<keyof UsageRow, string>> = {
  id: 'text',
  request_id: 'text',
  client_request_id: 'text',
  organization_id: 'text',
  customer_id: 'text',
  team_id: 'text',
  project_id: 'text',
  user_id: 'text',
  virtual_key_id: 'text',
  tags: 'text',
  operation: 'text',
  requested_model: 'text',
  provider: 'text',
  model: 'text',
  upstream_key: 'text',
  cause: 'text',
  streamed: 'boolean',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  duration_ms: 'bigint',
  first_token_ms: 'bigint',
  outcome: 'text',
  status: 'int',
  input_tokens: 'bigint',
  cached_input_tokens: 'bigint',
  cache_write_tokens: 'bigint',
  output_tokens: 'bigint',
  reasoning_tokens: 'bigint',
  usage_source: 'text',
  cost: 'bigint',
  reserved_cost: 'bigint',
  price_id: 'text',
  upstream_request_id: 'text',
  budgets: 'text',
  recorded_at: 'timestamptz',
};

const USAGE_COLUMNS: readonly Column[] = Object.entries(USAGE_TYPES);

/** @returns ids of the rows that were not there */
export async function insertUsage(
  statements: Statements,
  engine: DatabaseEngine,
  rows: readonly UsageRow[],
): Promise<string[]> {
  if (rows.length === 0) return [];
  const values = given(engine, USAGE_COLUMNS, rows);
  const unlessThere = 'on conflict (id) do nothing';
  if (values instanceof EachRow) {
    await runBound(statements, engine, insertion(engine, 'usage_records', USAGE_COLUMNS, unlessThere), [values]);
    return rows.filter((_, index) => values.changed[index]).map(({ id }) => id);
  }
  const sql = insertion(engine, 'usage_records', USAGE_COLUMNS, `${unlessThere} returning id`);
  const added = await runBound(statements, engine, sql, [values]);
  return added.map((row) => String(row['id']));
}

export async function addToBalances(
  statements: Statements,
  engine: DatabaseEngine,
  charges: readonly Charge[],
  now: number,
): Promise<void> {
  const at = timeParameter(engine, now);
  // In one order on all nodes, so that two transactions never wait for each other.
  const rows = summed(charges)
    .toSorted((one, other) =>
      one.budget_id < other.budget_id
        ? -1
        : one.budget_id > other.budget_id
          ? 1
          : one.window_start - other.window_start,
    )
    .map((row) => ({ ...row, created_at: at, updated_at: at }));
  // The server's clock: readers look for what has changed since, and nodes' clocks differ.
  const changedAt = engine === 'postgresql' ? 'clock_timestamp()' : 'excluded.updated_at';
  await insert(
    statements,
    engine,
    'budget_balances',
    [
      ['budget_id', 'text'],
      ['window_start', 'bigint'],
      ['organization_id', 'text'],
      ['spent', 'bigint'],
      ['counts_until', 'bigint'],
      ['created_at', 'timestamptz'],
      ['updated_at', 'timestamptz'],
    ],
    rows,
    `on conflict (budget_id, window_start) do update set
       spent = budget_balances.spent + excluded.spent,
       counts_until = coalesce(excluded.counts_until, budget_balances.counts_until),
       updated_at = ${changedAt}`,
  );
}

function summed(charges: readonly Charge[]) {
  const sums = new Map<string, ReturnType<typeof balanceRow>>();
  for (const charge of charges) {
    const key = `${charge.windowStart} ${charge.budgetId}`;
    const sum = sums.get(key);
    if (sum) {
      sum.spent += charge.amount;
      sum.counts_until ??= untilOf(charge);
    } else {
      sums.set(key, balanceRow(charge));
    }
  }
  return [...sums.values()];
}

function balanceRow(charge: Charge) {
  return {
    budget_id: charge.budgetId,
    window_start: charge.windowStart,
    organization_id: charge.organizationId,
    spent: charge.amount,
    counts_until: untilOf(charge),
  };
}

/** JSON has no Infinity, so that one comes back from the log as null. */
function untilOf({ countsUntil }: Charge): number | null {
  return typeof countsUntil === 'number' && Number.isFinite(countsUntil) ? countsUntil : null;
}

export async function insertOutbox(
  statements: Statements,
  engine: DatabaseEngine,
  events: ReadonlyArray<{
    readonly id: string;
    readonly kind: string;
    readonly organizationId: string;
    readonly reference: string;
    readonly created_at: number | string;
  }>,
): Promise<void> {
  const rows = events.map(({ organizationId, ...event }) => ({ ...event, organization_id: organizationId }));
  const columns = ['id', 'kind', 'organization_id', 'reference'].map((name): Column => [name, 'text']);
  await insert(statements, engine, 'outbox', [...columns, ['created_at', 'timestamptz']], rows, '');
}
