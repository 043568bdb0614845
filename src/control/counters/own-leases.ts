import { ChurnMap } from '../../common/collections/churn-map.js';
import type { Lease } from './counters.port.js';

/** A lease that is not settled after a day never will be. */
const LONGEST_MS = 24 * 3_600_000;

/** A lease that this node opened and has not settled, with what it holds now by claim. */
export interface OwnLease {
  readonly lease: Lease;
  readonly held: number[];
  readonly since: number;
}

/** The leases of this node's own calls: it keeps them from expiring, and can tell them again to counters that lost them. */
export class OwnLeases {
  private readonly byScope = new Map<string, ChurnMap<string, OwnLease>>();

  get count(): number {
    let count = 0;
    for (const leases of this.byScope.values()) count += leases.size;
    return count;
  }

  add(lease: Lease, now: number): void {
    let leases = this.byScope.get(lease.scope);
    if (!leases) this.byScope.set(lease.scope, (leases = new ChurnMap()));
    if (!leases.has(lease.id))
      leases.set(lease.id, { lease, held: lease.claims.map(({ amount }) => amount), since: now });
  }

  extend({ scope, id }: Lease, extra: readonly number[]): void {
    const own = this.byScope.get(scope)?.get(id);
    if (own) for (const [index, amount] of extra.entries()) own.held[index] = (own.held[index] ?? 0) + amount;
  }

  remove({ scope, id }: Lease): void {
    this.byScope.get(scope)?.delete(id);
  }

  /** What a lease holds, by claim; undefined when it is not open here. */
  heldBy({ scope, id }: Lease): readonly number[] | undefined {
    return this.byScope.get(scope)?.get(id)?.held;
  }

  leaseOf(scope: string, id: string): Lease | undefined {
    return this.byScope.get(scope)?.get(id)?.lease;
  }

  scopes(): string[] {
    return [...this.byScope].filter(([, leases]) => leases.size > 0).map(([scope]) => scope);
  }

  /** Those of a scope, without the ones that are too old to be true. */
  of(scope: string, now: number): OwnLease[] {
    return [...(this.byScope.get(scope)?.values() ?? [])].filter(({ since }) => now - since < LONGEST_MS);
  }

  /** Lets go what is too old to be true, and scopes that have nothing open. @returns how many leases */
  forgetOld(now: number): number {
    let count = 0;
    for (const [scope, leases] of this.byScope) if (leases.size === 0) this.byScope.delete(scope);
    for (const scope of this.scopes()) {
      for (const { lease, since } of this.byScope.get(scope)?.values() ?? []) {
        if (now - since < LONGEST_MS) continue;
        this.remove(lease);
        count++;
      }
    }
    return count;
  }
}
