import * as fc from 'fast-check';
import { SlidingWindow } from './sliding-window.js';

const LIMIT = 60;

/** Takes one whenever it fits. @returns the moments at which it did */
function saturate(windowMs: number, limit: number, from: number, moments: readonly number[]): number[] {
  const window = new SlidingWindow(windowMs);
  const taken: number[] = [];
  for (const moment of moments) {
    const now = from + moment;
    window.slide(now);
    if (window.total + 1 > limit) continue;
    window.add(now, 1);
    taken.push(now);
  }
  return taken;
}

/** The most that any window of the length holds. */
function fullest(taken: readonly number[], windowMs: number): number {
  let most = 0;
  let oldest = 0;
  for (const [index, now] of taken.entries()) {
    while ((taken[oldest] ?? 0) <= now - windowMs) oldest++;
    most = Math.max(most, index - oldest + 1);
  }
  return most;
}

describe('A sliding window', () => {
  it('never holds more than the limit, wherever a window begins', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 200_000 }),
        fc.nat({ max: 1e12 }),
        fc.array(fc.nat({ max: 500 }), { minLength: 200, maxLength: 600 }),
        (windowMs, from, pauses) => {
          let at = 0;
          const moments = pauses.map((pause) => (at += pause));
          expect(fullest(saturate(windowMs, LIMIT, from, moments), windowMs)).toBeLessThanOrEqual(LIMIT);
        },
      ),
    );
  });

  it.each([1_000, 2_000, 60_000, 86_400_000])(
    'gives a caller who saturates it 98.5 %% of the limit (%i ms)',
    (windowMs) => {
      const step = windowMs / 1_000;
      const moments = Array.from({ length: 50_000 }, (_, index) => Math.floor(index * step));
      const taken = saturate(windowMs, LIMIT, 1_700_000_000_123, moments);
      expect(taken.length).toBeGreaterThanOrEqual(0.985 * LIMIT * 50);
      expect(taken.length).toBeLessThanOrEqual(LIMIT * 51);
      expect(fullest(taken, windowMs)).toBe(LIMIT);
    },
  );

  it('does not let a burst before an edge double at it', () => {
    const windowMs = 60_000;
    const edge = 1_700_000_040_000;
    const burst = [...Array.from({ length: 100 }, () => edge - 1), ...Array.from({ length: 100 }, () => edge + 1)];
    expect(saturate(windowMs, LIMIT, 0, burst)).toHaveLength(LIMIT);
  });

  it('says when enough will be out, to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_000, max: 100_000 }),
        fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 40 }),
        (windowMs, adds, wanted) => {
          const window = new SlidingWindow(windowMs);
          let now = 1_700_000_000_000;
          for (const [pause, amount] of adds) {
            now += pause;
            window.slide(now);
            window.add(now, amount);
          }
          const before = window.total;
          const wait = window.freeIn(now, Math.min(wanted, before)) ?? Number.NaN;
          expect(wait).toBeLessThanOrEqual(windowMs);
          window.slide(now + wait - 1);
          expect(before - window.total).toBeLessThan(Math.min(wanted, before));
          window.slide(now + wait);
          expect(before - window.total).toBeGreaterThanOrEqual(Math.min(wanted, before));
        },
      ),
    );
  });

  it('takes back what was counted, as long as it counts', () => {
    const window = new SlidingWindow(1_280);
    const bucket = window.add(1_000, 50);
    window.add(1_100, 20);
    window.take(bucket, 30);
    expect(window.total).toBe(40);
    window.take(bucket, 30);
    expect(window.total).toBe(20);
    window.slide(9_000);
    window.take(bucket, 10);
    expect([window.total, window.resetIn(9_000)]).toEqual([0, 0]);
  });
});
