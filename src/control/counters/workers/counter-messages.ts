import { topic } from '../../../common/workers/topic.js';
import type { LimiterDown } from '../../contract/terms.types.js';
import { seedOf } from '../claim-rules.js';
import type { Claim, Lease, Standing, Verdict } from '../counters.port.js';

/*
 * What a worker and the supervisor say to each other about counters: rows of numbers instead of objects, because each
 * call says some. JSON has no Infinity; it writes null, which is read as Infinity where there may be one.
 */

export type Seed = ReadonlyArray<readonly [at: number, amount: number]>;

export type ClaimRow = readonly [
  counter: string,
  kind: number,
  limit: number,
  amount: number,
  windowMs: number,
  soft: number,
  expiresAt: number | null,
  /** 0: the ledger knows nothing; 1: it may, and is to be asked when the counter is not there. */
  seed: 0 | 1 | Seed,
];

export type LeaseRow = readonly [id: string, scope: string, claims: readonly ClaimRow[]];

export type StandingRow = readonly [used: number, held: number, limit: number, resetMs: number | null];

/** Admitted: 1 and the standings. Refused: 0, which claim, when it may fit, and the standings. Seeds are needed: 2 and of which claims. */
export type VerdictRow =
  | readonly [1, readonly StandingRow[]]
  | readonly [0, claim: number | null, retryAfterMs: number | null, readonly StandingRow[]]
  | readonly [2, claims: readonly number[]];

/** Of a lease that the worker holds itself the supervisor knows the claims. */
export type ExtendRow = readonly [id: string, scope: string, extra: readonly number[], claims?: readonly ClaimRow[]];
export type SettleRow = readonly [
  id: string,
  scope: string,
  actual: readonly number[],
  claims?: readonly ClaimRow[],
  /** 1: it is told from the log of a process that died. */
  adopted?: 0 | 1,
];
export type ReadRow = readonly [scope: string, claims: readonly ClaimRow[]];

export const COUNTERS = {
  admit: topic<LeaseRow, VerdictRow>('counters.admit'),
  extend: topic<ExtendRow, VerdictRow>('counters.extend'),
  settle: topic<SettleRow>('counters.settle'),
  read: topic<ReadRow, readonly StandingRow[]>('counters.read'),
};

const KINDS: ReadonlyArray<Claim['kind']> = ['budget', 'rate', 'concurrency'];
/** The supervisor is always there: while it is not, the workers end. */
const ON_LIMITER_DOWN: LimiterDown = 'closed';

/** @param told the claim's seed, once it was asked for; until then is said whether there is one */
export function claimRow(
  { counter, kind, limit, amount, windowMs, soft, expiresAt, seed }: Claim,
  told?: Seed,
): ClaimRow {
  return [counter, KINDS.indexOf(kind), limit, amount, windowMs, soft ? 1 : 0, expiresAt, told ?? (seed ? 1 : 0)];
}

/** The same with the seed, if there is one. */
export function seededRow(claim: Claim): ClaimRow {
  return claimRow(claim, claim.seed && seedOf(claim));
}

export function claimOf([counter, kind, limit, amount, windowMs, soft, expiresAt, seed]: ClaimRow): Claim {
  return {
    counter,
    kind: KINDS[kind] ?? 'budget',
    limit,
    amount,
    windowMs,
    soft: soft === 1,
    expiresAt: expiresAt ?? Number.POSITIVE_INFINITY,
    ...(typeof seed === 'object' && { seed: () => seed }),
  };
}

export function leaseOf([id, scope, claims]: LeaseRow): Lease {
  return { id, scope, claims: claims.map(claimOf), onLimiterDown: ON_LIMITER_DOWN };
}

export function verdictRow(verdict: Verdict): VerdictRow {
  const standings = verdict.standings.map(standingRow);
  if (verdict.admitted) return [1, standings];
  return [0, verdict.claim ?? null, verdict.retryAfterMs ?? null, standings];
}

/** Undefined when seeds are needed. */
export function verdictOf(row: VerdictRow): Verdict | undefined {
  if (row[0] === 2) return undefined;
  if (row[0] === 1) return { admitted: true, standings: row[1].map(standingOf), degraded: false };
  const [, claim, retryAfterMs, standings] = row;
  return {
    admitted: false,
    claim: claim ?? undefined,
    retryAfterMs: retryAfterMs ?? undefined,
    standings: standings.map(standingOf),
  };
}

export function standingRow({ used, held, limit, resetMs }: Standing): StandingRow {
  return [used, held, limit, resetMs];
}

export function standingOf([used, held, limit, resetMs]: StandingRow): Standing {
  return { used, held, limit, resetMs: resetMs ?? Number.POSITIVE_INFINITY };
}
