import type { DatabaseEngine } from '../../../config/database-url.js';
import type { AttemptBegun, AttemptEnded, TokenCounts } from '../usage-ledger.port.js';
import { timeParameter } from './bound-query.js';

/** `outcome` of an attempt whose process died, and `usage_source` of what it is charged. */
export const ORPHANED = 'orphaned';
export const RESERVED = 'reserved';

type Value = string | number | boolean | null;

/** Longest text of a column: what callers choose must not fill the database. */
const LONGEST = 512;
const NO_TOKENS: TokenCounts = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
};

/** Columns that an end decides on, so that they are what a correction changes. */
export function endColumns(begun: Pick<AttemptBegun, 'startedAt'>, ended: AttemptEnded, engine: DatabaseEngine) {
  return {
    ended_at: timeParameter(engine, ended.endedAt),
    duration_ms: whole(Math.max(0, ended.endedAt - begun.startedAt)),
    first_token_ms: ended.firstTokenMs === undefined ? null : whole(Math.max(0, ended.firstTokenMs)),
    outcome: text(ended.outcome),
    status: ended.status ?? null,
    ...tokenColumns(ended.tokens),
    usage_source: ended.usageSource as string,
    cost: whole(ended.cost),
    price_id: optional(ended.priceId),
    upstream_request_id: optional(ended.upstreamRequestId),
  } satisfies Record<string, Value>;
}

/** The row of an attempt. One that never ended is charged what was reserved for it, at the time at which it began. */
export function rowOf(begun: AttemptBegun, ended: AttemptEnded | undefined, engine: DatabaseEngine, now: number) {
  const { billing } = begun;
  return {
    id: begun.id,
    request_id: text(begun.requestId),
    client_request_id: optional(begun.clientRequestId),
    organization_id: text(billing.organizationId),
    customer_id: optional(billing.levels.customer),
    team_id: optional(billing.levels.team),
    project_id: optional(billing.levels.project),
    user_id: optional(billing.levels.user),
    virtual_key_id: optional(billing.levels.virtual_key),
    tags: JSON.stringify(billing.tags.map(text)),
    operation: text(begun.operation),
    requested_model: text(begun.requestedModel),
    provider: text(begun.provider),
    model: text(begun.model),
    upstream_key: text(begun.upstreamKey),
    cause: begun.cause as string,
    // A number in SQLite, which has no booleans.
    streamed: engine === 'sqlite' ? Number(begun.streamed) : begun.streamed,
    started_at: timeParameter(engine, begun.startedAt),
    reserved_cost: whole(begun.reservedCost),
    budgets: JSON.stringify(begun.budgets.map(([id, start]) => [id, start])),
    recorded_at: timeParameter(engine, now),
    ...(ended ? endColumns(begun, ended, engine) : orphanColumns(begun, engine)),
  } satisfies Record<string, Value>;
}

export type UsageRow = ReturnType<typeof rowOf>;

function orphanColumns(begun: AttemptBegun, engine: DatabaseEngine) {
  return {
    ended_at: timeParameter(engine, begun.startedAt),
    duration_ms: null,
    first_token_ms: null,
    outcome: ORPHANED,
    status: null,
    ...tokenColumns(NO_TOKENS),
    usage_source: RESERVED,
    cost: whole(begun.reservedCost),
    price_id: null,
    upstream_request_id: null,
  };
}

function tokenColumns(tokens: TokenCounts) {
  return {
    input_tokens: whole(tokens.inputTokens),
    cached_input_tokens: whole(tokens.cachedInputTokens),
    cache_write_tokens: whole(tokens.cacheWriteTokens),
    output_tokens: whole(tokens.outputTokens),
    reasoning_tokens: whole(tokens.reasoningTokens),
  };
}

/** PostgreSQL takes no NUL, and no half of a surrogate pair. */
function text(value: string): string {
  const clean = value.includes('\0') ? value.replaceAll('\0', '') : value;
  return clean.slice(0, LONGEST).toWellFormed();
}

const optional = (value: string | undefined): string | null => (value === undefined ? null : text(value));

/** Latencies come as fractions of a millisecond. What is no number, as a broken upstream's count, is none. */
function whole(value: number): number {
  return Number.isFinite(value) ? Math.round(value) : 0;
}
