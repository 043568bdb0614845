import type { Random } from '../../../common/random/random.port.js';
import type { Clock } from '../../../common/time/clock.port.js';
import type { HealthBook } from '../health/health-book.js';
import { type BalancerOptions, DEFAULT_BALANCER } from './balancer.options.js';
import type { Grade } from './grades.js';
import { HealthAwareOrder } from './health-aware-order.js';
import { sessionTarget } from './session-target.js';
import { candidate, type Standing } from './standing.js';
import type { Candidate, CandidateReason, OrderContext } from './target-order.port.js';
import { drawIndex } from './weighted-choice.js';

interface Choice {
  readonly standing: Standing;
  readonly reason: CandidateReason;
}

/**
 * Weights from live figures; the less loaded of two draws by weight gets the request. Weights say how good a target
 * was in the last seconds, requests in flight how it does this instant: a target that hangs is left before its
 * figures have changed.
 */
export class AdaptiveBalancer extends HealthAwareOrder {
  constructor(
    book: HealthBook,
    clock: Clock,
    private readonly random: Random,
    options: BalancerOptions = DEFAULT_BALANCER,
  ) {
    super(book, clock, options);
  }

  protected override arrange(
    clear: readonly Standing[],
    failed: readonly Standing[],
    grades: readonly Grade[],
    context: OrderContext,
  ): Candidate[] {
    const pool = clear.length > 0 ? clear : failed;
    const first = this.first(pool, pool === clear ? failed : [], grades, context);
    if (!first) return [];
    const rest = pool.filter((standing) => standing !== first.standing);
    return [
      { ...candidate(first.standing, first.reason), ...(first.reason === 'exploration' && { reason: first.reason }) },
      ...rest.toSorted(byCost(grades)).map((standing) => candidate(standing, 'score')),
    ];
  }

  protected override foresee(clear: readonly Standing[], grades: readonly Grade[], context: OrderContext): Candidate[] {
    const settled = this.settled(clear, grades, context);
    return clear
      .toSorted((a, b) => Number(b === settled?.standing) - Number(a === settled?.standing) || byWeight(grades)(a, b))
      .map((standing) => candidate(standing, standing === settled?.standing ? settled.reason : 'score'));
  }

  protected override shares(all: readonly Standing[], grades: readonly Grade[]): ReadonlyMap<string, number> {
    const clear = all.filter((standing) => standing.obstacle === undefined);
    const open = all.filter((standing) => standing.obstacle === undefined || standing.obstacle === 'failed state');
    let total = 0;
    for (const standing of clear) total += weightOf(standing, grades);
    const explored = clear.length > 0 ? this.options.explorationShare : 1;
    return new Map(
      open.map((standing) => {
        const drawn = standing.obstacle === undefined && total > 0 ? weightOf(standing, grades) / total : 0;
        return [standing.target.id, (1 - explored) * drawn + explored / open.length];
      }),
    );
  }

  private first(
    clear: readonly Standing[],
    failed: readonly Standing[],
    grades: readonly Grade[],
    context: OrderContext,
  ): Choice | undefined {
    const settled = this.settled(clear, grades, context);
    if (settled) return settled;
    const open = clear.length + failed.length;
    if (open > 1 && this.random.next() < this.options.explorationShare) {
      const index = Math.floor(this.random.next() * open);
      const explored = clear[index] ?? failed[index - clear.length];
      if (explored) return { standing: explored, reason: 'exploration' };
    }
    return this.lighterOfTwo(clear, grades);
  }

  /** What is not left to chance: a probe that is due, and the home of a session. */
  private settled(clear: readonly Standing[], grades: readonly Grade[], { session }: OrderContext): Choice | undefined {
    const probe = clear.find((standing) => standing.probe);
    if (probe) return { standing: probe, reason: 'probe' };
    if (session === undefined) return undefined;
    const home = sessionTarget(session, clear, grades, this.options.affinityLoadFactor);
    return home && { standing: home, reason: 'session' };
  }

  /** Power of two choices, both drawn by weight. */
  private lighterOfTwo(clear: readonly Standing[], grades: readonly Grade[]): Choice | undefined {
    const weights = clear.map((standing) => weightOf(standing, grades));
    const firstIndex = drawIndex(weights, this.random);
    const first = clear[firstIndex];
    if (!first) return undefined;
    const two = this.options.choice === 'power_of_two' && clear.length > 1;
    const second = two ? clear[drawIndex(weights, this.random, firstIndex)] : undefined;
    const standing = second && cost(second, grades) < cost(first, grades) ? second : first;
    return { standing, reason: 'score' };
  }
}

function weightOf(standing: Standing, grades: readonly Grade[]): number {
  return grades[standing.index]?.weight ?? 0;
}

/**
 * The load that the request finds, for the weight of the target. Without the request itself: with it, an idle target of
 * more weight would win every draw, and a weight of 3 to 1 would be one of all to nothing.
 */
function cost(standing: Standing, grades: readonly Grade[]): number {
  return standing.health.stats.inFlight / Math.max(weightOf(standing, grades), Number.MIN_VALUE);
}

function byCost(grades: readonly Grade[]): (a: Standing, b: Standing) => number {
  return (a, b) => cost(a, grades) - cost(b, grades);
}

function byWeight(grades: readonly Grade[]): (a: Standing, b: Standing) => number {
  return (a, b) => weightOf(b, grades) - weightOf(a, grades);
}
