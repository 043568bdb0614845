import { HealthAwareOrder } from './health-aware-order.js';
import { candidate, type Standing } from './standing.js';
import type { Candidate } from './target-order.port.js';

/** The order of the configuration. */
export class OrderedTargets extends HealthAwareOrder {
  protected override arrange(clear: readonly Standing[]): Candidate[] {
    return clear.map((standing) => candidate(standing, standing.probe ? 'probe' : 'order'));
  }

  protected override foresee(clear: readonly Standing[]): Candidate[] {
    return this.arrange(clear);
  }

  protected override shares(): ReadonlyMap<string, number> {
    return new Map();
  }
}
