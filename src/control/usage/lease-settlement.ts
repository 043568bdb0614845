import type { Counters, Lease } from '../counters/counters.port.js';
import type { CallSettled } from './usage-ledger.port.js';

/** Takes the settlement of a call whose process died, perhaps before it told the counters. */
export type SettleCall = (call: CallSettled) => void;

/**
 * Tells the counters, which count a call once. The log has what a settlement needs of a claim; the rest, as its limit,
 * is only asked at admission.
 */
export function settleThrough(counters: Counters): SettleCall {
  return (call) => counters.settle(leaseOf(call), call.actual);
}

export function leaseOf({ requestId, scope, claims }: CallSettled): Lease {
  return {
    id: requestId,
    scope,
    claims: claims.map((claim) => ({ ...claim, limit: 0, soft: true, expiresAt: 0 })),
    onLimiterDown: 'degraded',
    isAdopted: true,
  };
}
