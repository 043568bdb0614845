import type { MicroDollars } from '../../contract/money.js';
import type { RecordsQuery, ReportQuery } from './usage-query.js';

/** Milliseconds; null when no attempt that succeeded has one. */
export interface Latencies {
  readonly mean: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** What attempts of one group used together. */
export interface UsageGroup {
  /** In the order of the query's dimensions; null where attempts have none. */
  readonly keys: ReadonlyArray<string | null>;
  readonly cost: MicroDollars;
  /** Of the failed attempts, which are in `cost` too. */
  readonly failedCost: MicroDollars;
  readonly requests: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  readonly cancelledAttempts: number;
  readonly orphanedAttempts: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly latency: Latencies;
  readonly firstToken: Latencies;
}

/** One attempt, without any content. */
export interface UsageRecord {
  readonly id: string;
  readonly requestId: string;
  readonly clientRequestId: string | null;
  readonly organizationId: string;
  readonly customerId: string | null;
  readonly teamId: string | null;
  readonly projectId: string | null;
  readonly userId: string | null;
  readonly virtualKeyId: string | null;
  readonly tags: readonly string[];
  readonly operation: string;
  readonly requestedModel: string;
  readonly provider: string;
  readonly model: string;
  readonly upstreamKey: string;
  readonly cause: string;
  readonly streamed: boolean;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number | null;
  readonly firstTokenMs: number | null;
  readonly outcome: string;
  readonly status: number | null;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly usageSource: string;
  readonly cost: MicroDollars;
  readonly priceId: string | null;
  readonly upstreamRequestId: string | null;
}

/** Whose usage is read: of one organisation, or of all (null). What belongs to others is not there for him. */
export type Tenant = string | null;

/** Reads what was used. The class is the injection token. */
export abstract class UsageReports {
  /** Page after page, so that no report is held whole. */
  abstract groups(tenant: Tenant, query: ReportQuery): AsyncIterable<UsageGroup>;
  /** The newest first; one more than the limit tells that there are more. */
  abstract records(tenant: Tenant, query: RecordsQuery): Promise<readonly UsageRecord[]>;
}
