import type { Random } from '../../../common/random/random.port.js';

/** The index of a draw by weight, leaving out one index; equal chances when no weight is above 0. */
export function drawIndex(weights: readonly number[], random: Random, without = -1): number {
  let total = 0;
  for (let index = 0; index < weights.length; index++) if (index !== without) total += weights[index] ?? 0;
  const flat = total <= 0;
  let rest = random.next() * (flat ? weights.length - (without < 0 ? 0 : 1) : total);
  let last = -1;
  for (let index = 0; index < weights.length; index++) {
    if (index === without) continue;
    last = index;
    rest -= flat ? 1 : (weights[index] ?? 0);
    if (rest < 0) return index;
  }
  return last;
}
