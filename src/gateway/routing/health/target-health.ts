import type { Clock } from '../../../common/time/clock.port.js';
import type { BreakerSharing } from './breaker-sharing.js';
import { type BreakerOptions, DEFAULT_BREAKER } from './circuit-breaker.options.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { DEFAULT_RETIREMENT, type KeyRetirement, type RetirementOptions } from './key-retirement.js';
import type { Permit } from './permit.js';
import type { Target } from './target.js';
import { DEFAULT_STATES, type StateOptions } from './target-state.options.js';
import { TargetState } from './target-state.js';
import { DEFAULT_STATS, type StatsOptions } from './target-stats.options.js';
import { type AnswerFigures, TargetStats } from './target-stats.js';

/** Everything that can be tuned of the health of a target. */
export interface HealthOptions {
  readonly breaker: BreakerOptions;
  readonly retirement: RetirementOptions;
  readonly stats: StatsOptions;
  readonly states: StateOptions;
}

/** The published defaults. */
export const DEFAULT_HEALTH: HealthOptions = {
  breaker: DEFAULT_BREAKER,
  retirement: DEFAULT_RETIREMENT,
  stats: DEFAULT_STATS,
  states: DEFAULT_STATES,
};

/**
 * One request to one target, from leave to end: tells breaker, key and figures at once.
 * Exactly one of finished(), failure() and release() ends it; later calls are ignored.
 */
export class Attempt implements Permit {
  private ended = false;
  private begun = false;

  constructor(
    private readonly stats: TargetStats,
    private readonly breaker: Permit,
    private readonly key: Permit,
    private readonly promptTokens: number,
  ) {
    stats.started();
  }

  /** The first token came. The attempt goes on until finished(). */
  success(firstTokenMs: number): void {
    if (this.ended || this.begun) return;
    this.begun = true;
    this.breaker.success(firstTokenMs);
    this.key.success(firstTokenMs);
    this.stats.firstToken(firstTokenMs, this.promptTokens);
  }

  /** The answer is whole. Without a success() before, as for one that was not streamed, nothing is learnt of the first token. */
  finished(figures: AnswerFigures = {}): void {
    if (!this.end()) return;
    this.stats.answered(figures);
    if (this.begun) return;
    this.stats.succeeded();
    this.breaker.success(0);
    this.key.success(0);
  }

  /** The target failed, before its first token or after it. */
  failure(): void {
    if (!this.end()) return;
    this.stats.failed();
    this.breaker.failure();
    this.key.failure();
  }

  /** The client left, or the target is not to blame. */
  release(): void {
    if (!this.end()) return;
    this.breaker.release();
    this.key.release();
  }

  /** The upstream's limit refused it (429): it is alive, but has no room. */
  limited(): void {
    if (!this.end()) return;
    this.stats.utilised(1);
    this.breaker.release();
    this.key.release();
  }

  private end(): boolean {
    if (this.ended) return false;
    this.ended = true;
    this.stats.ended();
    return true;
  }
}

/** What the gateway knows of one target: breaker, key, figures and state. */
export class TargetHealth {
  readonly breaker: CircuitBreaker;
  readonly stats: TargetStats;
  readonly state: TargetState;

  constructor(
    readonly target: Target,
    /** Shared by all models of the key. */
    readonly key: KeyRetirement,
    private readonly clock: Clock,
    options: HealthOptions = DEFAULT_HEALTH,
    changed: (state: 'open' | 'closed') => void = () => undefined,
    sharing?: BreakerSharing,
  ) {
    this.stats = new TargetStats(clock, options.stats);
    this.state = new TargetState(options.states);
    const noteChange = (state: 'open' | 'closed', isOwn: boolean): void => {
      if (state === 'closed') this.stats.forgive();
      this.refresh();
      // Another worker has told what it found.
      if (isOwn) changed(state);
    };
    this.breaker = new CircuitBreaker(clock, options.breaker, noteChange, sharing);
  }

  /** Leave to send one request, unless the breaker or the key says no. */
  tryAcquire(promptTokens = 0): Attempt | undefined {
    if (this.key.waitMs > 0) return undefined;
    const breaker = this.breaker.tryAcquire();
    if (!breaker) return undefined;
    const key = this.key.tryAcquire();
    if (key) return new Attempt(this.stats, breaker, key, promptTokens);
    breaker.release();
    return undefined;
  }

  /** Milliseconds until tryAcquire() can give leave; 0 when it can now. */
  get waitMs(): number {
    return Math.max(this.key.waitMs, this.breaker.waitMs);
  }

  /** Whether the next request would be a probe of a dead target or a refused key. */
  get isProbe(): boolean {
    return this.key.isRetired || this.breaker.state !== 'closed';
  }

  /** Brings the state up to date with the figures. */
  refresh(): void {
    this.state.update(this.clock.now(), this.stats.snapshot(), this.isProbe);
  }

  /** Takes new options; half-lives hold from the next start, because figures of two half-lives cannot be mixed. */
  configure(options: HealthOptions): void {
    this.breaker.configure(options.breaker);
    this.state.configure(options.states);
  }
}
