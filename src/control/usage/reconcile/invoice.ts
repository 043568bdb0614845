import { isRecord } from '../../../common/json/is-record.js';
import { type MicroDollars, parseDollars } from '../../contract/money.js';
import { readCsv } from '../reports/csv.js';

/** Names of an invoice's columns. */
export interface InvoiceColumns {
  readonly date: string;
  readonly model: string;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly cost: string;
}

export const DEFAULT_COLUMNS: InvoiceColumns = {
  date: 'date',
  model: 'model',
  inputTokens: 'input_tokens',
  outputTokens: 'output_tokens',
  cost: 'cost',
};

/** What was used of a model on a day, in UTC. */
export interface DayUsage {
  readonly day: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: MicroDollars;
}

/** Reads a provider's export, as CSV with a header line or as JSON (a list, or an object with one in `data`), one sum for each day and model. */
export function readInvoice(text: string, columns: InvoiceColumns): DayUsage[] {
  const rows = /^\s*[[{]/.test(text) ? readJson(text) : readTable(text);
  const sums = new Map<string, DayUsage>();
  for (const [index, row] of rows.entries()) {
    const usage = usageOf(row, columns, index + 1);
    const key = `${usage.day} ${usage.model}`;
    const sum = sums.get(key);
    sums.set(key, sum ? plus(sum, usage) : usage);
  }
  return [...sums.values()];
}

function readTable(text: string): Array<Record<string, unknown>> {
  const [header = [], ...rows] = readCsv(text);
  return rows.map((row) => Object.fromEntries(header.map((name, index) => [name.trim(), row[index] ?? ''])));
}

function readJson(text: string): Array<Record<string, unknown>> {
  const value: unknown = JSON.parse(text);
  const list: unknown = isRecord(value) ? value['data'] : value;
  if (!Array.isArray(list)) throw new Error('The invoice is no list, and has none in "data"');
  return list.filter(isRecord);
}

function usageOf(row: Record<string, unknown>, columns: InvoiceColumns, line: number): DayUsage {
  const cell = (name: string): string => {
    const value = row[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value).trim();
    throw new Error(`Row ${line} of the invoice has no column '${name}': it has ${Object.keys(row).join(', ')}`);
  };
  const whole = (name: string): number => {
    const number = Number(cell(name).replaceAll(',', ''));
    if (Number.isSafeInteger(number) && number >= 0) return number;
    throw new Error(`Row ${line} of the invoice: '${cell(name)}' in '${name}' is no number of tokens`);
  };
  const day = /^\d{4}-\d{2}-\d{2}/.exec(cell(columns.date))?.[0];
  if (day === undefined)
    throw new Error(`Row ${line} of the invoice: '${cell(columns.date)}' is no date as 2026-01-31`);
  return {
    day,
    model: cell(columns.model),
    inputTokens: whole(columns.inputTokens),
    outputTokens: whole(columns.outputTokens),
    cost: dollars(cell(columns.cost), line),
  };
}

/** Exports have more decimals than six at times: what is less than a micro-dollar is rounded. */
function dollars(text: string, line: number): MicroDollars {
  const plain = text.replace(/^\$/, '').replaceAll(',', '');
  const [, kept, more] = /^(\d+(?:\.\d{0,6})?)(\d*)$/.exec(plain) ?? [];
  const micros = kept === undefined ? undefined : parseDollars(kept.replace(/\.$/, ''));
  if (micros === undefined) throw new Error(`Row ${line} of the invoice: '${text}' is no amount in dollars`);
  return micros + (more !== undefined && more >= '5' ? 1 : 0);
}

function plus(one: DayUsage, other: DayUsage): DayUsage {
  return {
    ...one,
    inputTokens: one.inputTokens + other.inputTokens,
    outputTokens: one.outputTokens + other.outputTokens,
    cost: one.cost + other.cost,
  };
}

/** How a day and a model compare. `missing`: the ledger has none; `extra`: the invoice has none. */
export interface Comparison {
  readonly day: string;
  readonly model: string;
  readonly verdict: 'match' | 'difference' | 'missing' | 'extra';
  readonly invoice: DayUsage | undefined;
  readonly ledger: DayUsage | undefined;
}

/** @param tolerance share of the larger figure by which tokens and cost may differ, as 0.001 */
export function compare(invoice: readonly DayUsage[], ledger: readonly DayUsage[], tolerance: number): Comparison[] {
  const keyOf = ({ day, model }: DayUsage): string => `${day} ${model}`;
  const ours = new Map(ledger.map((usage) => [keyOf(usage), usage]));
  const theirs = new Map(invoice.map((usage) => [keyOf(usage), usage]));
  return [...new Set([...theirs.keys(), ...ours.keys()])].toSorted().map((key) => {
    const [one, other] = [theirs.get(key), ours.get(key)];
    const { day, model } = one ?? other ?? { day: '', model: '' };
    return { day, model, verdict: verdictOf(one, other, tolerance), invoice: one, ledger: other };
  });
}

function verdictOf(
  invoice: DayUsage | undefined,
  ledger: DayUsage | undefined,
  tolerance: number,
): Comparison['verdict'] {
  if (!ledger) return 'missing';
  if (!invoice) return 'extra';
  const near = (one: number, other: number): boolean => Math.abs(one - other) <= tolerance * Math.max(one, other);
  const isMatch =
    near(invoice.inputTokens, ledger.inputTokens) &&
    near(invoice.outputTokens, ledger.outputTokens) &&
    near(invoice.cost, ledger.cost);
  return isMatch ? 'match' : 'difference';
}
