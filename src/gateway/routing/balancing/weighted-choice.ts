import type { Random } from '../../../common/random/random.port.js';

/** The index of a draw by weight, leaving out one index; -1 when there is nothing to draw from. */
export function drawIndex(weights: readonly number[], random: Random, without = -1): number {
  let total = 0;
  for (const [index, weight] of weights.entries()) if (index !== without) total += weight;
  let rest = random.next() * total;
  let last = -1;
  for (const [index, weight] of weights.entries()) {
    if (index === without) continue;
    last = index;
    rest -= weight;
    if (rest < 0) return index;
  }
  // Only weights of 0, or a rounding error at the very end.
  return last;
}
