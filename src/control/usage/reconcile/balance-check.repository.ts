import { Injectable, Logger } from '@nestjs/common';
import type { EntityManager } from '@mikro-orm/sql';
import { Clock } from '../../../common/time/clock.port.js';
import type { DatabaseEngine } from '../../../config/database-url.js';
import { Database } from '../../../persistence/database.js';
import { type Row, runBound, statementsOf, timeOf, timeParameter } from '../store/bound-query.js';
import { BalanceCheck, type Drift } from './balance-check.port.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** Records of attempts that began longer ago come only from logs that lay about: their sums are kept between checks. */
const SETTLED_MS = 2 * DAY_MS;
/** Longest time that a window's own beginning may be before its first record. */
const LONGEST_MS = 400 * DAY_MS;

interface Balance {
  readonly budgetId: string;
  readonly windowStart: number;
  readonly spent: number;
}

/** Sums of records, slice after slice of time, so that no statement is long; old slices are summed once. */
@Injectable()
export class OrmBalanceCheck extends BalanceCheck {
  private readonly logger = new Logger('UsageLedger');
  private readonly settled = new Map<number, ReadonlyMap<string, number>>();
  private found: readonly Drift[] | undefined;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    super();
  }

  override get drift(): readonly Drift[] | undefined {
    return this.found;
  }

  override async run(): Promise<readonly Drift[]> {
    const now = this.clock.wallTime();
    const { balances, oldest } = await this.database.within('all', (em) => this.current(em, now));
    const sums = await this.sums(Math.max(oldest, now - LONGEST_MS), now);
    const suspects = balances.filter((balance) => (sums.get(keyOf(balance)) ?? 0) !== balance.spent);
    const drift: Drift[] = [];
    for (const suspect of suspects) {
      const exact = await this.database.within('all', (em) => this.exact(em, suspect));
      if (exact.balance !== exact.records) drift.push(exact);
    }
    // A log that lay about has brought old records, or somebody has changed them.
    if (suspects.length > 0) this.settled.clear();
    if (drift.length > 0) {
      this.logger.error(
        { drift: drift.slice(0, 20), windows: drift.length },
        'balances of budgets are not the sums of their records',
      );
    }
    this.found = drift;
    return drift;
  }

  /** Windows that still count, and when the first record of any of them can have begun. */
  private async current(em: EntityManager, now: number): Promise<{ balances: Balance[]; oldest: number }> {
    const { engine } = this.database;
    const sql = `select budget_id, window_start, spent, created_at from budget_balances
      where counts_until > ? or (counts_until is null and (window_start = 0 or window_start > ?))`;
    const rows = await runBound(statementsOf(em), engine, sql, [now, now - LONGEST_MS]);
    let oldest = now;
    const balances = rows.map((row) => {
      const windowStart = Number(row['window_start']);
      // A prepaid budget has no beginning but its first charge; calls last an hour at most before that.
      oldest = Math.min(oldest, windowStart === 0 ? timeOf(row['created_at']) - DAY_MS : windowStart);
      return { budgetId: String(row['budget_id']), windowStart, spent: Number(row['spent']) };
    });
    return { balances, oldest };
  }

  private async sums(oldest: number, now: number): Promise<Map<string, number>> {
    const all = new Map<string, number>();
    const end = Math.floor(now / HOUR_MS) * HOUR_MS + 2 * HOUR_MS;
    let from = Math.floor(oldest / DAY_MS) * DAY_MS;
    while (from < end) {
      const isSettled = from + DAY_MS <= now - SETTLED_MS;
      const to = from + (isSettled ? DAY_MS : HOUR_MS);
      const slice = this.settled.get(from) ?? (await this.slice(from, to));
      if (isSettled) this.settled.set(from, slice);
      for (const [key, sum] of slice) all.set(key, (all.get(key) ?? 0) + sum);
      from = to;
    }
    for (const start of this.settled.keys()) if (start < oldest - DAY_MS) this.settled.delete(start);
    return all;
  }

  private slice(from: number, to: number): Promise<ReadonlyMap<string, number>> {
    const { engine } = this.database;
    return this.database.within('all', async (em) => {
      const { id, start, join } = budgetsSql(engine);
      const rows = await runBound(
        statementsOf(em),
        engine,
        `select ${id} as budget_id, ${start} as window_start, sum(r.cost) as spent from usage_records r ${join}
         where r.started_at >= ? and r.started_at < ? group by 1, 2`,
        [timeParameter(engine, from), timeParameter(engine, to)],
      );
      return new Map(rows.map((row) => [keyOf(rowBalance(row)), Number(row['spent'])]));
    });
  }

  /** Both figures as of one moment: rows may have come between the slices. */
  private async exact(em: EntityManager, { budgetId, windowStart }: Balance): Promise<Drift> {
    const { engine } = this.database;
    const { id, start, join } = budgetsSql(engine);
    const [row] = await runBound(
      statementsOf(em),
      engine,
      `select (select spent from budget_balances where budget_id = ? and window_start = ?) as balance,
         (select coalesce(sum(r.cost), 0) from usage_records r ${join}
          where r.started_at >= ? and ${id} = ? and ${start} = ?) as records`,
      [budgetId, windowStart, timeParameter(engine, Math.max(0, windowStart - DAY_MS)), budgetId, windowStart],
    );
    return { budgetId, windowStart, balance: Number(row?.['balance'] ?? 0), records: Number(row?.['records'] ?? 0) };
  }
}

const rowBalance = (row: Row): Pick<Balance, 'budgetId' | 'windowStart'> => ({
  budgetId: String(row['budget_id']),
  windowStart: Number(row['window_start']),
});

const keyOf = ({ budgetId, windowStart }: Pick<Balance, 'budgetId' | 'windowStart'>): string =>
  `${windowStart} ${budgetId}`;

/** The budgets of a record, one row for each. */
function budgetsSql(engine: DatabaseEngine): { id: string; start: string; join: string } {
  return engine === 'postgresql'
    ? {
        id: '(b.value ->> 0)',
        start: '(b.value ->> 1)::bigint',
        join: 'cross join lateral json_array_elements(r.budgets::json) as b(value)',
      }
    : { id: "(b.value ->> '$[0]')", start: "(b.value ->> '$[1]')", join: 'join json_each(r.budgets) as b' };
}
