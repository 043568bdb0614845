import type { Clock } from '../../../common/time/clock.port.js';
import type { HealthBook } from '../health/health-book.js';
import type { TargetStateName } from '../health/target-state.js';
import type { StatsSnapshot } from '../health/target-stats.js';
import type { Target } from '../health/target.js';
import type { BalancerOptions } from './balancer.options.js';
import { bestOf, latencyRatio, scoreOf, scoreParts } from './score.js';
import type { ScoreParts } from './target-order.port.js';

/** What a target is worth beside the others of its route. */
export interface Grade {
  readonly figures: StatsSnapshot;
  readonly parts: ScoreParts;
  /** Configured weight times score. */
  readonly weight: number;
  readonly state: TargetStateName;
}

/** Works out the grades of a route, and keeps them for a moment. */
export class Grades {
  private readonly kept = new WeakMap<readonly Target[], { until: number; grades: Grade[] }>();

  constructor(
    private readonly book: HealthBook,
    private readonly clock: Clock,
    private readonly options: BalancerOptions,
  ) {}

  /** The grades in the order of the targets, at most `recomputeMs` old. */
  of(targets: readonly Target[]): readonly Grade[] {
    const now = this.clock.now();
    const kept = this.kept.get(targets);
    if (kept && now < kept.until) return kept.grades;
    const grades = this.fresh(targets);
    this.kept.set(targets, { until: now + this.options.recomputeMs, grades });
    return grades;
  }

  /** The grades of this moment. */
  fresh(targets: readonly Target[]): Grade[] {
    for (const target of targets) this.book.of(target).refresh();
    const figures = targets.map((target) => this.book.of(target).stats.snapshot());
    const best = bestOf(figures);
    return figures.map((figure, index) => {
      const target = targets[index];
      const state = target ? this.book.of(target).state : undefined;
      const parts = scoreParts(figure, best, state?.ramp ?? 1, this.options);
      const slow = latencyRatio(figure, best) >= this.options.degradedLatencyRatio;
      const name = state?.name ?? 'healthy';
      return {
        figures: figure,
        parts,
        weight: (target?.weight ?? 0) * scoreOf(parts, this.options),
        state: slow && name === 'healthy' ? 'degraded' : name,
      };
    });
  }
}
