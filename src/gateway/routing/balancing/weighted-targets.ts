import type { Random } from '../../../common/random/random.port.js';
import type { Clock } from '../../../common/time/clock.port.js';
import type { HealthBook } from '../health/health-book.js';
import { type BalancerOptions, DEFAULT_BALANCER } from './balancer.options.js';
import type { Grade } from './grades.js';
import { HealthAwareOrder } from './health-aware-order.js';
import { sessionTarget } from './session-target.js';
import { candidate, type Standing } from './standing.js';
import type { Candidate, OrderContext } from './target-order.port.js';
import { drawIndex } from './weighted-choice.js';

/** Draws by the configured weights; figures do not matter, breakers and cooldowns do. */
export class WeightedTargets extends HealthAwareOrder {
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
    _failed: readonly Standing[],
    grades: readonly Grade[],
    context: OrderContext,
  ): Candidate[] {
    const rest = [...clear];
    const ordered: Candidate[] = [];
    if (context.session !== undefined) {
      const home = sessionTarget(context.session, rest, grades, this.options.affinityLoadFactor);
      if (home) {
        rest.splice(rest.indexOf(home), 1);
        ordered.push(candidate(home, 'session'));
      }
    }
    const weights = rest.map((standing) => standing.target.weight);
    while (rest.length > 0) {
      const index = drawIndex(weights, this.random);
      weights.splice(index, 1);
      for (const standing of rest.splice(index, 1)) {
        ordered.push(candidate(standing, standing.probe ? 'probe' : 'weight'));
      }
    }
    return ordered;
  }

  protected override foresee(
    clear: readonly Standing[],
    grades: readonly Grade[],
    { session }: OrderContext,
  ): Candidate[] {
    const home =
      session === undefined ? undefined : sessionTarget(session, clear, grades, this.options.affinityLoadFactor);
    return clear
      .toSorted((a, b) => Number(b === home) - Number(a === home) || b.target.weight - a.target.weight)
      .map((standing) => candidate(standing, standing === home ? 'session' : 'weight'));
  }

  protected override shares(all: readonly Standing[]): ReadonlyMap<string, number> {
    const clear = all.filter((standing) => standing.obstacle === undefined);
    let total = 0;
    for (const standing of clear) total += standing.target.weight;
    return new Map(clear.map(({ target }) => [target.id, total > 0 ? target.weight / total : 1 / clear.length]));
  }
}
