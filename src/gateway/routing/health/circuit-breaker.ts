import type { Clock } from '../../../common/time/clock.port.js';
import {
  type BreakerCalls,
  type BreakerNews,
  type BreakerSharing,
  type BreakerState as SharedState,
  UNSHARED,
} from './breaker-sharing.js';
import { type BreakerOptions, DEFAULT_BREAKER, PROBE_LEASE_MS } from './circuit-breaker.options.js';
import type { Permit } from './permit.js';
import { SlidingCount } from './sliding-count.js';

/** Between two tellings of calls that went well, in milliseconds: only where others fail they are asked for. */
const TELL_MS = 100;
/** How long the news of a probe that another worker claimed may take, in milliseconds. */
const CLAIMED_MS = 250;

export type BreakerState = 'closed' | 'open' | 'half-open';

/** What a permit reports to its breaker. */
interface Ledger {
  succeeded(permit: BreakerPermit, firstTokenMs: number): void;
  failed(permit: BreakerPermit): void;
  broke(permit: BreakerPermit): void;
  released(permit: BreakerPermit): void;
}

class BreakerPermit implements Permit {
  private heard: 'nothing' | 'first token' | 'all' = 'nothing';
  /** Failures in a row before this call's first token, and the breaker's number of that success. */
  streak = 0;
  successNumber = -1;

  constructor(
    private readonly ledger: Ledger,
    /** Which life of the breaker it belongs to: what it says of an earlier one is out of date. */
    public generation: number,
  ) {}

  success(firstTokenMs: number): void {
    if (this.heard !== 'nothing') return;
    this.heard = 'first token';
    this.ledger.succeeded(this, firstTokenMs);
  }

  failure(): void {
    if (this.heard === 'all') return;
    const early = this.heard === 'nothing';
    this.heard = 'all';
    if (early) this.ledger.failed(this);
    else this.ledger.broke(this);
  }

  release(): void {
    if (this.heard === 'nothing') this.ledger.released(this);
    this.heard = 'all';
  }
}

/**
 * Stops sending to a target that is dead, and asks it now and then with one request whether it lives again.
 * Constant time and memory per call.
 */
export class CircuitBreaker {
  private open = false;
  private generation = 0;
  private streak = 0;
  private successNumber = 0;
  private probeAt = 0;
  private probe: BreakerPermit | undefined;
  private probeEndsAt = 0;
  /** Of the next probe: one worker sends it. */
  private probeNumber = 0;
  /** Of another worker; 0: one that has not told it yet. */
  private foreignProbe: { readonly by: number; readonly endsAt: number } | undefined;
  /** Successes that other workers were not told of. */
  private untold: SlidingCount;
  private toldAt = Number.NEGATIVE_INFINITY;
  private successes: SlidingCount;
  private failures: SlidingCount;
  private readonly ledger: Ledger = {
    succeeded: (permit, ms) => this.succeeded(permit, ms),
    failed: (permit) => this.failed(permit),
    broke: (permit) => this.broke(permit),
    released: (permit) => this.forgetProbe(permit),
  };

  constructor(
    private readonly clock: Clock,
    private options: BreakerOptions = DEFAULT_BREAKER,
    /** Called when it opens and closes; and whether this worker was the one to find out. */
    private readonly changed: (state: 'open' | 'closed', isOwn: boolean) => void = () => undefined,
    private readonly sharing: BreakerSharing = UNSHARED,
  ) {
    this.successes = new SlidingCount(options.windowMs);
    this.failures = new SlidingCount(options.windowMs);
    this.untold = new SlidingCount(options.windowMs);
  }

  get state(): BreakerState {
    if (!this.open) return 'closed';
    return this.probe || this.clock.now() >= this.probeAt || this.foreignEndsAt > this.clock.now()
      ? 'half-open'
      : 'open';
  }

  /** Milliseconds until the next probe may go; 0 when a request may go now. */
  get waitMs(): number {
    if (!this.open) return 0;
    const now = this.clock.now();
    return Math.max(0, this.probeAt - now, this.probe ? this.probeEndsAt - now : 0, this.foreignEndsAt - now);
  }

  /** Failed share of the calls of the window. */
  get failureRatio(): number {
    const now = this.clock.now();
    const failures = this.failures.total(now);
    const total = failures + this.successes.total(now);
    return total === 0 ? 0 : failures / total;
  }

  /** Leave to send; none while it is open, but for the one probe of an interval. */
  tryAcquire(): Permit | undefined {
    if (!this.open) return new BreakerPermit(this.ledger, this.generation);
    if (this.waitMs > 0) return undefined;
    const now = this.clock.now();
    if (!this.sharing.claimProbe(this.probeNumber++)) {
      this.foreignProbe = { by: 0, endsAt: now + CLAIMED_MS };
      return undefined;
    }
    this.probe = new BreakerPermit(this.ledger, this.generation);
    this.waitFrom(now);
    this.probeEndsAt = now + PROBE_LEASE_MS;
    this.tellState();
    return this.probe;
  }

  /** What other workers must know of it now. */
  get shared(): SharedState {
    const now = this.clock.now();
    return {
      open: this.open,
      probeInMs: Math.max(0, this.probeAt - this.sharing.staggerMs - now),
      probeEndsInMs: this.probe ? Math.max(0, this.probeEndsAt - now) : 0,
      probeNumber: this.probeNumber,
    };
  }

