import { Logger } from '@nestjs/common';
import { claim, lease } from '../../../test/support/counters.js';
import { ManualClock } from '../../common/time/manual-clock.js';
import { CounterStore } from './counter-store.js';
import type { Claim } from './counters.port.js';
import { MemoryCounters } from './memory-counters.js';

const HOUR_MS = 3_600_000;

beforeAll(() => Logger.overrideLogger(false));

describe('Counters in memory', () => {
  const clock = new ManualClock();
  let store: CounterStore;
  let counters: MemoryCounters;

  beforeEach(() => {
    store = new CounterStore(clock);
    counters = new MemoryCounters(clock, store);
    counters.start();
  });

  afterEach(() => counters.stop());

  const call = (id: string, claims: readonly Claim[]): void => {
    expect(counters.admit(lease('org', id, claims)).admitted).toBe(true);
    counters.settle(
      lease('org', id, claims),
      claims.map(({ amount }) => amount),
    );
  };

  it('answer at once', () => {
    expect(counters.admit(lease('org', 'a', [claim()]))).not.toBeInstanceOf(Promise);
  });

  it('forget counters that are idle, and no others', () => {
    for (let number = 0; number < 5_000; number++) {
      const name = String(number);
      call(name, [
        claim({ counter: `rate ${name}`, kind: 'rate', windowMs: 60_000 }),
        claim({ counter: `calls ${name}`, kind: 'concurrency' }),
        claim({ counter: `month ${name}`, expiresAt: clock.wallTime() + HOUR_MS }),
      ]);
    }
    call('prepaid', [claim({ counter: 'prepaid' })]);
    counters.admit(lease('org', 'open', [claim({ counter: 'open', kind: 'concurrency', amount: 1 })]));
    expect(store.counterCount).toBe(15_002);
    clock.advance(2 * 60_000);
    expect(store.counterCount).toBe(5_002);
    clock.advance(HOUR_MS);
    expect(store.counterCount).toBe(2);
  });

  it('charge a lease that nobody settled for a day', () => {
    const forgotten = claim({ amount: 300 });
    counters.admit(lease('org', 'a', [forgotten]));
    clock.advance(23 * HOUR_MS);
    expect(counters.orphaned('org', forgotten)).toBe(0);
    expect(counters.current.openLeases).toBe(1);
    clock.advance(2 * HOUR_MS);
    expect(counters.orphaned('org', forgotten)).toBe(300);
    expect(counters.current.openLeases).toBe(0);
  });

  it('share one limit among three callers to two percent, in each of many windows', () => {
    const limit = 60;
    const windowMs = 60_000;
    const rate = claim({ counter: 'requests', kind: 'rate', limit, amount: 1, windowMs });
    const tokens = claim({ counter: 'tokens', kind: 'rate', limit: 6_000, amount: 100, windowMs });
    const perWindow = Array.from({ length: 10 }, (_, index) => {
      let admitted = 0;
      for (let step = 0; step < windowMs; step += 50) {
        const claims = [rate, tokens];
        const one = lease('shared', `${index} ${step}`, claims);
        if (counters.admit(one).admitted) {
          admitted++;
          counters.settle(one, [1, 100]);
        }
        clock.advance(50);
      }
      return admitted;
    });
    for (const admitted of perWindow) expect(Math.abs(admitted - limit)).toBeLessThanOrEqual(0.02 * limit);
  });

  it('survive a wall clock that goes back', () => {
    // The clock's wall time is not asked again: what it says may jump, and windows may not.
    let wall = 0;
    const jumping = new ManualClock();
    Object.defineProperty(jumping, 'wallTime', { value: () => 1_700_000_000_000 + wall });
    const own = new CounterStore(jumping);
    const rate = claim({ counter: 'requests', kind: 'rate', limit: 1, amount: 1, windowMs: 1_280 });
    expect(own.admit(lease('org', 'a', [rate])).admitted).toBe(true);
    wall = -HOUR_MS;
    expect(own.admit(lease('org', 'b', [rate])).admitted).toBe(false);
    jumping.advance(1_290);
    expect(own.admit(lease('org', 'b', [rate])).admitted).toBe(true);
  });
});
