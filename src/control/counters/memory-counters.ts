import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/time/clock.port.js';
import { CounterStore } from './counter-store.js';
import type { CountersHealth, CountersState } from './counters-health.port.js';
import { type Claim, Counters, type Lease, type Standing, type Verdict } from './counters.port.js';
import { OwnLeases } from './own-leases.js';
import { settleAmounts } from './settle-amounts.js';

/** How often leases are renewed that live three times as long. */
const RENEW_MS = 30_000;
const SWEEP_MS = 1_000;

/** The counters of a gateway that is alone, or in its supervisor those of one worker: in memory, and gone with it. */
export class MemoryCounters extends Counters implements CountersHealth {
  private readonly logger = new Logger('Counters');
  private readonly own = new OwnLeases();
  private readonly stops = new Set<() => void>();
  private readonly since: number;
  private counted = 0;

  constructor(
    private readonly clock: Clock,
    private readonly store = new CounterStore(clock),
  ) {
    super();
    this.since = clock.wallTime();
  }

  get current(): CountersState {
    return {
      state: 'local',
      since: this.since,
      nodes: 1,
      openLeases: this.own.count,
      pendingSettlements: 0,
      lostSettlements: 0,
      decisions: { counted: this.counted, degraded: 0, unavailable: 0 },
    };
  }

  override admit(lease: Lease): Verdict {
    const verdict = this.store.admit(lease);
    this.counted++;
    if (verdict.admitted) this.own.add(lease, this.clock.now());
    return verdict;
  }

  override extend(lease: Lease, extra: readonly number[]): Verdict {
    const verdict = this.store.extend(lease, extra);
    this.counted++;
    if (verdict.admitted) this.own.extend(lease, extra);
    return verdict;
  }

  override settle(lease: Lease, actual: readonly number[]): void {
    const amounts = settleAmounts(lease, actual, this.own.heldBy(lease), this.logger);
    this.own.remove(lease);
    this.store.settle(lease, amounts);
  }

  override async read(scope: string, claims: readonly Claim[]): Promise<readonly Standing[]> {
    return this.store.read(scope, claims);
  }

  /** What was charged for calls whose end is not known. */
  orphaned(scope: string, claim: Claim): number {
    return this.store.orphaned(scope, claim);
  }

  /** A lease that is open here. */
  leaseOf(scope: string, id: string): Lease | undefined {
    return this.own.leaseOf(scope, id);
  }

  start(): void {
    this.every(SWEEP_MS, () => this.store.sweep());
    this.every(RENEW_MS, () => this.renew());
  }

  stop(): void {
    for (const stop of this.stops) stop();
    this.stops.clear();
  }

  /** Stops for good: leases that are open are charged as held. @returns how many */
  abandon(): number {
    this.stop();
    const { count } = this.own;
    for (const scope of this.own.scopes()) {
      for (const { lease } of this.own.of(scope, this.clock.now())) this.store.expire(scope, lease.id);
    }
    return count;
  }

  private renew(): void {
    const now = this.clock.now();
    const leaked = this.own.forgetOld(now);
    if (leaked > 0) this.logger.error({ leaked }, 'leases were not settled within a day: they are charged as held');
    for (const scope of this.own.scopes()) {
      for (const { lease } of this.own.of(scope, now)) this.store.renew(scope, lease.id);
    }
  }

  private every(ms: number, run: () => void): void {
    const stop = this.clock.after(ms, () => {
      this.stops.delete(stop);
      run();
      this.every(ms, run);
    });
    this.stops.add(stop);
  }
}
