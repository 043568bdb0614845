import { formatDollars } from '../../contract/money.js';
import { csvLine } from './csv.js';
import type { UsageGroupDto, UsageRecordDto } from './dto/usage.dto.js';
import type { Dimension } from './usage-query.js';
import type { UsageGroup, UsageRecord } from './usage-reports.port.js';

type Cell = string | number | boolean | null;

/** Names as the answers and the columns of a table have them. */
function measuresOf(group: UsageGroup) {
  return {
    cost_micros: group.cost,
    cost_usd: formatDollars(group.cost),
    failed_cost_micros: group.failedCost,
    requests: group.requests,
    attempts: group.attempts,
    failed_attempts: group.failedAttempts,
    cancelled_attempts: group.cancelledAttempts,
    orphaned_attempts: group.orphanedAttempts,
    input_tokens: group.inputTokens,
    cached_input_tokens: group.cachedInputTokens,
    cache_write_tokens: group.cacheWriteTokens,
    output_tokens: group.outputTokens,
    reasoning_tokens: group.reasoningTokens,
  };
}

export function presentGroup(group: UsageGroup, groupBy: readonly Dimension[]): UsageGroupDto {
  return {
    object: 'usage.group',
    group: Object.fromEntries(groupBy.map((dimension, index) => [dimension, group.keys[index] ?? null])),
    ...measuresOf(group),
    latency_ms: group.latency,
    first_token_ms: group.firstToken,
  };
}

/** A row of the table, in the order of its columns. */
export function tabulateGroup(group: UsageGroup, groupBy: readonly Dimension[]): Record<string, Cell> {
  const { latency, firstToken } = group;
  return {
    ...Object.fromEntries(groupBy.map((dimension, index) => [dimension, group.keys[index] ?? null])),
    ...measuresOf(group),
    latency_mean_ms: latency.mean,
    latency_p50_ms: latency.p50,
    latency_p95_ms: latency.p95,
    latency_p99_ms: latency.p99,
    first_token_mean_ms: firstToken.mean,
    first_token_p50_ms: firstToken.p50,
    first_token_p95_ms: firstToken.p95,
    first_token_p99_ms: firstToken.p99,
  };
}

/** The columns of a table without rows. */
const NO_GROUP: UsageGroup = {
  keys: [],
  cost: 0,
  failedCost: 0,
  requests: 0,
  attempts: 0,
  failedAttempts: 0,
  cancelledAttempts: 0,
  orphanedAttempts: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  latency: { mean: null, p50: null, p95: null, p99: null },
  firstToken: { mean: null, p50: null, p95: null, p99: null },
};

export async function* csvOf(groups: AsyncIterable<UsageGroup>, groupBy: readonly Dimension[]): AsyncGenerator<string> {
  yield csvLine(Object.keys(tabulateGroup(NO_GROUP, groupBy)));
  for await (const group of groups) yield csvLine(Object.values(tabulateGroup(group, groupBy)));
}

/** One JSON object, written while its groups come. */
export async function* jsonOf(
  groups: AsyncIterable<UsageGroup>,
  groupBy: readonly Dimension[],
): AsyncGenerator<string> {
  yield `{"object":"list","group_by":${JSON.stringify(groupBy)},"data":[`;
  let separator = '';
  for await (const group of groups) {
    yield separator + JSON.stringify(presentGroup(group, groupBy));
    separator = ',';
  }
  yield ']}';
}

export function presentRecord(record: UsageRecord): UsageRecordDto {
  return {
    object: 'usage.record',
    id: record.id,
    request_id: record.requestId,
    client_request_id: record.clientRequestId,
    created_at: new Date(record.startedAt).toISOString(),
    ended_at: new Date(record.endedAt).toISOString(),
    organization_id: record.organizationId,
    customer_id: record.customerId,
    team_id: record.teamId,
    project_id: record.projectId,
    user_id: record.userId,
    virtual_key_id: record.virtualKeyId,
    tags: [...record.tags],
    operation: record.operation,
    requested_model: record.requestedModel,
    provider: record.provider,
    model: record.model,
    cause: record.cause,
    streamed: record.streamed,
    outcome: record.outcome,
    status: record.status,
    duration_ms: record.durationMs,
    first_token_ms: record.firstTokenMs,
    input_tokens: record.inputTokens,
    cached_input_tokens: record.cachedInputTokens,
    cache_write_tokens: record.cacheWriteTokens,
    output_tokens: record.outputTokens,
    reasoning_tokens: record.reasoningTokens,
    usage_source: record.usageSource,
    cost_micros: record.cost,
    cost_usd: formatDollars(record.cost),
    price_id: record.priceId,
    upstream_key: record.upstreamKey,
    upstream_request_id: record.upstreamRequestId,
  };
}
