import type { Clock } from '../../../common/time/clock.port.js';
import { type BreakerOptions, DEFAULT_BREAKER, PROBE_LEASE_MS } from './circuit-breaker.options.js';
import type { Permit } from './permit.js';
import { SlidingCount } from './sliding-count.js';

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
    /** Called when it opens and closes. */
    private readonly changed: (state: 'open' | 'closed') => void = () => undefined,
  ) {
    this.successes = new SlidingCount(options.windowMs);
    this.failures = new SlidingCount(options.windowMs);
  }

  get state(): BreakerState {
    if (!this.open) return 'closed';
    return this.probe || this.clock.now() >= this.probeAt ? 'half-open' : 'open';
  }

  /** Milliseconds until the next probe may go; 0 when a request may go now. */
  get waitMs(): number {
    if (!this.open) return 0;
    const now = this.clock.now();
    return Math.max(0, this.probeAt - now, this.probe ? this.probeEndsAt - now : 0);
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
    this.probe = new BreakerPermit(this.ledger, this.generation);
    this.probeAt = now + this.options.openMs;
    this.probeEndsAt = now + PROBE_LEASE_MS;
    return this.probe;
  }

  /** Takes new options; what it knows of the target stays, but for the window when its length changed. */
  configure(options: BreakerOptions): void {
    if (options.windowMs !== this.options.windowMs) {
      this.successes = new SlidingCount(options.windowMs);
      this.failures = new SlidingCount(options.windowMs);
    }
    this.options = options;
  }

  private succeeded(permit: BreakerPermit, firstTokenMs: number): void {
    if (firstTokenMs > (this.options.slowMs ?? Number.POSITIVE_INFINITY)) return this.failed(permit);
    if (this.open) {
      if (this.probe !== permit) return;
      this.close();
      permit.generation = this.generation;
    } else if (permit.generation !== this.generation) return;
    permit.streak = this.streak;
    permit.successNumber = ++this.successNumber;
    this.streak = 0;
    this.successes.add(this.clock.now());
  }

  private failed(permit: BreakerPermit): void {
    const now = this.clock.now();
    if (this.open) {
      if (this.probe !== permit) return;
      this.probe = undefined;
      this.probeAt = now + this.options.openMs;
    } else if (permit.generation === this.generation) {
      this.streak++;
      this.failures.add(now);
      this.openWhenDead(now);
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
    this.openWhenDead(now);
  }

  private openWhenDead(now: number): void {
    const { consecutiveFailures, failureRatio, minimumRequests, openMs } = this.options;
    const failures = this.failures.total(now);
    const total = failures + this.successes.total(now);
    if (this.streak < consecutiveFailures && (total < minimumRequests || failures / total < failureRatio)) return;
    this.open = true;
    this.generation++;
    this.probe = undefined;
    this.probeAt = now + openMs;
    this.changed('open');
  }

  private close(): void {
    this.open = false;
    this.generation++;
    this.probe = undefined;
    this.streak = 0;
    this.successes.clear();
    this.failures.clear();
    this.changed('closed');
  }

  /** The slot is free; the interval is kept, because the request did reach the target. */
  private forgetProbe(permit: BreakerPermit): void {
    if (this.probe === permit) this.probe = undefined;
  }
}
