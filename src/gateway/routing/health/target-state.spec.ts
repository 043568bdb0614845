import { DEFAULT_STATES } from './target-state.options.js';
import { TargetState, type TargetStateName } from './target-state.js';

function story() {
  const state = new TargetState();
  let now = 0;
  const see = (errorRate: number, { blocked = false, samples = 100, afterMs = 1_000 } = {}): TargetStateName => {
    now += afterMs;
    return state.update(now, { errorRate, samples }, blocked);
  };
  return { state, see };
}

describe('TargetState', () => {
  it('degrades by its error rate, and heals at half of it', () => {
    const { see } = story();
    expect(see(0.049)).toBe('healthy');
    expect(see(0.05)).toBe('degraded');
    expect(see(0.026)).toBe('degraded');
    expect(see(0.024)).toBe('healthy');
  });

  it('does not judge by a handful of calls', () => {
    expect(story().see(0.5, { samples: 4 })).toBe('healthy');
  });

  it('fails by its error rate, and recovers at half of it after a while', () => {
    const { see, state } = story();
    expect(see(0.25)).toBe('failed');
    expect(see(0.12)).toBe('failed');
    expect(see(0.13, { afterMs: 4_000 })).toBe('failed');
    expect(see(0.12)).toBe('recovering');
    expect(state.ramp).toBeCloseTo(0.1);
  });

  it('fails with its breaker, and ramps up when that closes', () => {
    const { see, state } = story();
    expect(see(0, { blocked: true })).toBe('failed');
    expect(see(0)).toBe('recovering');
    see(0, { afterMs: 15_000 });
    expect(state.ramp).toBeCloseTo(0.55);
    expect(see(0, { afterMs: 15_000 })).toBe('healthy');
    expect(state.ramp).toBe(1);
  });

  it('does not climb while it errs', () => {
    const { see, state } = story();
    see(0, { blocked: true });
    see(0);
    see(0.1, { afterMs: 60_000 });
    expect(state.ramp).toBeCloseTo(0.1);
    expect(state.name).toBe('recovering');
  });

  it('climbs more and more slowly when it flaps, and as before after a quiet time', () => {
    const { see } = story();
    const climb = (): number => {
      see(0, { blocked: true });
      let seconds = 0;
      for (see(0); see(0) === 'recovering'; seconds++);
      return Math.round((seconds + 1) / (DEFAULT_STATES.rampMs / 1000));
    };
    expect([1, 2, 3, 4, 5].map(climb)).toEqual([1, 2, 4, 8, 8]);
    see(0, { afterMs: DEFAULT_STATES.flapMemoryMs });
    expect(climb()).toBe(1);
  });
});
