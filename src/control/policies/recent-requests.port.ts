import type { Level } from '../contract/level.types.js';

/** Of which requests: those of one organisation (null: of all), or of one entity in it. */
export interface RequestScope {
  readonly organizationId: string | null;
  readonly entity?: { readonly level: Level; readonly id: string };
}

/** A request as the ledger remembers it. What it does not know is left out. */
export interface RecentRequest {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** The entities that it counted for; names only where they are known. Levels that it did not have are left out. */
  readonly levels: Readonly<Partial<Record<Level, { readonly id: string; readonly name?: string }>>>;
  readonly keyPrefix?: string;
  readonly tags: readonly string[];
  readonly operation: string;
  /** The caller's name of the model. */
  readonly model: string;
  readonly provider: string;
  readonly streamed: boolean;
  /** As it was counted, not as it was estimated. */
  readonly inputTokens: number;
  readonly maxOutputTokens?: number;
  /** Percent, at that time. */
  readonly budgetUsed?: number;
}

/** What was asked lately: one entry for each request, whatever number of attempts it took. The class is the injection token. */
export abstract class RecentRequests {
  /**
   * The newest first, at most `limit`.
   * @param from the first moment, inclusive, and `to`, exclusive; milliseconds since the epoch
   */
  abstract find(scope: RequestScope, from: number, to: number, limit: number): Promise<RecentRequest[]>;
}
