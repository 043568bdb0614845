import { ChurnMap } from '../../common/collections/churn-map.js';
import { Counter } from './counter.js';
import { CounterTable } from './counter-table.js';
import type { Claim, Standing, Verdict } from './counters.port.js';

/** What a lease holds of one counter, and in which bucket. */
interface Holding {
  readonly counter: Counter;
  bucket: number;
  readonly amount: number;
}

interface HeldLease {
  readonly holdings: Holding[];
  /** When it expires; once it has, when its record may go. */
  deadline: number;
}

/** Whose calls it may still be, after a lease has expired. */
const LATE_MS = 24 * 3_600_000;

/** The counters and leases of one scope. Everything is done at a moment that the caller names, which never goes back. */
export class CounterScope {
  private readonly counters = new CounterTable();
  /** By id, the next to expire first. */
  private readonly open = new ChurnMap<string, HeldLease>();
  /** Expired, charged, and not settled yet. */
  private readonly late = new Map<string, HeldLease>();
  /** Nothing expires before. */
  private nextEnd = Infinity;

  get counterCount(): number {
    return this.counters.size;
  }

  get isEmpty(): boolean {
    return this.counters.size + this.open.size + this.late.size === 0;
  }

  has(id: string): boolean {
    return this.open.has(id) || this.late.has(id);
  }

  counts(claim: Claim): boolean {
    return this.counters.find(claim) !== undefined;
  }

  /** Holds the claims' amounts, all or none. */
  admit(id: string, claims: readonly Claim[], now: number, deadline: number): Verdict {
    this.expire(now);
    const counters = this.slid(claims, now);
    if (this.open.has(id)) return admitted(claims, counters, now);
    const refusal = this.refusal(claims, undefined, counters, now);
    if (refusal) return refusal;
    const lease: HeldLease = { holdings: [], deadline };
    this.hold(lease, claims, undefined, counters, now);
    this.keep(id, lease);
    return admitted(claims, counters, now);
  }

  /** Holds more, all or none; claims with nothing more are not checked. */
  extend(id: string, claims: readonly Claim[], extra: readonly number[], now: number, deadline: number): Verdict {
    this.expire(now);
    const counters = this.slid(claims, now);
    const refusal = this.refusal(claims, extra, counters, now);
    if (refusal) return refusal;
    let lease = this.open.get(id) ?? this.revive(id, now, deadline);
    if (!lease) this.keep(id, (lease = { holdings: [], deadline }));
    this.hold(lease, claims, extra, counters, now);
    return admitted(claims, counters, now);
  }

  /** Ends a lease. One that is not known held nothing here, and what it used counts all the same. */
  settle(id: string, claims: readonly Claim[], actual: readonly number[], now: number): void {
    this.expire(now);
    const open = this.open.get(id);
    const holdings = (open ?? this.late.get(id))?.holdings ?? [];
    if (open) this.open.delete(id);
    else this.late.delete(id);
    const counters = claims.map((claim) => this.counters.of(claim, now));
    for (let index = 0; index < counters.length; index++) {
      settleCounter(counters[index], holdings, actual[index] ?? 0, open === undefined, now);
    }
    // What is not settled by name was not used.
    if (holdings.every(({ counter }) => counters.includes(counter))) return;
    const left = new Set(holdings.map(({ counter }) => counter)).difference(new Set(counters));
    for (const counter of left) settleCounter(counter, holdings, 0, open === undefined, now);
  }

  /** Puts a lease's end off. @returns whether it is known */
  renew(id: string, now: number, deadline: number): boolean {
    const lease = this.open.get(id) ?? this.revive(id, now, deadline);
    if (!lease) return false;
    lease.deadline = deadline;
    this.open.delete(id);
    this.keep(id, lease);
    return true;
  }

  read(claims: readonly Claim[], now: number): Standing[] {
    this.expire(now);
    return claims.map((claim) => {
      const counter = this.counters.find(claim) ?? new Counter(claim, now);
      counter.slide(now);
      return counter.standing(now, claim.limit);
    });
  }

  orphaned(claim: Claim): number {
    return this.counters.find(claim)?.orphaned ?? 0;
  }

  /** Charges what leases that nobody renewed held, and forgets them a day later. */
  expire(now: number): void {
    if (now < this.nextEnd) return;
    for (const [id, lease] of this.open) {
      if (lease.deadline > now) break;
      this.orphan(id, lease, now);
    }
    for (const [id, lease] of this.late) {
      if (lease.deadline > now) break;
      this.late.delete(id);
      for (const { counter } of lease.holdings) counter.holdings--;
    }
    this.nextEnd = Math.min(firstEnd(this.open), firstEnd(this.late));
  }

  /** The same for one lease, whenever it would have expired. */
  expireOne(id: string, now: number): void {
    const lease = this.open.get(id);
    if (lease) this.orphan(id, lease, now);
  }

