import { SeededRandom } from '../../../common/random/random.port.js';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { HealthBook } from '../health/health-book.js';
import { makeTarget, type Target } from '../health/target.js';
import { AdaptiveBalancer } from './adaptive-balancer.js';
import { DEFAULT_BALANCER } from './balancer.options.js';
import { OrderedTargets } from './ordered-targets.js';
import type { OrderContext, TargetOrder } from './target-order.port.js';
import { WeightedTargets } from './weighted-targets.js';

const [A, B, C] = [1, 2, 1].map((weight, index) =>
  makeTarget({ provider: 'cerebras', key: 'abc'.charAt(index), model: 'gpt-oss-120b', weight }),
) as [Target, Target, Target];
const ALL = [A, B, C];

function story() {
  const clock = new ManualClock();
  const book = new HealthBook(clock);
  const random = new SeededRandom(7);
  const quiet = { ...DEFAULT_BALANCER, explorationShare: 0 };
  const call = (target: Target, ms: number): void => {
    const attempt = book.of(target).tryAcquire();
    attempt?.success(ms);
    attempt?.finished();
  };
  return {
    clock,
    book,
    ordered: new OrderedTargets(book, clock),
    weighted: new WeightedTargets(book, clock, random),
    adaptive: new AdaptiveBalancer(book, clock, random, quiet),
    exploring: new AdaptiveBalancer(book, clock, random),
    call,
    kill: (target: Target): void => {
      for (let time = 0; time < 5; time++) book.of(target).tryAcquire()?.failure();
    },
    fail: (target: Target, errorRate: number): void => {
      // Spread evenly, so that no breaker opens.
      for (let time = 0; time < 100; time++) {
        if (Math.floor((time + 1) * errorRate) > Math.floor(time * errorRate)) book.of(target).tryAcquire()?.failure();
        else call(target, 100);
      }
    },
  };
}

const keys = (order: TargetOrder, context?: OrderContext, targets = ALL): string =>
  order
    .order(targets, context)
    .map(({ target, available }) => (available ? target.key : `(${target.key})`))
    .join(' ');

/** Share of each key among the first choices. */
function shares(order: TargetOrder, contextOf: (index: number) => OrderContext = () => ({})): Record<string, number> {
  const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
  for (let index = 0; index < 2_000; index++) {
    const key = order.order(ALL, contextOf(index))[0]?.target.key ?? '';
    counts[key] = (counts[key] ?? 0) + 1 / 2_000;
  }
  return counts;
}

describe('OrderedTargets', () => {
  it('keeps the order of the configuration', () => {
    const { ordered } = story();
    expect(keys(ordered)).toBe('a b c');
    expect(keys(ordered, { exclude: new Set([B.id]) })).toBe('a c');
  });

  it('puts what may not be asked last, the shortest wait first', () => {
    const { ordered, kill, book } = story();
    kill(A);
    book.cooldowns.cool(B.id, 2_000);
    expect(ordered.order(ALL)).toEqual([
      { target: C, available: true, reason: 'order', waitMs: 0 },
      { target: B, available: false, reason: 'cooldown', waitMs: 2_000 },
      { target: A, available: false, reason: 'breaker open', waitMs: 5_000 },
    ]);
  });

  it('lets the first request after the interval probe a dead primary', () => {
    const { ordered, kill, clock } = story();
    kill(A);
    clock.advance(5_000);
    expect(ordered.order(ALL)[0]).toEqual({ target: A, available: true, reason: 'probe', waitMs: 0 });
  });

  it('prefers keys that have room', () => {
    const { ordered } = story();
    const roomInMs = ({ key }: Target): number => ({ a: 500, b: 200 })[key] ?? 0;
    expect(keys(ordered, { roomInMs })).toBe('c b a');
  });

  it('would rather wait for room than ask where it must not', () => {
    const { ordered, book } = story();
    book.cooldowns.cool(A.id, 100);
    expect(keys(ordered, { roomInMs: ({ key }) => (key === 'c' ? 0 : 500) })).toBe('c b (a)');
  });
});

