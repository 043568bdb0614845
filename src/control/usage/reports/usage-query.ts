import { type Page, type RawQuery, readLimit, readText, readTime } from '../../../common/http/query.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';

const PROPERTIES = [
  'organization',
  'customer',
  'team',
  'project',
  'user',
  'virtual_key',
  'model',
  'provider',
  'operation',
  'tag',
] as const;

/** What a report can be grouped by. */
export const DIMENSIONS = [...PROPERTIES, 'day', 'hour'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** What rows can be chosen by: each dimension but time, and how attempts ended. */
export const FILTERS = [...PROPERTIES, 'outcome'] as const;
export type Filter = (typeof FILTERS)[number];

/** Which rows. Times are milliseconds since the epoch. */
export interface UsageFilter {
  /** Any of the values of each. */
  readonly where: Readonly<Partial<Record<Filter, readonly string[]>>>;
  /** Inclusive; of the end of the attempt. */
  readonly from: number | undefined;
  /** Exclusive. */
  readonly to: number | undefined;
}

export interface ReportQuery extends UsageFilter {
  readonly groupBy: readonly Dimension[];
}

export interface RecordsQuery extends UsageFilter, Page {}

export type Format = 'json' | 'csv';

const MOST_GROUPS = 4;
const MOST_VALUES = 100;

/** @param filters those that this reader may use */
export function readReportQuery(query: RawQuery, filters: readonly Filter[]): ReportQuery {
  const { group_by, format, ...rest } = query;
  readFormat({ format });
  return { ...readFilter(rest, filters), groupBy: readGroups(group_by) };
}

export function readRecordsQuery(query: RawQuery, filters: readonly Filter[]): RecordsQuery {
  const { limit, after, ...rest } = query;
  return { ...readFilter(rest, filters), limit: readLimit(readText('limit', limit)), after: readText('after', after) };
}

export function readFormat({ format }: RawQuery): Format {
  if (format === undefined || format === '' || format === 'json') return 'json';
  if (format === 'csv') return 'csv';
  throw invalid('format', `Invalid value: ${said(format)}. Supported values are: 'json' and 'csv'.`);
}

/** `model,day`, or the name several times. */
export function readGroups(value: unknown): Dimension[] {
  const names = listOf('group_by', value);
  const groups = names.map((name) => {
    const found = DIMENSIONS.find((dimension) => dimension === name);
    if (!found) {
      throw invalid('group_by', `Invalid value: ${said(name)}. Supported values are: ${DIMENSIONS.join(', ')}.`);
    }
    return found;
  });
  const unique = [...new Set(groups)];
  if (unique.length > MOST_GROUPS) throw invalid('group_by', `At most ${MOST_GROUPS} groups can be asked for.`);
  return unique;
}

export function readFilter(query: RawQuery, filters: readonly Filter[]): UsageFilter {
  const { from, to, ...rest } = query;
  const where: Partial<Record<Filter, readonly string[]>> = {};
  for (const [name, value] of Object.entries(rest)) {
    const filter = filters.find((one) => one === name);
    if (!filter) throw new GatewayError('unsupported_parameter', `Unknown parameter: '${name}'.`, { param: name });
    const values = listOf(name, value);
    if (values.length > 0) where[filter] = values;
  }
  const range = { from: readTime('from', from), to: readTime('to', to) };
  if (range.from !== undefined && range.to !== undefined && range.from >= range.to) {
    throw invalid('to', "Invalid 'to': it must be after 'from'.");
  }
  return { where, ...range };
}

function listOf(name: string, value: unknown): string[] {
  const given: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const values = given.flatMap((one) => (typeof one === 'string' ? one.split(',') : []));
  const texts = values.map((text) => text.trim()).filter((text) => text !== '');
  if (texts.length > MOST_VALUES) throw invalid(name, `Invalid '${name}': at most ${MOST_VALUES} values.`);
  // PostgreSQL takes no NUL, and no row has one.
  if (texts.some((text) => text.includes('\0')))
    throw invalid(name, `Invalid '${name}': it has a character that no name has.`);
  return texts;
}

const said = (value: unknown): string =>
  `'${(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 100)}'`;

function invalid(param: string, message: string): GatewayError {
  return new GatewayError('invalid_value', message, { param });
}
