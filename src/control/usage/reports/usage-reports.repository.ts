import { Injectable, Optional } from '@nestjs/common';
import { Database } from '../../../persistence/database.js';
import { rowsOfTenant } from '../../../persistence/row-level-security.js';
import { type Row, runBound, statementsOf, timeOf } from '../store/bound-query.js';
import { conditionOf, reportStatement } from './report-sql.js';
import type { RecordsQuery, ReportQuery, UsageFilter } from './usage-query.js';
import { type Latencies, type Tenant, type UsageGroup, type UsageRecord, UsageReports } from './usage-reports.port.js';

const PAGE = 500;

/** Reports on the ledger's table, made by the database: no row of it comes here but those that are shown. */
@Injectable()
export class OrmUsageReports extends UsageReports {
  /** @param page groups of one statement */
  constructor(
    private readonly database: Database,
    @Optional() private readonly page: number = PAGE,
  ) {
    super();
  }

  override async *groups(tenant: Tenant, { groupBy, ...query }: ReportQuery): AsyncGenerator<UsageGroup> {
    const filter = ownOf(tenant, query);
    for (let after: string[] | undefined; ;) {
      const { sql, parameters } = reportStatement(filter, groupBy, this.database.engine, { limit: this.page, after });
      const rows = await this.run(tenant, sql, parameters);
      for (const row of rows) yield groupOf(row, groupBy.length);
      const last = rows.at(-1);
      if (!last || rows.length < this.page || groupBy.length === 0) return;
      after = groupBy.map((_, index) => String(last[`g${index}`]));
    }
  }

  override async records(tenant: Tenant, { limit, after, ...query }: RecordsQuery): Promise<readonly UsageRecord[]> {
    const { sql, parameters } = conditionOf(ownOf(tenant, query), this.database.engine);
    // The cursor is one of the rows that may be seen: another's id is like one that is not there.
    const next =
      after === undefined
        ? ''
        : ` and (r.ended_at, r.id) < (select r.ended_at, r.id from usage_records r where r.id = ? and ${sql})`;
    const rows = await this.run(
      tenant,
      `select r.* from usage_records r where ${sql}${next} order by r.ended_at desc, r.id desc limit ?`,
      [...parameters, ...(after === undefined ? [] : [after, ...parameters]), limit + 1],
    );
    return rows.map(recordOf);
  }

  private run(tenant: Tenant, sql: string, parameters: readonly unknown[]): Promise<readonly Row[]> {
    return this.database.within(rowsOfTenant(tenant), (em) =>
      runBound(statementsOf(em), this.database.engine, sql, parameters),
    );
  }
}

/** An administrator of one organisation who asks for another's gets nothing: there is none for him. */
function ownOf(tenant: Tenant, { where, ...times }: UsageFilter): UsageFilter {
  if (tenant === null) return { ...times, where };
  const asked = where.organization;
  return { ...times, where: { ...where, organization: asked && !asked.includes(tenant) ? [] : [tenant] } };
}

const numberOf = (value: unknown): number => Number(value ?? 0);
const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));
const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function groupOf(row: Row, dimensions: number): UsageGroup {
  return {
    keys: Array.from({ length: dimensions }, (_, index) => textOrNull(row[`g${index}`])),
    cost: numberOf(row['cost']),
    failedCost: numberOf(row['failed_cost']),
    requests: numberOf(row['requests']),
    attempts: numberOf(row['attempts']),
    failedAttempts: numberOf(row['failed_attempts']),
    cancelledAttempts: numberOf(row['cancelled_attempts']),
    orphanedAttempts: numberOf(row['orphaned_attempts']),
    inputTokens: numberOf(row['input_tokens']),
    cachedInputTokens: numberOf(row['cached_input_tokens']),
    cacheWriteTokens: numberOf(row['cache_write_tokens']),
    outputTokens: numberOf(row['output_tokens']),
    reasoningTokens: numberOf(row['reasoning_tokens']),
    latency: latenciesOf(row, 'latency'),
    firstToken: latenciesOf(row, 'first_token'),
  };
}

function latenciesOf(row: Row, name: string): Latencies {
  const mean = numberOrNull(row[`${name}_mean`]);
  return {
    mean: mean === null ? null : Math.round(mean),
    p50: numberOrNull(row[`${name}_p50`]),
    p95: numberOrNull(row[`${name}_p95`]),
    p99: numberOrNull(row[`${name}_p99`]),
  };
}

function recordOf(row: Row): UsageRecord {
  return {
    id: String(row['id']),
    requestId: String(row['request_id']),
    clientRequestId: textOrNull(row['client_request_id']),
    organizationId: String(row['organization_id']),
    customerId: textOrNull(row['customer_id']),
    teamId: textOrNull(row['team_id']),
    projectId: textOrNull(row['project_id']),
    userId: textOrNull(row['user_id']),
    virtualKeyId: textOrNull(row['virtual_key_id']),
    tags: tagsOf(row['tags']),
    operation: String(row['operation']),
    requestedModel: String(row['requested_model']),
    provider: String(row['provider']),
    model: String(row['model']),
    upstreamKey: String(row['upstream_key']),
    cause: String(row['cause']),
    streamed: Boolean(row['streamed']),
    startedAt: timeOf(row['started_at']),
    endedAt: timeOf(row['ended_at']),
    durationMs: numberOrNull(row['duration_ms']),
    firstTokenMs: numberOrNull(row['first_token_ms']),
    outcome: String(row['outcome']),
    status: numberOrNull(row['status']),
    ...tokensOf(row),
    usageSource: String(row['usage_source']),
    cost: numberOf(row['cost']),
    priceId: textOrNull(row['price_id']),
    upstreamRequestId: textOrNull(row['upstream_request_id']),
  };
}

function tokensOf(row: Row) {
  return {
    inputTokens: numberOf(row['input_tokens']),
    cachedInputTokens: numberOf(row['cached_input_tokens']),
    cacheWriteTokens: numberOf(row['cache_write_tokens']),
    outputTokens: numberOf(row['output_tokens']),
    reasoningTokens: numberOf(row['reasoning_tokens']),
  };
}

function tagsOf(json: unknown): string[] {
  const list: unknown = JSON.parse(String(json));
  return Array.isArray(list) ? list.map(String) : [];
}
