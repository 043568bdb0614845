import type { LimiterDown } from '../contract/terms.types.js';

/** What one call takes of one counter. Amounts are integers from 0 to 2^53 - 1: micro-dollars, tokens, requests, calls. */
export interface Claim {
  /** Unique in its scope. A counter that does not slide has the start of its window in its name. */
  readonly counter: string;
  readonly kind: 'budget' | 'rate' | 'concurrency';
  readonly limit: number;
  /** What is held now, and counts until the call settles. */
  readonly amount: number;
  /** What was used in the last so many milliseconds counts; 0: all that was ever counted. */
  readonly windowMs: number;
  /** Counts, and never refuses. */
  readonly soft: boolean;
  /** When a counter that does not slide may be forgotten, in milliseconds since the epoch; 0: never. */
  readonly expiresAt: number;
  /**
   * What the ledger knows to be used, for a counter that is not there yet: pairs of a moment (milliseconds since the
   * epoch; for a counter that does not slide any) and an amount.
   */
  readonly seed?: () => ReadonlyArray<readonly [at: number, amount: number]>;
}

export interface Lease {
  /** The request's id: a lease is settled once. */
  readonly id: string;
  /** The organisation: leases of one are atomic with each other. */
  readonly scope: string;
  readonly claims: readonly Claim[];
  readonly onLimiterDown: LimiterDown;
  /** Whether it is told from the log of a process that died: the ledger has what it used. */
  readonly isAdopted?: boolean;
}

/** Where a counter stands after a decision. */
export interface Standing {
  /** Settled. */
  readonly used: number;
  /** Held by calls under way, this one's included when it was admitted. */
  readonly held: number;
  readonly limit: number;
  /** Milliseconds until it is as good as new; 0 when nothing is used. For a window that does not slide not known here: 0. */
  readonly resetMs: number;
}

export type Verdict =
  | {
      readonly admitted: true;
      /** In the order of the claims. */
      readonly standings: readonly Standing[];
      /** Decided without the shared counters, by the lease's `onLimiterDown`. */
      readonly degraded: boolean;
    }
  | {
      readonly admitted: false;
      /** Index of the first claim that does not fit; undefined when the counters cannot be reached. */
      readonly claim: number | undefined;
      readonly standings: readonly Standing[];
      /** When it may fit; undefined: not by waiting. */
      readonly retryAfterMs: number | undefined;
    };

/**
 * What all nodes count together. One decision takes from all counters of a call or from none, and a refusal changes
 * nothing. The class is the injection token. Without Redis the answers are immediate; with Redis they are promises.
 */
export abstract class Counters {
  abstract admit(lease: Lease): Verdict | Promise<Verdict>;
  /** Holds more on the same lease, by claim; `extra` has one amount for each. A refusal leaves what is held as it is. */
  abstract extend(lease: Lease, extra: readonly number[]): Verdict | Promise<Verdict>;
  /**
   * Ends the lease: what was held is given back, and `actual` (one amount for each claim) counts. Idempotent by the
   * lease's id for a day, also after the lease has expired and on another node. Never throws: it is repeated until the
   * counters take it, and the write-ahead log has it when the process dies.
   */
  abstract settle(lease: Lease, actual: readonly number[]): void;
  /** Where counters stand now, without taking anything; what is not there stands at its seed. */
  abstract read(scope: string, claims: readonly Claim[]): Promise<readonly Standing[]>;
}
