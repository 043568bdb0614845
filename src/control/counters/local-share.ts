import type { Clock } from '../../common/time/clock.port.js';
import { CounterStore } from './counter-store.js';
import type { Claim, Lease, Verdict } from './counters.port.js';

/** What a node may spend of a budget in a minute while it cannot ask how much is left. */
const BUDGET_SHARE = 0.01;
const MINUTE_MS = 60_000;
/** They live with this process. */
const LEASE_MS = 24 * 3_600_000;
/** When a refusal has nothing to do with the caller's own limits. */
export const UNAVAILABLE_RETRY_MS = 2_000;

/** A lease in terms of this node's share, and by each of its claims the claim of the real lease, -1 for a cap of ours. */
interface Share {
  readonly lease: Lease;
  readonly origins: readonly number[];
}

/**
 * This node's share of the limits, for `degraded` leases while the shared counters cannot be reached: the limit divided
 * by the nodes that were there last. A budget has its whole amount, from what the ledger knows to be used, and 1 % of it
 * in a minute.
 */
export class LocalShare {
  private store: CounterStore;

  constructor(private readonly clock: Clock) {
    this.store = new CounterStore(clock, LEASE_MS);
  }

  admit(lease: Lease, nodes: number): Verdict {
    const share = shareOf(lease, nodes);
    return asReal(lease, share, this.store.admit(share.lease));
  }

  extend(lease: Lease, extra: readonly number[], nodes: number): Verdict {
    const share = shareOf(lease, nodes);
    return asReal(lease, share, this.store.extend(share.lease, spread(lease.claims, extra)));
  }

  /** A lease of the shared counters is not known here, and nothing is counted for it. */
  settle(lease: Lease, actual: readonly number[]): void {
    if (!this.store.has(lease.scope, lease.id)) return;
    this.store.settle(shareOf(lease, 1).lease, spread(lease.claims, actual));
  }

  /** What was counted in one outage means nothing in the next. */
  reset(): void {
    this.store = new CounterStore(this.clock, LEASE_MS);
  }
}

function shareOf(lease: Lease, nodes: number): Share {
  const claims: Claim[] = [];
  const origins: number[] = [];
  for (const [index, claim] of lease.claims.entries()) {
    origins.push(index);
    if (claim.kind !== 'budget') {
      claims.push({ ...claim, limit: claim.limit === 0 ? 0 : Math.max(1, Math.floor(claim.limit / nodes)) });
      continue;
    }
    claims.push(claim, capOf(claim));
    origins.push(-1);
  }
  return { lease: { ...lease, claims }, origins };
}

function capOf({ counter, limit, amount, soft }: Claim): Claim {
  return {
    counter: `minute of ${counter}`,
    kind: 'rate',
    limit: Math.floor(limit * BUDGET_SHARE),
    amount,
    windowMs: MINUTE_MS,
    soft,
    expiresAt: 0,
  };
}

/** One amount for each claim of the share. */
function spread(claims: readonly Claim[], amounts: readonly number[]): number[] {
  return claims.flatMap(({ kind }, index) => {
    const amount = amounts[index] ?? 0;
    return kind === 'budget' ? [amount, amount] : [amount];
  });
}

function asReal({ claims }: Lease, { origins }: Share, verdict: Verdict): Verdict {
  const own = verdict.standings.filter((_, index) => origins[index] !== -1);
  const standings = own.map(({ used, held, limit, resetMs }, index) => {
    return { used, held, limit: claims[index]?.limit ?? limit, resetMs };
  });
  if (verdict.admitted) return { ...verdict, standings, degraded: true };
  const claim = verdict.claim === undefined ? -1 : (origins[verdict.claim] ?? -1);
  // The cap is this gateway's, and no limit of the caller's.
  if (claim === -1) return { admitted: false, claim: undefined, standings, retryAfterMs: UNAVAILABLE_RETRY_MS };
  return { ...verdict, claim, standings };
}
