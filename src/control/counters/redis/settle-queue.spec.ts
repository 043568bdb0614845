import { claim, lease } from '../../../../test/support/counters.js';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { SettleQueue, type Settlement } from './settle-queue.js';

const settlement = (id: string): Settlement => ({ lease: lease('org', id, [claim()]), actual: [1] });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('The queue of settlements', () => {
  let clock: ManualClock;
  let isUp: boolean;
  let failures: number;
  let taken: string[];
  let queue: SettleQueue;

  beforeEach(() => {
    clock = new ManualClock();
    isUp = true;
    failures = 0;
    taken = [];
    queue = new SettleQueue(
      async (one) => {
        if (failures-- > 0) throw new Error('no');
        taken.push(one.lease.id);
      },
      () => isUp,
      clock,
      3,
    );
  });

  it('repeats what was not taken', async () => {
    failures = 2;
    queue.push(settlement('a'));
    queue.push(settlement('b'));
    await turn();
    expect([taken, queue.size]).toEqual([[], 2]);
    clock.advance(100);
    await turn();
    expect([taken, queue.size]).toEqual([['a', 'b'], 0]);
  });

  it('waits for Redis, and gives up the oldest when there are too many', async () => {
    isUp = false;
    expect(['a', 'b', 'c', 'd'].map((id) => queue.push(settlement(id)))).toEqual([true, true, true, false]);
    expect([queue.size, queue.lost]).toEqual([3, 1]);
    isUp = true;
    expect(await queue.flush(1_000)).toBe(0);
    expect(taken).toEqual(['b', 'c', 'd']);
  });

  it('says how many are left when the time is up', async () => {
    isUp = false;
    queue.push(settlement('a'));
    const left = queue.flush(500);
    clock.advance(500);
    expect(await left).toBe(1);
  });
});