describe('WeightedTargets', () => {
  it('draws by weight', () => {
    const { a, b, c } = shares(story().weighted);
    expect(b).toBeGreaterThan(0.46);
    expect(b).toBeLessThan(0.54);
    expect(Math.abs((a ?? 0) - (c ?? 0))).toBeLessThan(0.04);
  });

  it('names every target once', () => {
    const { weighted } = story();
    for (let time = 0; time < 50; time++) expect(keys(weighted).split(' ').toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('never draws a weight of 0 before another', () => {
    const { weighted } = story();
    const spare = { ...A, weight: 0 };
    for (let time = 0; time < 50; time++) expect(keys(weighted, {}, [spare, C])).toBe('c a');
  });
});

describe('AdaptiveBalancer', () => {
  it('begins with the configured weights', () => {
    const { adaptive } = story();
    const { b } = shares(adaptive);
    expect(b).toBeGreaterThan(0.46);
    expect(b).toBeLessThan(0.54);
    expect(adaptive.explain(ALL).map(({ share }) => share)).toEqual([0.5, 0.25, 0.25]);
  });

  it('leaves a slow key little', () => {
    const { adaptive, call } = story();
    for (let time = 0; time < 50; time++) for (const target of ALL) call(target, target === B ? 1_000 : 100);
    expect(shares(adaptive).b).toBeLessThan(0.05);
    expect(adaptive.explain(ALL).at(-1)).toMatchObject({ target: B, state: 'degraded' });
  });

  it('leaves a failing key little, and calls it failed', () => {
    const { adaptive, fail, call } = story();
    fail(B, 0.3);
    for (let time = 0; time < 50; time++) for (const target of [A, C]) call(target, 100);
    expect(shares(adaptive).b).toBe(0);
    expect(adaptive.order(ALL).at(-1)).toEqual({ target: B, available: true, reason: 'failed state', waitMs: 0 });
  });

  it('explores what it would not choose', () => {
    const { exploring, fail } = story();
    fail(B, 0.3);
    const { b } = shares(exploring);
    expect(b).toBeGreaterThan(0);
    expect(b).toBeLessThan(0.02);
  });

  it('still names all when all have failed', () => {
    const { adaptive, fail } = story();
    for (const target of ALL) fail(target, 0.3);
    expect(keys(adaptive).split(' ').toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('shuns a key that hangs before any figure shows it', () => {
    const { adaptive, book } = story();
    for (let time = 0; time < 30; time++) book.of(B).tryAcquire();
    expect(shares(adaptive).b).toBeLessThan(0.05);
  });

  it('leaves a key that is nearly used up little', () => {
    const { adaptive, book } = story();
    book.of(B).stats.utilised(1);
    expect(shares(adaptive).b).toBeLessThan(0.1);
  });

  it('ramps a recovered key up', () => {
    const { adaptive, kill, call, clock } = story();
    kill(B);
    expect(shares(adaptive).b).toBe(0);
    clock.advance(5_000);
    expect(adaptive.order(ALL)[0]).toMatchObject({ target: B, reason: 'probe' });
    call(B, 100);
    const seen: number[] = [];
    for (let step = 0; step < 4; step++) {
      clock.advance(500);
      seen.push(shares(adaptive).b ?? 0);
      clock.advance(9_500);
    }
    expect(seen[0]).toBeLessThan(0.15);
    expect(seen).toEqual(seen.toSorted((x, y) => x - y));
    expect(seen[3]).toBeGreaterThan(0.46);
  });

  it('keeps a session on one key, and moves only the sessions of a key that fails', () => {
    const { adaptive, kill } = story();
    const homes = (): string[] =>
      Array.from({ length: 200 }, (_, index) => adaptive.order(ALL, { session: `s${index}` })[0]?.target.key ?? '');
    const before = homes();
    expect(homes()).toEqual(before);
    expect(new Set(before)).toEqual(new Set(['a', 'b', 'c']));
    expect(before.filter((key) => key === 'b').length).toBeGreaterThan(75);
    kill(A);
    const after = homes();
    expect(after).not.toContain('a');
    expect(before.filter((key, index) => key !== 'a' && after[index] !== key)).toEqual([]);
  });

  it('sends a session elsewhere when its key is overrun', () => {
    const { adaptive, book } = story();
    const home = adaptive.order(ALL, { session: 'one' })[0]?.target ?? A;
    for (let time = 0; time < 20; time++) book.of(home).tryAcquire();
    expect(adaptive.order(ALL, { session: 'one' })[0]?.target).not.toBe(home);
  });

  it('uses a higher tier only when nothing else can answer', () => {
    const { adaptive, kill, book } = story();
    const spare = { ...B, tier: 1, weight: 100 };
    const tiered = [A, spare, C];
    for (let time = 0; time < 50; time++) expect(keys(adaptive, {}, tiered).endsWith('b')).toBe(true);
    kill(A);
    book.cooldowns.cool(C.id, 60_000);
    expect(keys(adaptive, {}, tiered)).toBe('b (a) (c)');
  });

  it('explains the same as often as it is asked', () => {
    const { adaptive, kill, fail, book } = story();
    kill(A);
    fail(B, 0.1);
    book.cooldowns.cool(C.id, 7_000);
    const rows = adaptive.explain(ALL);
    expect(adaptive.explain(ALL)).toEqual(rows);
    expect(rows.map(({ target, available, reason, state }) => [target.key, available, reason, state])).toEqual([
      ['b', true, 'score', 'degraded'],
      ['a', false, 'breaker open', 'failed'],
      ['c', false, 'cooldown', 'healthy'],
    ]);
    expect(rows[0]?.score.errors).toBeCloseTo((1 - 10 / 105) ** 4);
    expect(rows[1]?.breaker).toEqual({ state: 'open', failureRatio: 1, probeInMs: 5_000 });
    expect(rows[2]?.cooldownMs).toBe(7_000);
  });

  it('has nothing to say about nothing', () => {
    const { adaptive } = story();
    expect(adaptive.order([])).toEqual([]);
    expect(adaptive.explain([])).toEqual([]);
  });
});