  /** Looks at each counter in turn, and forgets those that are idle. */
  forgetIdle(clock: () => number): Generator<void> {
    return this.counters.forgetIdle(clock);
  }

  private orphan(id: string, lease: HeldLease, now: number): void {
    this.open.delete(id);
    for (const holding of lease.holdings) charge(holding, now);
    lease.deadline = now + LATE_MS;
    this.late.set(id, lease);
    this.nextEnd = Math.min(this.nextEnd, lease.deadline);
  }

  private slid(claims: readonly Claim[], now: number): Counter[] {
    return claims.map((claim) => {
      const counter = this.counters.of(claim, now);
      counter.slide(now);
      return counter;
    });
  }

  private keep(id: string, lease: HeldLease): void {
    this.open.set(id, lease);
    this.nextEnd = Math.min(this.nextEnd, lease.deadline);
  }

  private refusal(
    claims: readonly Claim[],
    extra: readonly number[] | undefined,
    counters: readonly Counter[],
    now: number,
  ): Verdict | undefined {
    for (let index = 0; index < claims.length; index++) {
      const [claim, counter] = [claims[index], counters[index]];
      if (!claim || !counter || claim.soft) continue;
      const amount = extra ? (extra[index] ?? 0) : claim.amount;
      if ((extra && amount === 0) || counter.fits(amount, claim.limit)) continue;
      const retryAfterMs = counter.fitsIn(now, amount, claim.limit);
      return { admitted: false, claim: index, standings: standingsOf(claims, counters, now), retryAfterMs };
    }
    return undefined;
  }

  private hold(
    { holdings }: HeldLease,
    claims: readonly Claim[],
    extra: readonly number[] | undefined,
    counters: readonly Counter[],
    now: number,
  ): void {
    for (let index = 0; index < claims.length; index++) {
      const [claim, counter] = [claims[index], counters[index]];
      if (!claim || !counter) continue;
      const amount = extra ? (extra[index] ?? 0) : claim.amount;
      if (amount === 0 && extra) continue;
      const bucket = counter.hold(now, amount, claim.expiresAt);
      counter.holdings++;
      holdings.push({ counter, bucket, amount });
    }
  }

  /** An expired lease whose node is there after all: what it was charged is held again. */
  private revive(id: string, now: number, deadline: number): HeldLease | undefined {
    const lease = this.late.get(id);
    if (!lease) return undefined;
    this.late.delete(id);
    for (const holding of lease.holdings) uncharge(holding, now);
    lease.deadline = deadline;
    this.keep(id, lease);
    return lease;
  }
}

/** Ends what a lease holds of one counter. */
function settleCounter(
  counter: Counter | undefined,
  holdings: readonly Holding[],
  actual: number,
  late: boolean,
  now: number,
): void {
  if (!counter) return;
  counter.slide(now);
  // What is counted already stays where it is as far as it was used; the rest of it goes.
  const isCounted = counter.kind === 'rate' || (late && counter.kind === 'budget');
  let rest = actual;
  for (const holding of holdings) {
    if (holding.counter !== counter) continue;
    const { bucket, amount } = holding;
    counter.holdings--;
    if (!late) counter.release(amount);
    if (!isCounted) continue;
    const kept = Math.min(rest, amount);
    counter.uncount(bucket, amount - kept);
    rest -= kept;
    if (counter.kind === 'budget') counter.orphaned = Math.max(0, counter.orphaned - amount);
  }
  if (rest > 0) counter.count(now, rest);
}

function firstEnd(leases: Iterable<readonly [string, HeldLease]>): number {
  for (const [, { deadline }] of leases) return deadline;
  return Infinity;
}

function charge(holding: Holding, now: number): void {
  const { counter, amount } = holding;
  counter.slide(now);
  counter.release(amount);
  if (counter.kind !== 'budget') return;
  holding.bucket = counter.count(now, amount);
  counter.orphaned += amount;
}

function uncharge(holding: Holding, now: number): void {
  const { counter, amount } = holding;
  counter.slide(now);
  if (counter.kind === 'rate') counter.held += amount;
  else counter.hold(now, amount, 0);
  if (counter.kind !== 'budget') return;
  counter.uncount(holding.bucket, amount);
  counter.orphaned = Math.max(0, counter.orphaned - amount);
}

function standingsOf(claims: readonly Claim[], counters: readonly Counter[], now: number): Standing[] {
  return claims.map(
    ({ limit }, index) => counters[index]?.standing(now, limit) ?? { used: 0, held: 0, limit, resetMs: 0 },
  );
}

function admitted(claims: readonly Claim[], counters: readonly Counter[], now: number): Verdict {
  return { admitted: true, standings: standingsOf(claims, counters, now), degraded: false };
}
