import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/time/clock.port.js';
import { type RedisLink, RedisUnavailable } from '../../persistence/redis-link.js';
import { checkAmounts, checkLease } from './claim-rules.js';
import { LEASE_MS } from './counter-store.js';
import type { CountersHealth, CountersState } from './counters-health.port.js';
import { type Claim, Counters, type Lease, type Standing, type Verdict } from './counters.port.js';
import { LocalShare, UNAVAILABLE_RETRY_MS } from './local-share.js';
import { OwnLeases } from './own-leases.js';
import { SettleQueue } from './redis/settle-queue.js';
import { seededStanding, SharedCounters, type SharedOptions } from './redis/shared-counters.js';
import { settleAmounts } from './settle-amounts.js';

/** Of what a lease lives. */
const RENEWALS = 3;
/** What the last settlements get at shutdown. */
const FLUSH_MS = 2_000;
/** One line for so many. */
const LOSSES_TOLD = 10_000;
const DEFAULTS: SharedOptions = { namespace: 'asbru', leaseMs: LEASE_MS, graceMs: 5_000, youthMs: 2_000 };
/** Fewer are never assumed while nobody can tell: each of two that take all of a limit would double it. */
const FEWEST_NODES = 2;

/** The counters of several gateways, in Redis; while it is away each lease's `onLimiterDown` decides. */
export class RedisCounters extends Counters implements CountersHealth {
  private readonly logger = new Logger('Counters');
  private readonly own = new OwnLeases();
  private readonly shared: SharedCounters;
  private readonly queue: SettleQueue;
  private readonly local: LocalShare;
  private readonly decisions = { counted: 0, degraded: 0, unavailable: 0 };
  private readonly options: SharedOptions;
  private cancelRenewal: (() => void) | undefined;

  constructor(
    private readonly link: RedisLink,
    private readonly clock: Clock,
    options: Partial<SharedOptions> = {},
  ) {
    super();
    this.options = { ...DEFAULTS, ...options };
    this.shared = new SharedCounters(link, clock, this.own, this.options, () => this.noteLoss());
    this.local = new LocalShare(clock);
    this.queue = new SettleQueue(
      (settlement) => this.shared.settle(settlement),
      () => link.isUp,
      clock,
    );
    link.onUp(() => this.recover());
  }

  get current(): CountersState {
    return {
      state: this.link.isUp ? 'connected' : 'down',
      since: this.link.since,
      nodes: this.shared.nodes,
      openLeases: this.own.count,
      pendingSettlements: this.queue.size,
      lostSettlements: this.queue.lost,
      decisions: { ...this.decisions },
    };
  }

  override async admit(lease: Lease): Promise<Verdict> {
    checkLease(lease);
    const amounts = lease.claims.map(({ amount }) => amount);
    const verdict = await this.decide('admit', lease, amounts);
    if (verdict.admitted) this.own.add(lease, this.clock.now());
    return verdict;
  }

  override async extend(lease: Lease, extra: readonly number[]): Promise<Verdict> {
    checkLease(lease);
    checkAmounts(lease.claims, extra);
    const verdict = await this.decide('extend', lease, extra);
    if (verdict.admitted) this.own.extend(lease, extra);
    return verdict;
  }

  override settle(lease: Lease, actual: readonly number[]): void {
    const amounts = settleAmounts(lease, actual, this.own.heldBy(lease), this.logger);
    this.own.remove(lease);
    this.local.settle(lease, amounts);
    if (this.queue.push({ lease, actual: amounts }) || this.queue.lost % LOSSES_TOLD !== 1) return;
    this.logger.error({ lost: this.queue.lost }, 'Redis is away for so long that settlements are given up');
  }

  override async read(scope: string, claims: readonly Claim[]): Promise<readonly Standing[]> {
    try {
      return await this.shared.read(scope, claims);
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      return claims.map((claim) => seededStanding(claim, this.clock.wallTime()));
    }
  }

  /** What was charged for calls whose end is not known. */
  orphaned(scope: string, claim: Claim): Promise<number> {
    return this.shared.orphaned(scope, claim);
  }

