import { DEFAULT_STATES, type StateOptions } from './target-state.options.js';
import type { StatsSnapshot } from './target-stats.js';

/** `failed`: dead or refused; `recovering`: back, with a growing share. */
export type TargetStateName = 'healthy' | 'degraded' | 'failed' | 'recovering';

/** The state of one target, moved by its figures. */
export class TargetState {
  private current: TargetStateName = 'healthy';
  private blocked = false;
  /** When it was last failed or recovering. */
  private troubledAt = Number.NEGATIVE_INFINITY;
  private failedAt = 0;
  private slowdown = 1;
  private progress = 1;
  private updatedAt = 0;

  constructor(private options: StateOptions = DEFAULT_STATES) {}

  get name(): TargetStateName {
    return this.current;
  }

  /** The share of its weight that it may have: 1, but for a recovering target. */
  get ramp(): number {
    if (this.current !== 'recovering') return 1;
    return this.options.rampFloor + (1 - this.options.rampFloor) * this.progress;
  }

  /** Looks at the figures again. `blocked` says that its breaker is open or its key retired. */
  update(now: number, figures: Pick<StatsSnapshot, 'errorRate' | 'samples'>, blocked: boolean): TargetStateName {
    const unblocked = this.blocked && !blocked;
    this.blocked = blocked;
    const errorRate = figures.samples >= this.options.minimumRequests ? figures.errorRate : 0;
    if (blocked || errorRate >= this.options.failedErrorRate) this.fail(now);
    else this.move(now, errorRate, unblocked);
    if (this.troubled) this.troubledAt = now;
    this.updatedAt = now;
    return this.current;
  }

  configure(options: StateOptions): void {
    this.options = options;
  }

  private get troubled(): boolean {
    return this.current === 'failed' || this.current === 'recovering';
  }

  private move(now: number, errorRate: number, unblocked: boolean): void {
    if (this.current === 'recovering') this.climb(now, errorRate);
    else if (this.current !== 'failed') this.grade(errorRate);
    else if (unblocked || this.isOver(now, errorRate)) this.recover();
  }

  private isOver(now: number, errorRate: number): boolean {
    return errorRate < this.options.failedErrorRate / 2 && now - this.failedAt >= this.options.failedHoldMs;
  }

  private fail(now: number): void {
    if (this.current === 'failed') return;
    const again = now - this.troubledAt < this.options.flapMemoryMs;
    this.slowdown = again ? Math.min(this.slowdown * 2, this.options.slowestRamp) : 1;
    this.failedAt = now;
    this.current = 'failed';
  }

  private recover(): void {
    this.current = 'recovering';
    this.progress = 0;
  }

  /** Errors hold the climb, so that time alone does not make a target healthy. */
  private climb(now: number, errorRate: number): void {
    if (errorRate < this.options.degradedErrorRate) {
      this.progress += (now - this.updatedAt) / (this.options.rampMs * this.slowdown);
    }
    if (this.progress >= 1) this.current = 'healthy';
  }

  private grade(errorRate: number): void {
    const border = this.options.degradedErrorRate / (this.current === 'degraded' ? 2 : 1);
    this.current = errorRate >= border && errorRate > 0 ? 'degraded' : 'healthy';
  }
}
