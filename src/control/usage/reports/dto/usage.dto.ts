/** Milliseconds, of attempts that succeeded. Percentiles are exact: the nearest rank over all of them. */
export class LatenciesDto {
  mean: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}

/** What the attempts of one group used together. */
export class UsageGroupDto {
  /** Always `usage.group`. */
  object: 'usage.group';
  /**
   * Values of the dimensions that were asked for; null where attempts have none.
   * @example {"model":"gpt-oss-120b","day":"2026-01-31"}
   */
  group: Record<string, string | null>;
  /** Micro-dollars: 1 USD is 1,000,000. */
  cost_micros: number;
  /** @example 12.34 */
  cost_usd: string;
  /** The part of the cost that failed attempts have. */
  failed_cost_micros: number;
  /** Calls: those that were tried several times count once. */
  requests: number;
  /** Requests to upstreams, failed ones included. */
  attempts: number;
  failed_attempts: number;
  cancelled_attempts: number;
  /** Attempts whose process died before their end was known: they cost what was reserved for them. */
  orphaned_attempts: number;
  /** Cached and cache-writing tokens included. */
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_tokens: number;
  /** Reasoning tokens included. */
  output_tokens: number;
  reasoning_tokens: number;
  latency_ms: LatenciesDto;
  /** From sending to the first piece of the answer. */
  first_token_ms: LatenciesDto;
}

/** A report: one group for each combination of values that occurs, in their order. */
export class UsageReportDto {
  /** Always `list`. */
  object: 'list';
  /** @example ["model","day"] */
  group_by: string[];
  data: UsageGroupDto[];
}

/** One request to an upstream, without any content. */
export class UsageRecordDto {
  /** Always `usage.record`. */
  object: 'usage.record';
  id: string;
  request_id: string;
  /** The caller's own `x-request-id`. */
  client_request_id: string | null;
  /** When it was sent. */
  created_at: string;
  ended_at: string;
  organization_id: string;
  customer_id: string | null;
  team_id: string | null;
  project_id: string | null;
  user_id: string | null;
  virtual_key_id: string | null;
  tags: string[];
  operation: string;
  /** The caller's name of the model. */
  requested_model: string;
  provider: string;
  model: string;
  /** `first`, `retry`, `fallback` or `hedge`. */
  cause: string;
  streamed: boolean;
  /** `ok`, `cancelled`, `orphaned` or the code of an error. */
  outcome: string;
  /** Of the upstream. */
  status: number | null;
  duration_ms: number | null;
  first_token_ms: number | null;
  input_tokens: number;
  cached_input_tokens: number;
  cache_write_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  /** Who counted: `upstream`, this gateway (`counted`), nobody (`none`), or what was `reserved`. */
  usage_source: string;
  /** Micro-dollars: 1 USD is 1,000,000. */
  cost_micros: number;
  /** @example 0.000123 */
  cost_usd: string;
  price_id: string | null;
  /** Name of the provider's key. */
  upstream_key: string;
  upstream_request_id: string | null;
}

/** A page of records, the newest first. */
export class UsageRecordListDto {
  /** Always `list`. */
  object: 'list';
  data: UsageRecordDto[];
  has_more: boolean;
  first_id: string | null;
  /** What `after` takes to go on. */
  last_id: string | null;
}
