import type { Grade } from './grades.js';
import { affinity, hashOf } from './rendezvous.js';
import type { Standing } from './standing.js';

/** Requests in flight that do not count as load: with few of them an average means nothing. */
const ALLOWANCE = 4;

/** The target of a session: the one that it wants most among the healthy ones that are not overrun. */
export function sessionTarget(
  session: string,
  clear: readonly Standing[],
  grades: readonly Grade[],
  loadFactor: number,
): Standing | undefined {
  const healthy = clear.filter((standing) => grades[standing.index]?.state === 'healthy');
  const eligible = healthy.length > 0 ? healthy : clear;
  const hash = hashOf(session);
  const limit = loadLimit(eligible, loadFactor);
  let best: Standing | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  for (const standing of eligible) {
    if (standing.health.stats.inFlight > limit) continue;
    const wish = affinity(hash, hashOf(standing.target.id), standing.target.weight);
    if (wish <= highest) continue;
    highest = wish;
    best = standing;
  }
  return best;
}

function loadLimit(standings: readonly Standing[], loadFactor: number): number {
  let total = 0;
  for (const standing of standings) total += standing.health.stats.inFlight;
  return (total / Math.max(1, standings.length)) * loadFactor + ALLOWANCE;
}
