import type { Clock } from '../../common/time/clock.port.js';
import { checkAmounts, checkLease } from './claim-rules.js';
import { CounterScope } from './counter-scope.js';
import type { Claim, Lease, Standing, Verdict } from './counters.port.js';
import { SettledIds } from './settled-ids.js';

/** How long a lease lives that nobody renews. */
export const LEASE_MS = 90_000;
/** Counters that one round looks at, so that no round is felt. */
const ROUND = 2_000;

/** Counters in memory: exact, and without a wait. What does not count any more takes no memory after a while. */
export class CounterStore {
  private readonly scopes = new Map<string, CounterScope>();
  private readonly settled = new SettledIds();
  private readonly start: number;
  private round: Iterator<void> | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly leaseMs = LEASE_MS,
  ) {
    this.start = clock.wallTime() - clock.now();
  }

  /** @throws RangeError for a lease that nobody can count */
  admit(lease: Lease): Verdict {
    checkLease(lease);
    const now = this.now();
    return this.scopeOf(lease.scope).admit(lease.id, lease.claims, now, now + this.leaseMs);
  }

  /** @throws RangeError for a lease or amounts that nobody can count */
  extend(lease: Lease, extra: readonly number[]): Verdict {
    checkLease(lease);
    checkAmounts(lease.claims, extra);
    const now = this.now();
    return this.scopeOf(lease.scope).extend(lease.id, lease.claims, extra, now, now + this.leaseMs);
  }

  /** @returns whether it was the first to settle this lease */
  settle({ scope, id, claims }: Lease, actual: readonly number[]): boolean {
    const now = this.now();
    const counters = this.scopeOf(scope);
    const key = `${scope}\0${id}`;
    // A lease that is there is not settled: only for others the day's ids have to be looked through.
    if (!counters.has(id) && this.settled.has(key, now)) return false;
    this.settled.add(key, now);
    counters.settle(id, claims, actual, now);
    return true;
  }

  /** Whether a lease is open, or expired and not settled. */
  has(scope: string, id: string): boolean {
    return this.scopes.get(scope)?.has(id) ?? false;
  }

  /** Whether a claim's counter is there, so that its seed is not asked for. */
  counts(scope: string, claim: Claim): boolean {
    return this.scopes.get(scope)?.counts(claim) ?? false;
  }

  /** Ends a lease whose process is gone for good, as if nobody had renewed it. */
  expire(scope: string, id: string): void {
    this.scopes.get(scope)?.expireOne(id, this.now());
  }

  renew(scope: string, id: string): boolean {
    const now = this.now();
    return this.scopes.get(scope)?.renew(id, now, now + this.leaseMs) ?? false;
  }

  read(scope: string, claims: readonly Claim[]): Standing[] {
    return (this.scopes.get(scope) ?? new CounterScope()).read(claims, this.now());
  }

  /** What was charged for calls whose end is not known. */
  orphaned(scope: string, claim: Claim): number {
    return this.scopes.get(scope)?.orphaned(claim) ?? 0;
  }

  get counterCount(): number {
    let count = 0;
    for (const scope of this.scopes.values()) count += scope.counterCount;
    return count;
  }

  /** Charges expired leases, and looks at some counters whether they are idle. */
  sweep(): void {
    const now = this.now();
    for (const scope of this.scopes.values()) scope.expire(now);
    this.round ??= this.looks();
    for (let looked = 0; looked < ROUND; looked++) {
      if (!this.round.next().done) continue;
      this.round = undefined;
      return;
    }
  }

  private *looks(): Generator<void> {
    for (const [name, scope] of this.scopes) {
      yield* scope.forgetIdle(() => this.now());
      if (scope.isEmpty) this.scopes.delete(name);
    }
  }

  private scopeOf(name: string): CounterScope {
    let scope = this.scopes.get(name);
    if (!scope) this.scopes.set(name, (scope = new CounterScope()));
    return scope;
  }

  /** Milliseconds since the epoch by a clock that never goes back, so that no correction of the time reopens a window. */
  private now(): number {
    return Math.floor(this.start + this.clock.now());
  }
}
