import type { Clock } from '../../../common/time/clock.port.js';
import type { HealthBook } from '../health/health-book.js';
import type { Target } from '../health/target.js';
import { type BalancerOptions, DEFAULT_BALANCER } from './balancer.options.js';
import { type Grade, Grades } from './grades.js';
import { byObstacle, candidate, type Standing, standings } from './standing.js';
import { type Candidate, type OrderContext, TargetOrder, type TargetExplanation } from './target-order.port.js';

const NONE: readonly Standing[] = [];

/** What all strategies share: tiers, and that what may not be asked comes last. */
export abstract class HealthAwareOrder extends TargetOrder {
  protected readonly grades: Grades;

  constructor(
    protected readonly book: HealthBook,
    clock: Clock,
    protected readonly options: BalancerOptions = DEFAULT_BALANCER,
  ) {
    super();
    this.grades = new Grades(book, clock, options);
  }

  override order(targets: readonly Target[], context: OrderContext = {}): Candidate[] {
    const all = standings(this.book, targets, context);
    const grades = this.grades.of(targets);
    const rest = all.filter((standing) => standing.obstacle !== undefined);
    const tiers = tiersOf(all);
    // The usual case, on the way of every request.
    if (rest.length === 0 && tiers.length === 1) return this.arrange(all, NONE, grades, context);
    const ordered: Candidate[] = [];
    for (const tier of tiers) {
      const clear = tier.filter((standing) => standing.obstacle === undefined);
      const failed = tier.filter((standing) => standing.obstacle === 'failed state');
      ordered.push(...this.arrange(clear, failed, grades, context));
    }
    const placed = new Set(ordered.map(({ target }) => target.id));
    for (const standing of rest.toSorted(byObstacle)) {
      if (!placed.has(standing.target.id)) ordered.push(candidate(standing, 'order'));
    }
    return ordered;
  }

  override explain(targets: readonly Target[], context: OrderContext = {}): TargetExplanation[] {
    const all = standings(this.book, targets, context);
    const grades = this.grades.fresh(targets);
    const rows: Candidate[] = [];
    for (const tier of tiersOf(all)) {
      const clear = tier.filter((standing) => standing.obstacle === undefined);
      rows.push(...this.foresee(clear, grades, context));
    }
    const rest = all.filter((standing) => standing.obstacle !== undefined).toSorted(byObstacle);
    rows.push(...rest.map((standing) => candidate(standing, 'order')));
    const shares = this.shares(all, grades);
    const byId = new Map(all.map((standing) => [standing.target.id, standing]));
    return rows.flatMap((row) => {
      const standing = byId.get(row.target.id);
      const grade = grades[standing?.index ?? -1];
      return standing && grade ? [explanation(row, standing, grade, shares.get(row.target.id), this.book)] : [];
    });
  }

  /**
   * Puts the targets of one tier that nothing is against in order. Of those in the failed state a strategy may
   * try one; the others are added behind.
   */
  protected abstract arrange(
    clear: readonly Standing[],
    failed: readonly Standing[],
    grades: readonly Grade[],
    context: OrderContext,
  ): Candidate[];

  /** The same without chance. */
  protected abstract foresee(clear: Standing[], grades: readonly Grade[], context: OrderContext): Candidate[];

  /** Expected share of each target id; empty where the order is fixed. */
  protected abstract shares(all: readonly Standing[], grades: readonly Grade[]): ReadonlyMap<string, number>;
}

/** Lower tiers first; most routes have one. */
function tiersOf(all: readonly Standing[]): ReadonlyArray<readonly Standing[]> {
  const first = all[0]?.target.tier ?? 0;
  if (all.every((standing) => (standing.target.tier ?? 0) === first)) return [all];
  const tiers = new Map<number, Standing[]>();
  for (const standing of all) {
    const tier = standing.target.tier ?? 0;
    const members = tiers.get(tier);
    if (members) members.push(standing);
    else tiers.set(tier, [standing]);
  }
  return [...tiers].toSorted(([a], [b]) => a - b).map(([, members]) => members);
}

function explanation(
  row: Candidate,
  { health }: Standing,
  grade: Grade,
  share: number | undefined,
  book: HealthBook,
): TargetExplanation {
  return {
    ...row,
    state: grade.state,
    weight: grade.weight,
    share,
    score: grade.parts,
    figures: grade.figures,
    firstTokenP95Ms: health.stats.firstTokenQuantile(0.95),
    breaker: {
      state: health.breaker.state,
      failureRatio: health.breaker.failureRatio,
      probeInMs: health.breaker.waitMs,
    },
    cooldownMs: book.cooldowns.waitMs(health.target.id),
    retirement: health.key.retired,
  };
}
