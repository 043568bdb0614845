import { ManualClock } from '../../../common/time/manual-clock.js';
import { RetryBudget } from '../health/retry-budget.js';
import { AskingLeave } from './asking-leave.js';

const RETRIES = { max: 2, budgetPercent: 0, budgetFloor: 3, baseMs: 1, maxWaitMs: 1 };

describe('Leave to ask', () => {
  const budgets = new Map<string, RetryBudget>();
  const budgetOf = (provider: string): RetryBudget => {
    const known = budgets.get(provider) ?? new RetryBudget(new ManualClock(), RETRIES);
    budgets.set(provider, known);
    return known;
  };
  const newLeave = (): AskingLeave => new AskingLeave({ budgetOf, retriesOf: () => RETRIES });
  beforeEach(() => budgets.clear());

  it('is given once for each provider, and then as often as the retries allow', () => {
    const leave = newLeave();
    expect(['a', 'b', 'a', 'b', 'a'].map((provider) => leave.take(provider))).toEqual([true, true, true, true, false]);
    expect(leave.retries).toBe(2);
    expect(leave.allows('a')).toBe(false);
    expect(leave.allows('c')).toBe(true);
  });

  it('is refused when the retries of all requests are too many', () => {
    const first = newLeave();
    const second = newLeave();
    for (const leave of [first, first, first, second, second]) leave.take('a');
    expect(second.allows('a')).toBe(false);
    expect(second.take('a')).toBe(false);
    expect(second.hasRetries('a')).toBe(true);
  });

  it('is given once more, not as a retry, when a request has not arrived', () => {
    const leave = newLeave();
    leave.take('a');
    expect(leave.forgive('a')).toBe(true);
    expect(leave.take('a')).toBe(true);
    expect(leave.retries).toBe(0);
    expect(leave.forgive('a')).toBe(false);
  });

  it('is free for the next key when one has no room', () => {
    const leave = newLeave();
    leave.take('a');
    leave.turnToNextKey();
    expect(leave.allows('a')).toBe(true);
    expect(leave.take('a')).toBe(true);
    expect(leave.retries).toBe(0);
  });

  it('ends with the request', () => {
    const leave = newLeave();
    leave.take('a');
    leave.take('a');
    expect(budgetOf('a').inFlight).toEqual({ requests: 1, retries: 1 });
    leave.end();
    expect(budgetOf('a').inFlight).toEqual({ requests: 0, retries: 0 });
  });
});
