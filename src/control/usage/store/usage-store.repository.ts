import { Injectable } from '@nestjs/common';
import { timeOrderedHex } from '../../../common/random/time-ordered-hex.js';
import { Clock } from '../../../common/time/clock.port.js';
import { Database } from '../../../persistence/database.js';
import type { AttemptEnded } from '../usage-ledger.port.js';
import type { LoggedAttempt } from '../wal/wal-reader.js';
import { type Row, runBound, type Statements, statementsOf, timeOf, timeParameter } from './bound-query.js';
import { addToBalances, type Charge, insertOutbox, insertUsage } from './usage-statements.js';
import { endColumns, ORPHANED, rowOf } from './usage-row.js';
import { type StoredBalance, UsageStore, type Written } from './usage-store.port.js';

/** Windows without an end are forgotten after so long. */
const LONGEST_WINDOW_MS = 400 * 86_400_000;

/** The ledger's tables. Statements go round the unit of work, with all rows of a batch as one parameter. */
@Injectable()
export class OrmUsageStore extends UsageStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  override write(attempts: readonly LoggedAttempt[]): Promise<Written> {
    const batch = latestById(attempts);
    return this.database.transaction((em) => this.writeAll(statementsOf(em), batch), { rows: 'all' });
  }

  override balances(now: number, since?: number): Promise<readonly StoredBalance[]> {
    const { engine } = this.database;
    const changed = since === undefined ? '' : ' and updated_at > ?';
    const parameters = since === undefined ? [] : [timeParameter(engine, since)];
    return this.database.within('all', async (em) => {
      const rows = await runBound(
        statementsOf(em),
        engine,
        `select budget_id, window_start, spent, counts_until from budget_balances
         where (counts_until > ? or (counts_until is null and (window_start = 0 or window_start > ?)))${changed}`,
        [now, now - LONGEST_WINDOW_MS, ...parameters],
      );
      return rows.map(balanceOf);
    });
  }

  override async pruneOutbox(before: number): Promise<void> {
    const { engine } = this.database;
    const at = timeParameter(engine, before);
    await this.database.within('all', (em) =>
      runBound(
        statementsOf(em),
        engine,
        'delete from outbox where id in (select id from outbox where created_at < ? order by created_at limit 5000)',
        [at],
      ),
    );
  }

  private async writeAll(transaction: Statements, batch: ReadonlyMap<string, LoggedAttempt>): Promise<Written> {
    const { engine } = this.database;
    const now = this.clock.wallTime();
    const rows = [...batch.values()].flatMap(({ begun, ended }) => (begun ? [rowOf(begun, ended, engine, now)] : []));
    const inserted = new Set(await insertUsage(transaction, engine, rows));
    const charges = [...inserted].flatMap((id) => chargesOf(batch.get(id)));
    const events = [...inserted].flatMap((id) => eventOf('usage.recorded', batch.get(id)));
    const late = [...batch.values()].flatMap(({ ended }) => (ended && !inserted.has(ended.id) ? [ended] : []));
    const { corrected, unmatched } = await this.correct(transaction, late);
    for (const { organizationId, budgets, difference, id } of corrected) {
      charges.push(
        ...budgets.map(([budgetId, windowStart]) => ({ budgetId, windowStart, organizationId, amount: difference })),
      );
      events.push({ kind: 'usage.corrected', organizationId, reference: id });
    }
    await addToBalances(transaction, engine, charges, now);
    await insertOutbox(
      transaction,
      engine,
      events.map((event) => ({
        id: `out_${timeOrderedHex(now)}`,
        ...event,
        created_at: timeParameter(engine, now),
      })),
    );
    return { inserted, corrected, unmatched };
  }

  /** Rows that were taken for orphans get their true end; all others are duplicates, and stay as they are. */
  private async correct(transaction: Statements, late: readonly AttemptEnded[]) {
    const corrected: Array<Written['corrected'][number] & { id: string; organizationId: string }> = [];
    if (late.length === 0) return { corrected, unmatched: [] };
    const { engine } = this.database;
    const places = late.map(() => '?').join(', ');
    const lock = engine === 'postgresql' ? ' order by id for update' : '';
    const sql = `select id, outcome, organization_id, started_at, cost, budgets from usage_records where id in (${places})${lock}`;
    const known = new Map(
      (
        await runBound(
          transaction,
          engine,
          sql,
          late.map(({ id }) => id),
        )
      ).map((row) => [String(row['id']), row]),
    );
    for (const ended of late) {
      const row = known.get(ended.id);
      if (row?.['outcome'] !== ORPHANED) continue;
      const columns = endColumns({ startedAt: timeOf(row['started_at']) }, ended, engine);
      const changes = Object.keys(columns).map((name) => `${name} = ?`);
      await runBound(transaction, engine, `update usage_records set ${changes.join(', ')} where id = ?`, [
        ...Object.values(columns),
        ended.id,
      ]);
      corrected.push({
        id: ended.id,
        organizationId: String(row['organization_id']),
        budgets: budgetsOf(row['budgets']),
        difference: columns.cost - Number(row['cost']),
      });
    }
    return { corrected, unmatched: late.flatMap(({ id }) => (known.has(id) ? [] : [id])) };
  }
}

/** One statement cannot meet a row twice; an end says more than a beginning alone. */
function latestById(attempts: readonly LoggedAttempt[]): Map<string, LoggedAttempt> {
  const batch = new Map<string, LoggedAttempt>();
  for (const attempt of attempts) {
    const id = attempt.begun?.id ?? attempt.ended?.id;
    if (id !== undefined) batch.set(id, { ...batch.get(id), ...attempt });
  }
  return batch;
}

function chargesOf(attempt: LoggedAttempt | undefined): Charge[] {
  const { begun, ended } = attempt ?? {};
  if (!begun) return [];
  const amount = ended ? ended.cost : begun.reservedCost;
  const { organizationId } = begun.billing;
  return begun.budgets.map(([budgetId, windowStart, countsUntil]) => ({
    budgetId,
    windowStart,
    organizationId,
    amount,
    countsUntil,
  }));
}

function eventOf(kind: string, attempt: LoggedAttempt | undefined) {
  return attempt?.begun
    ? [{ kind, organizationId: attempt.begun.billing.organizationId, reference: attempt.begun.id }]
    : [];
}

/** Budgets as the row has them: JSON that this repository wrote. */
export function budgetsOf(json: unknown): Array<[string, number]> {
  const list: unknown = JSON.parse(String(json));
  if (!Array.isArray(list)) return [];
  return list.flatMap((pair: unknown) =>
    Array.isArray(pair) ? [[String(pair[0]), Number(pair[1])] satisfies [string, number]] : [],
  );
}

function balanceOf(row: Row): StoredBalance {
  const until = row['counts_until'];
  return {
    budgetId: String(row['budget_id']),
    windowStart: Number(row['window_start']),
    spent: Number(row['spent']),
    countsUntil: until === null ? undefined : Number(until),
  };
}
