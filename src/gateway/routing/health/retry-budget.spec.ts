import * as fc from 'fast-check';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { DEFAULT_RETRY_BUDGET, type End, RetryBudget } from './retry-budget.js';

describe('RetryBudget', () => {
  it('allows its floor to a quiet provider', () => {
    const budget = new RetryBudget(new ManualClock());
    budget.begin();
    expect([1, 2, 3, 4].map(() => budget.tryRetry() !== undefined)).toEqual([true, true, true, false]);
  });

  it('allows a fifth of the live requests', () => {
    const budget = new RetryBudget(new ManualClock());
    for (let request = 0; request < 50; request++) budget.begin();
    const ends = Array.from({ length: 12 }, () => budget.tryRetry()).filter((end) => end !== undefined);
    expect(ends).toHaveLength(10);
    ends[0]?.();
    ends[0]?.();
    expect(budget.inFlight).toEqual({ requests: 50, retries: 9 });
  });

  it('keeps amplification below 1.25 when each of 100 requests a second fails at once', () => {
    const clock = new ManualClock();
    const budget = new RetryBudget(clock);
    let sent = 0;
    for (let request = 0; request < 6_000; request++) {
      const end = budget.begin();
      sent++;
      for (let retry = budget.tryRetry(), more = 2; retry && more > 0; more--) {
        sent++;
        retry();
        retry = budget.tryRetry();
      }
      end();
      clock.advance(10);
    }
    expect(sent / 6_000).toBeGreaterThan(1.15);
    expect(sent / 6_000).toBeLessThan(1.25);
  });

  it('never exceeds its share or its floor', () => {
    const step = fc.record({
      what: fc.constantFrom('begin', 'retry', 'end', 'end retry'),
      pauseMs: fc.nat(1_500),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const clock = new ManualClock();
        const budget = new RetryBudget(clock);
        const requests: End[] = [];
        const retries: End[] = [];
        const wrongs: unknown[] = [];
        const retry = (): void => {
          const end = budget.tryRetry();
          if (!end) return;
          retries.push(end);
          const { budgetFloor, budgetPercent } = DEFAULT_RETRY_BUDGET;
          const allowed = Math.max(budgetFloor, Math.floor((requests.length * budgetPercent) / 100));
          if (retries.length > allowed) wrongs.push({ retries: retries.length, allowed });
        };
        for (const { what, pauseMs } of steps) {
          if (what === 'begin') requests.push(budget.begin());
          else if (what === 'end') requests.pop()?.();
          else if (what === 'end retry') retries.pop()?.();
          else retry();
          const { inFlight } = budget;
          if (inFlight.requests !== requests.length || inFlight.retries !== retries.length) wrongs.push(inFlight);
          clock.advance(pauseMs);
        }
        for (const end of [...requests, ...retries]) end();
        expect(wrongs).toEqual([]);
        expect(budget.inFlight).toEqual({ requests: 0, retries: 0 });
      }),
    );
  });
});