  /** Takes over what another worker learnt. */
  adopt(news: BreakerNews, from: number): void {
    if ('calls' in news) return this.count(news.calls);
    const { open, probeInMs, probeEndsInMs, probeNumber } = news.state;
    this.probeNumber = Math.max(this.probeNumber, probeNumber);
    if (!open) return this.open ? this.close(false) : undefined;
    const now = this.clock.now();
    if (!this.open) this.trip(false);
    this.probeAt = now + probeInMs + this.sharing.staggerMs;
    if (probeEndsInMs > 0) this.foreignProbe = { by: from, endsAt: now + probeEndsInMs };
    else this.forgetWorker(from);
  }

  /** A worker that has ended, or has its answer, probes no more. */
  forgetWorker(id: number): void {
    if (this.foreignProbe?.by === id) this.foreignProbe = undefined;
  }

  /** Takes new options; what it knows of the target stays, but for the window when its length changed. */
  configure(options: BreakerOptions): void {
    if (options.windowMs !== this.options.windowMs) {
      this.successes = new SlidingCount(options.windowMs);
      this.failures = new SlidingCount(options.windowMs);
      this.untold = new SlidingCount(options.windowMs);
    }
    this.options = options;
  }

  private succeeded(permit: BreakerPermit, firstTokenMs: number): void {
    if (firstTokenMs > (this.options.slowMs ?? Number.POSITIVE_INFINITY)) return this.failed(permit);
    if (this.open) {
      if (this.probe !== permit) return;
      this.close(true);
      permit.generation = this.generation;
    } else if (permit.generation !== this.generation) return;
    permit.streak = this.streak;
    permit.successNumber = ++this.successNumber;
    const now = this.clock.now();
    const recovered = this.streak > 0;
    this.streak = 0;
    this.successes.add(now);
    this.untold.add(now);
    if (recovered) this.tellCalls({ recovered });
  }

  private failed(permit: BreakerPermit): void {
    const now = this.clock.now();
    if (this.open) {
      if (this.probe !== permit) return;
      this.probe = undefined;
      this.waitFrom(now);
      this.tellState();
    } else if (permit.generation === this.generation) {
      this.streak++;
      this.failures.add(now);
      this.tellFailure(now, 0);
    }
  }

  /** The answer broke after its first token: the success is taken back. */
  private broke(permit: BreakerPermit): void {
    if (this.open || permit.generation !== this.generation || permit.successNumber < 0) return;
    const now = this.clock.now();
    // Without this, a target that cuts every answer after its first token would never fail twice in a row.
    if (permit.successNumber === this.successNumber) this.streak = Math.max(this.streak, permit.streak);
    this.streak++;
    this.successes.add(now, -1);
    this.failures.add(now);
    this.tellFailure(now, -1);
  }

  private tellFailure(now: number, change: number): void {
    const opens = this.isDead(now);
    this.tellCalls({ failures: 1, change, opens });
    if (opens) this.trip(true);
  }

  private isDead(now: number): boolean {
    const { consecutiveFailures, failureRatio, minimumRequests } = this.options;
    const failures = this.failures.total(now);
    const total = failures + this.successes.total(now);
    return this.streak >= consecutiveFailures || (total >= minimumRequests && failures / total >= failureRatio);
  }

  private trip(isOwn: boolean): void {
    this.open = true;
    this.generation++;
    this.probe = undefined;
    this.foreignProbe = undefined;
    this.waitFrom(this.clock.now());
    if (isOwn) this.tellState();
    this.changed('open', isOwn);
  }

  private close(isOwn: boolean): void {
    this.open = false;
    this.generation++;
    this.probe = undefined;
    this.foreignProbe = undefined;
    this.streak = 0;
    this.untold.clear();
    if (isOwn) this.tellState();
    this.successes.clear();
    this.failures.clear();
    this.changed('closed', isOwn);
  }

  /** The slot is free; the interval is kept, because the request did reach the target. */
  private forgetProbe(permit: BreakerPermit): void {
    if (this.probe !== permit) return;
    this.probe = undefined;
    this.tellState();
  }

  private waitFrom(now: number): void {
    this.probeAt = now + this.options.openMs + this.sharing.staggerMs;
  }

  private get foreignEndsAt(): number {
    return this.foreignProbe?.endsAt ?? Number.NEGATIVE_INFINITY;
  }

  /** Whose failure it was opens it; but he may not have heard of others' that were told at the same moment. */
  private count({ failures, successes, recovered, opens }: BreakerCalls): void {
    if (this.open) return;
    const now = this.clock.now();
    this.successes.add(now, successes);
    this.failures.add(now, failures);
    this.streak = recovered ? 0 : this.streak + failures;
    if (failures > 0 && now - this.toldAt >= TELL_MS && this.untold.total(now) > 0) this.tellCalls({});
    // Not by the share of failures: others may still tell of their successes.
    if (failures > 0 && !opens && this.streak >= this.options.consecutiveFailures) this.trip(true);
  }

  private tellCalls({ failures = 0, change = 0, recovered = false, opens = false }): void {
    const now = this.clock.now();
    this.toldAt = now;
    this.sharing.tell({ calls: { failures, successes: this.untold.total(now) + change, recovered, opens } });
    this.untold.clear();
  }

  private tellState(): void {
    this.sharing.tell({ state: this.shared });
  }
}
