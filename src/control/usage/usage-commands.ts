import type { Clock } from '../../common/time/clock.port.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Database } from '../../persistence/database.js';
import { formatDollars } from '../contract/money.js';
import { OrmBalanceCheck } from './reconcile/balance-check.repository.js';
import { compare, type Comparison, type DayUsage, DEFAULT_COLUMNS, readInvoice } from './reconcile/invoice.js';
import { csvLine } from './reports/csv.js';
import type { RawQuery } from '../../common/http/query.js';
import { FILTERS, readReportQuery } from './reports/usage-query.js';
import { csvOf, jsonOf, tabulateGroup } from './reports/usage-presenter.js';
import { OrmUsageReports } from './reports/usage-reports.repository.js';
import { runBound, statementsOf } from './store/bound-query.js';
import { segmentsIn, WalReader } from './wal/wal-reader.js';

type Options = Readonly<Record<string, string>>;

/** Share by which an invoice and the ledger may differ. */
const TOLERANCE = 0.001;
const TABLE = [
  'cost_usd',
  'requests',
  'attempts',
  'failed_attempts',
  'input_tokens',
  'cached_input_tokens',
  'output_tokens',
  'latency_p50_ms',
  'latency_p95_ms',
  'latency_p99_ms',
];

/** What the command line can do. Each command gives the exit code. */
export class UsageCommands {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly print: (text: string) => unknown,
  ) {}

  async report({ format = 'table', ...options }: Options): Promise<number> {
    const query = readReportQuery(options, FILTERS);
    const groups = new OrmUsageReports(this.database).groups(null, query);
    if (format === 'table') {
      const rows: string[][] = [[...query.groupBy, ...TABLE]];
      for await (const group of groups) {
        const row = tabulateGroup(group, query.groupBy);
        rows.push([...query.groupBy, ...TABLE].map((name) => String(row[name] ?? '-')));
      }
      this.table(rows);
    } else if (format === 'csv' || format === 'json') {
      const text = format === 'csv' ? csvOf(groups, query.groupBy) : jsonOf(groups, query.groupBy);
      for await (const piece of text) this.print(piece);
      if (format === 'json') this.print('\n');
    } else {
      throw new GatewayError('invalid_value', `Unknown format '${format}': use table, csv or json`);
    }
    return 0;
  }

  /** @returns 1 when something differs */
  async reconcile(options: Options, read: (path: string) => Promise<string>): Promise<number> {
    const { invoice, provider, tolerance = String(TOLERANCE), format = 'table', from, to, ...columns } = options;
    if (!invoice || !provider) throw new GatewayError('invalid_value', 'reconcile needs --invoice and --provider');
    const share = Number(tolerance);
    if (!(share >= 0 && share < 1)) throw new GatewayError('invalid_value', '--tolerance is a share, as 0.001');
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const query = readReportQuery({ ...range, provider, group_by: 'day,model' }, FILTERS);
    const given = readInvoice(await read(invoice), columnsOf(columns));
    const charged = given.filter(({ day }) => isWithin(day, query.from, query.to));
    const compared = compare(charged, await this.ledgerDays(query), share);
    this.compared(compared, format);
    return compared.every(({ verdict }) => verdict === 'match') ? 0 : 1;
  }

  async verify(): Promise<number> {
    const drift = await new OrmBalanceCheck(this.database, this.clock).run();
    const rows = drift.map(({ budgetId, windowStart, balance, records }) => [
      budgetId,
      windowStart === 0 ? 'prepaid' : new Date(windowStart).toISOString(),
      formatDollars(balance),
      formatDollars(records),
    ]);
    if (rows.length === 0) this.print('All balances are the sums of their records.\n');
    else this.table([['budget', 'window', 'balance_usd', 'records_usd'], ...rows]);
    return rows.length === 0 ? 0 : 1;
  }

  /** @returns 1 when a log has damaged records */
  async verifyLogs(folders: readonly string[]): Promise<number> {
    const rows: string[][] = [['folder', 'segments', 'ended', 'running_or_lost', 'not_in_database', 'damaged']];
    let damaged = 0;
    for (const folder of folders) {
      const reader = new WalReader();
      const paths = await segmentsIn(folder);
      const ids: string[] = [];
      let broken = 0;
      for (const path of paths) {
        const part = await reader.read(path);
        broken += part.damaged;
        ids.push(...part.ended.flatMap(({ ended }) => (ended ? [ended.id] : [])));
      }
      damaged += broken;
      const missing = ids.length - (await this.countOf(ids));
      rows.push([folder, ...[paths.length, ids.length, reader.unfinished.length, missing, broken].map(String)]);
    }
    this.table(rows);
    return damaged === 0 ? 0 : 1;
  }

  private async ledgerDays(query: ReturnType<typeof readReportQuery>): Promise<DayUsage[]> {
    const days: DayUsage[] = [];
    for await (const { keys, inputTokens, outputTokens, cost } of new OrmUsageReports(this.database).groups(
      null,
      query,
    )) {
      // What failed without a token is on no invoice.
      if (inputTokens + outputTokens + cost === 0) continue;
      days.push({ day: keys[0] ?? '', model: keys[1] ?? '', inputTokens, outputTokens, cost });
    }
    return days;
  }

  private compared(compared: readonly Comparison[], format: string): void {
    const header = [
      'day',
      'model',
      'verdict',
      'invoice_usd',
      'ledger_usd',
      'invoice_input',
      'ledger_input',
      'invoice_output',
      'ledger_output',
    ];
    const rows = compared.map(({ day, model, verdict, invoice, ledger }) => [
      day,
      model,
      verdict,
      invoice ? formatDollars(invoice.cost) : '-',
      ledger ? formatDollars(ledger.cost) : '-',
      ...[invoice?.inputTokens, ledger?.inputTokens, invoice?.outputTokens, ledger?.outputTokens].map((n) =>
        String(n ?? '-'),
      ),
    ]);
    if (format === 'csv') for (const row of [header, ...rows]) this.print(csvLine(row));
    else if (format === 'json') this.print(`${JSON.stringify(compared, null, 2)}\n`);
    else this.table([header, ...rows]);
  }

  private async countOf(ids: readonly string[]): Promise<number> {
    let count = 0;
    for (let from = 0; from < ids.length; from += 500) {
      const some = ids.slice(from, from + 500);
      const sql = `select count(*) as n from usage_records where id in (${some.map(() => '?').join(', ')})`;
      const [row] = await this.database.within('all', (em) =>
        runBound(statementsOf(em), this.database.engine, sql, some),
      );
      count += Number(row?.['n'] ?? 0);
    }
    return count;
  }

  private table(rows: ReadonlyArray<readonly string[]>): void {
    const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
    for (const row of rows) {
      // Control characters of a model's name must not reach a terminal.
      const cells = row.map((cell, index) => cell.replaceAll(/\p{Cc}/gu, '?').padEnd(widths[index] ?? 0));
      this.print(`${cells.join('  ').trimEnd()}\n`);
    }
  }
}

function columnsOf(options: RawQuery): typeof DEFAULT_COLUMNS {
  const { column_date, column_model, column_input_tokens, column_output_tokens, column_cost, ...rest } = options;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw new GatewayError('invalid_value', `reconcile does not know --${unknown}`);
  return {
    date: textOr(column_date, DEFAULT_COLUMNS.date),
    model: textOr(column_model, DEFAULT_COLUMNS.model),
    inputTokens: textOr(column_input_tokens, DEFAULT_COLUMNS.inputTokens),
    outputTokens: textOr(column_output_tokens, DEFAULT_COLUMNS.outputTokens),
    cost: textOr(column_cost, DEFAULT_COLUMNS.cost),
  };
}

function isWithin(day: string, from: number | undefined, to: number | undefined): boolean {
  const at = Date.parse(day);
  return at >= (from ?? -Infinity) && at < (to ?? Infinity);
}

const textOr = (value: unknown, fallback: string): string => (typeof value === 'string' ? value : fallback);