  /** Connects. Never rejects: a Redis that is away does not keep the gateway from starting. */
  async start(): Promise<void> {
    await this.link.start(() => this.shared.heartbeat());
    this.scheduleRenewal();
    // Data that is new may have been lost, and other nodes tell their leases again within this time.
    if (this.link.isUp) await this.wait(this.shared.youthLeftMs);
  }

  /** Ends without the connection; settlements that Redis has not taken get a moment. */
  async stop(): Promise<void> {
    const left = await this.queue.flush(this.link.isUp ? FLUSH_MS : 0);
    if (left > 0) this.logger.warn({ settlements: left }, 'the counters were not told how these calls ended');
    this.abandon();
  }

  /** Ends as a process that is killed: nothing is told to anybody. */
  abandon(): void {
    this.cancelRenewal?.();
    this.queue.stop();
    this.link.close();
  }

  private async decide(mode: 'admit' | 'extend', lease: Lease, amounts: readonly number[]): Promise<Verdict> {
    try {
      const answer = await this.shared.hold(mode, lease, amounts);
      if (answer.status === 'settled') return this.without(mode, lease, amounts);
      if (answer.status === 'grace') return this.unavailable(Math.min(answer.waitMs, UNAVAILABLE_RETRY_MS));
      this.decisions.counted++;
      if (answer.status === 'admitted') return { admitted: true, standings: answer.standings, degraded: false };
      const { claim, standings, retryAfterMs } = answer;
      return { admitted: false, claim, standings, retryAfterMs };
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      const verdict = this.without(mode, lease, amounts);
      // It may be held all the same: a call that does not run must not be charged when its lease expires.
      if (mode === 'admit' && error.sent && !verdict.admitted)
        this.settle(
          lease,
          amounts.map(() => 0),
        );
      return verdict;
    }
  }

  private without(mode: 'admit' | 'extend', lease: Lease, amounts: readonly number[]): Verdict {
    if (lease.onLimiterDown === 'closed') return this.unavailable(UNAVAILABLE_RETRY_MS);
    const verdict = lease.onLimiterDown === 'open' ? unchecked(lease, amounts) : this.byShare(mode, lease, amounts);
    if (verdict.admitted) this.decisions.degraded++;
    else if (verdict.claim === undefined) this.decisions.unavailable++;
    return verdict;
  }

  private byShare(mode: 'admit' | 'extend', lease: Lease, amounts: readonly number[]): Verdict {
    const nodes = Math.max(FEWEST_NODES, this.shared.nodes);
    return mode === 'admit' ? this.local.admit(lease, nodes) : this.local.extend(lease, amounts, nodes);
  }

  private unavailable(retryAfterMs: number): Verdict {
    this.decisions.unavailable++;
    return { admitted: false, claim: undefined, standings: [], retryAfterMs };
  }

  /** Redis is back, or there for the first time. */
  private recover(): void {
    this.local.reset();
    this.announce();
    this.queue.pump();
  }

  private noteLoss(): void {
    this.logger.warn(
      'the counters in Redis were lost: they begin with what the ledger knows and what calls under way hold',
    );
    this.announce();
  }

  private wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    if (ms > 0) this.clock.after(ms, resolve);
    else resolve();
    return promise;
  }

  private announce(): void {
    // What fails here is told again with the next renewal.
    this.shared
      .announceAll()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'leases could not be told again'));
  }

  private scheduleRenewal(): void {
    this.cancelRenewal = this.clock.after(this.options.leaseMs / RENEWALS, () => {
      const leaked = this.own.forgetOld(this.clock.now());
      if (leaked > 0) this.logger.error({ leaked }, 'leases were not settled within a day: they are charged as held');
      this.shared.renew().catch((error: unknown) => this.logger.warn({ err: error }, 'leases could not be renewed'));
      this.scheduleRenewal();
    });
  }
}

function unchecked({ claims }: Lease, amounts: readonly number[]): Verdict {
  const standings = claims.map(({ limit }, index) => ({ used: 0, held: amounts[index] ?? 0, limit, resetMs: 0 }));
  return { admitted: true, standings, degraded: true };
}
