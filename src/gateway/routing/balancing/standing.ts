import type { HealthBook } from '../health/health-book.js';
import type { TargetHealth } from '../health/target-health.js';
import type { Target } from '../health/target.js';
import type { Candidate, CandidateReason, OrderContext } from './target-order.port.js';

/** A target as one request finds it. */
export interface Standing {
  readonly target: Target;
  /** Its place in the route. */
  readonly index: number;
  readonly health: TargetHealth;
  /** Why it may not be asked now, or not gladly; undefined when nothing is against it. */
  readonly obstacle: CandidateReason | undefined;
  readonly available: boolean;
  readonly waitMs: number;
  /** Whether this request would be the probe of a dead target. */
  readonly probe: boolean;
}

/** Looks up what stands against each target that the request may use. */
export function standings(book: HealthBook, targets: readonly Target[], context: OrderContext): Standing[] {
  const found: Standing[] = [];
  for (let index = 0; index < targets.length; index++) {
    const target = targets[index];
    if (target && !context.exclude?.has(target.id))
      found.push(standingOf(book, book.of(target), target, index, context));
  }
  return found;
}

function standingOf(
  book: HealthBook,
  health: TargetHealth,
  target: Target,
  index: number,
  context: OrderContext,
): Standing {
  const refused = refusalOf(book, health);
  if (refused) return { target, index, health, ...refused, available: false, probe: false };
  const roomMs = context.roomInMs?.(target) ?? 0;
  if (roomMs > 0) {
    return { target, index, health, obstacle: 'no quota', available: true, waitMs: roomMs, probe: false };
  }
  const probe = health.isProbe;
  const obstacle = !probe && health.state.name === 'failed' ? 'failed state' : undefined;
  return { target, index, health, obstacle, available: true, waitMs: 0, probe };
}

/** Why the target may not be asked at all. */
function refusalOf(book: HealthBook, health: TargetHealth): Pick<Standing, 'obstacle' | 'waitMs'> | undefined {
  const keyWait = health.key.waitMs;
  if (keyWait > 0) return { obstacle: 'key retired', waitMs: keyWait };
  const cooldown = book.cooldowns.waitMs(health.target.id);
  const breakerWait = health.breaker.waitMs;
  if (cooldown > breakerWait) return { obstacle: 'cooldown', waitMs: cooldown };
  return breakerWait > 0 ? { obstacle: 'breaker open', waitMs: breakerWait } : undefined;
}

/** The standing as a candidate: for its obstacle, or for the reason that put it where it is. */
export function candidate(standing: Standing, reason: CandidateReason): Candidate {
  return {
    target: standing.target,
    available: standing.available,
    reason: standing.obstacle ?? reason,
    waitMs: standing.waitMs,
  };
}

/** Behind those without obstacle: failed ones, then those without room, then those that may not be asked; shortest wait first. */
export function byObstacle(a: Standing, b: Standing): number {
  return rank(a) - rank(b) || a.waitMs - b.waitMs;
}

function rank(standing: Standing): number {
  if (!standing.available) return 2;
  return standing.obstacle === 'no quota' ? 1 : 0;
}
