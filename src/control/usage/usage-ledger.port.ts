import type { Level } from '../contract/level.types.js';
import type { MicroDollars } from '../contract/money.js';

/** Who a call is billed to. */
export interface Billing {
  readonly organizationId: string;
  /** Ids of the levels above and including the key that it has. */
  readonly levels: Readonly<Partial<Record<Exclude<Level, 'organization'>, string>>>;
  readonly tags: readonly string[];
}

/** Tokens as OpenAI counts them: cached and cache-writing tokens are part of the input, reasoning of the output. */
export interface TokenCounts {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** An attempt that is about to be sent. */
export interface AttemptBegun {
  /** `<request id>.<n>`: unique for ever. */
  readonly id: string;
  readonly requestId: string;
  /** The caller's own id of the request (`x-request-id`), when it is well-formed. */
  readonly clientRequestId?: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly billing: Billing;
  /** As telemetry names it: `chat`, `completions`, `responses`, `messages`, `embeddings` … */
  readonly operation: string;
  /** The caller's name of the model. */
  readonly requestedModel: string;
  readonly provider: string;
  readonly model: string;
  /** Name of the provider's key. */
  readonly upstreamKey: string;
  readonly cause: 'first' | 'retry' | 'fallback' | 'hedge';
  readonly streamed: boolean;
  /** What it is charged when its end is never known. */
  readonly reservedCost: MicroDollars;
  /**
   * The budgets that its cost counts for, each with the start of the window (milliseconds since the epoch; 0 for
   * prepaid; for a rolling one the moment's bucket), and until when that window counts: its end, for a rolling budget
   * the end of the bucket and the period on top. Without the last, or with Infinity, it counts for 400 days.
   */
  readonly budgets: ReadonlyArray<readonly [budgetId: string, windowStart: number, countsUntil?: number]>;
}

/** How it ended. */
export interface AttemptEnded {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** `ok`, `cancelled` or an error code. */
  readonly outcome: string;
  /** The upstream's HTTP status, when there was one. */
  readonly status?: number;
  readonly tokens: TokenCounts;
  /** Who counted: the upstream, this gateway (of an answer that was cut), or nobody because nothing was produced. */
  readonly usageSource: 'upstream' | 'counted' | 'none';
  readonly cost: MicroDollars;
  /** Id of the price that was applied, as `cerebras/gpt-oss-120b@2026-01-01`; undefined for a model without a price. */
  readonly priceId?: string;
  readonly upstreamRequestId?: string;
  /** Milliseconds from sending to the first piece of the answer. */
  readonly firstTokenMs?: number;
}

/** What a call's counters have to be told when the process dies before it told them. */
export interface CallSettled {
  readonly requestId: string;
  readonly scope: string;
  readonly claims: ReadonlyArray<{
    readonly counter: string;
    readonly kind: 'budget' | 'rate' | 'concurrency';
    readonly amount: number;
    readonly windowMs: number;
  }>;
  readonly actual: readonly number[];
}

/** Budget use as the ledger knows it: by budget and window. */
export interface Balances {
  /** When the database was last asked, in milliseconds since the epoch; undefined before it has answered once. */
  readonly asOf: number | undefined;
  /** Pairs of window start and what was spent in it, for the windows that end after `since`. From memory. */
  of(budgetId: string, since: number): ReadonlyArray<readonly [windowStart: number, spent: MicroDollars]>;
}

/**
 * Every upstream request of a governed or ungoverned call, once. Each method appends to the write-ahead log before it
 * returns, so that a process that is killed afterwards has lost nothing; the database follows. The class is the
 * injection token.
 */
export abstract class UsageLedger {
  abstract begin(attempt: AttemptBegun): void;
  abstract end(attempt: AttemptEnded): void;
  abstract settled(call: CallSettled): void;
  abstract readonly balances: Balances;
  /**
   * Whether the balances can be counted from: false until they were read once. A gateway that may start without its
   * database, and shares its counters, does not wait for them: the counters have them.
   */
  abstract readonly ready: boolean;
  /** Whether the log can take more; when not, calls that must be accounted for are refused with 503. */
  abstract readonly accepts: boolean;
}
