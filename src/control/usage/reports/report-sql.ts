import type { DatabaseEngine } from '../../../config/database-url.js';
import { timeParameter } from '../store/bound-query.js';
import { ORPHANED } from '../store/usage-row.js';
import type { Dimension, Filter, UsageFilter } from './usage-query.js';

export interface Statement {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

const COLUMNS = {
  organization: 'r.organization_id',
  customer: 'r.customer_id',
  team: 'r.team_id',
  project: 'r.project_id',
  user: 'r.user_id',
  virtual_key: 'r.virtual_key_id',
  model: 'r.model',
  provider: 'r.provider',
  operation: 'r.operation',
  outcome: 'r.outcome',
} as const satisfies Partial<Record<Dimension | Filter, string>>;

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const PERCENTS = [50, 95, 99] as const;
const SUMS = [
  'input_tokens',
  'cached_input_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
] as const;

/** Text of a dimension for each row; empty where a row has none. Groups are compared as text, so pages can follow each other. */
function dimensionSql(dimension: Dimension, engine: DatabaseEngine): string {
  if (dimension === 'tag') return "coalesce(tag.value, '')";
  if (dimension === 'day' || dimension === 'hour') return timeSql(dimension === 'day' ? DAY_MS : HOUR_MS, engine);
  return `coalesce(${COLUMNS[dimension]}, '')`;
}

/** ISO 8601 in UTC, which sorts as text. */
function timeSql(ms: number, engine: DatabaseEngine): string {
  const form = ms === DAY_MS ? ['%Y-%m-%d', 'YYYY-MM-DD'] : ['%Y-%m-%dT%H:00:00Z', 'YYYY-MM-DD"T"HH24":00:00Z"'];
  return engine === 'postgresql'
    ? `to_char(r.ended_at at time zone 'UTC', '${form[1]}')`
    : `strftime('${form[0]}', r.ended_at / 1000, 'unixepoch')`;
}

/** Each tag of a row is a row of its own; one without tags remains. */
function tagJoin(engine: DatabaseEngine): string {
  return engine === 'postgresql'
    ? 'left join lateral json_array_elements_text(r.tags::json) as tag(value) on true'
    : 'left join json_each(r.tags) as tag on true';
}

/** The rows of a filter, as a condition. */
export function conditionOf(filter: UsageFilter, engine: DatabaseEngine): Statement {
  const parts: string[] = [];
  const parameters: unknown[] = [];
  const add = (sql: string, ...values: readonly unknown[]): void => {
    parts.push(sql);
    parameters.push(...values);
  };
  for (const [name, values] of Object.entries(filter.where)) {
    const places = values.map(() => '?').join(', ');
    // None of no values: nobody may take a filter that allows nothing for none.
    if (values.length === 0) add('1 = 0');
    else if (name === 'tag') add(hasTag(engine, places), ...values);
    else if (isColumn(name)) add(`${COLUMNS[name]} in (${places})`, ...values);
  }
  if (filter.from !== undefined) add('r.ended_at >= ?', timeParameter(engine, filter.from));
  if (filter.to !== undefined) add('r.ended_at < ?', timeParameter(engine, filter.to));
  return { sql: parts.length === 0 ? '1 = 1' : parts.join(' and '), parameters };
}

function hasTag(engine: DatabaseEngine, places: string): string {
  return engine === 'postgresql'
    ? `exists (select 1 from json_array_elements_text(r.tags::json) as has(value) where has.value in (${places}))`
    : `exists (select 1 from json_each(r.tags) as has where has.value in (${places}))`;
}

const isColumn = (name: string): name is keyof typeof COLUMNS => Object.hasOwn(COLUMNS, name);

/**
 * A page of groups in their order, with exact percentiles (nearest rank): the same statement for both engines, of which
 * only one knows percentiles. Latency is that of attempts that succeeded.
 * @param after values of the last group of the page before
 */
export function reportStatement(
  filter: UsageFilter,
  groupBy: readonly Dimension[],
  engine: DatabaseEngine,
  page: { readonly limit: number; readonly after: readonly string[] | undefined },
): Statement {
  const names = groupBy.map((_, index) => `g${index}`);
  const dimensions = groupBy.map((dimension) => dimensionSql(dimension, engine));
  const condition = conditionOf(filter, engine);
  const next = page.after === undefined ? undefined : afterSql(dimensions, page.after, engine);
  const partition = names.length === 0 ? '' : `partition by ${names.join(', ')} `;
  const ranks = (value: string, name: string): string =>
    `row_number() over (${partition}order by ${value} is null, ${value}) as ${name}_rank,
     count(${value}) over (${names.length === 0 ? '' : partition.trim()}) as ${name}_count`;
  const sql = `
    with chosen as (
      select r.*, case when r.outcome = 'ok' then r.duration_ms end as latency,
        case when r.outcome = 'ok' then r.first_token_ms end as first_token
        ${dimensions.map((dimension, index) => `, ${dimension} as g${index}`).join('')}
      from usage_records r ${groupBy.includes('tag') ? tagJoin(engine) : ''}
      where ${condition.sql}${next ? ` and ${next.sql}` : ''}
    ), ranked as (
      select chosen.*, ${ranks('latency', 'latency')}, ${ranks('first_token', 'first_token')} from chosen
    )
    select ${[...names, ...measures()].join(', ')} from ranked
    ${names.length === 0 ? '' : `group by ${names.join(', ')} order by ${names.map((name) => ordered(name, engine)).join(', ')}`}
    limit ?`;
  return { sql, parameters: [...condition.parameters, ...(next?.parameters ?? []), page.limit] };
}

/** Bytes, not a language's order: what follows is found by comparison. */
function ordered(sql: string, engine: DatabaseEngine): string {
  return engine === 'postgresql' ? `${sql} collate "C"` : sql;
}

function afterSql(dimensions: readonly string[], after: readonly string[], engine: DatabaseEngine): Statement {
  const parts = dimensions.map((_, last) => {
    const equal = dimensions.slice(0, last).map((dimension) => `${dimension} = ?`);
    return `(${[...equal, `${ordered(dimensions[last] ?? '', engine)} > ?`].join(' and ')})`;
  });
  return {
    sql: `(${parts.join(' or ')})`,
    parameters: dimensions.flatMap((_, last) => after.slice(0, last + 1)),
  };
}

function measures(): string[] {
  const failed = `outcome not in ('ok', 'cancelled', '${ORPHANED}')`;
  return [
    'sum(cost) as cost',
    'count(distinct request_id) as requests',
    'count(*) as attempts',
    countIf(failed, 'failed_attempts'),
    countIf(`outcome = 'cancelled'`, 'cancelled_attempts'),
    countIf(`outcome = '${ORPHANED}'`, 'orphaned_attempts'),
    `sum(case when ${failed} then cost else 0 end) as failed_cost`,
    ...SUMS.map((name) => `sum(${name}) as ${name}`),
    ...['latency', 'first_token'].flatMap((name) => [
      `avg(${name}) as ${name}_mean`,
      ...PERCENTS.map(
        (percent) =>
          `max(case when ${name}_rank = (${name}_count * ${percent} + 99) / 100 then ${name} end) as ${name}_p${percent}`,
      ),
    ]),
  ];
}

const countIf = (condition: string, name: string): string => `sum(case when ${condition} then 1 else 0 end) as ${name}`;
