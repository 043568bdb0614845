import { counterName } from './claim-rules.js';
import { Counter } from './counter.js';
import type { Claim } from './counters.port.js';

/**
 * Counters by their names. The first of a name is found by it alone, which costs nothing to make; one of the same name
 * with other terms (a limit whose window was changed) has a place of its own beside it.
 */
export class CounterTable {
  private readonly first = new Map<string, Counter>();
  private readonly others = new Map<string, Counter>();

  get size(): number {
    return this.first.size + this.others.size;
  }

  find(claim: Claim): Counter | undefined {
    const counter = this.first.get(claim.counter);
    if (counter?.isFor(claim)) return counter;
    return this.others.size === 0 ? undefined : this.others.get(counterName(claim));
  }

  /** The counter of a claim; a new one begins with the claim's seed. */
  of(claim: Claim, now: number): Counter {
    const found = this.find(claim);
    if (found) return found;
    const counter = new Counter(claim, now);
    if (this.first.has(claim.counter)) this.others.set(counterName(claim), counter);
    else this.first.set(claim.counter, counter);
    return counter;
  }

  /** Looks at each counter in turn, and forgets those that are idle. */
  *forgetIdle(clock: () => number): Generator<void> {
    for (const counters of [this.first, this.others]) {
      for (const [name, counter] of counters) {
        if (counter.isIdle(clock())) counters.delete(name);
        yield;
      }
    }
  }
}
