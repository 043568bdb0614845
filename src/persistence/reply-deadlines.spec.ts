import { ManualClock } from '../common/time/manual-clock.js';
import { ReplyDeadlines } from './reply-deadlines.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Deadlines of replies', () => {
  const pass = async (clock: ManualClock, ticks: number): Promise<void> => {
    for (let tick = 0; tick < ticks; tick++) {
      clock.advance(25);
      await turn();
    }
  };

  it('end a wait of 100 ms within 125, and none that was answered', async () => {
    const clock = new ManualClock();
    const deadlines = new ReplyDeadlines(clock, 100);
    const expired: string[] = [];
    deadlines.add(() => expired.push('silent'));
    const answered = deadlines.add(() => expired.push('answered'));
    await pass(clock, 4);
    expect(expired).toEqual([]);
    answered();
    await pass(clock, 1);
    expect(expired).toEqual(['silent']);
    expect(clock.pending).toBe(0);
  });

  it('do not count the time in which this process did nothing', async () => {
    const clock = new ManualClock();
    const deadlines = new ReplyDeadlines(clock, 100);
    let isExpired = false;
    deadlines.add(() => (isExpired = true));
    clock.advance(5_000);
    await turn();
    expect(isExpired).toBe(false);
    await pass(clock, 4);
    expect(isExpired).toBe(true);
  });

  it('do not count faster when one is answered, and another one begun, between a timer and its turn', async () => {
    const clock = new ManualClock();
    const deadlines = new ReplyDeadlines(clock, 100);
    let isExpired = false;
    for (let round = 0; round < 10; round++) {
      const answered = deadlines.add(() => undefined);
      clock.advance(25);
      answered();
      const next = deadlines.add(() => undefined);
      await turn();
      next();
    }
    deadlines.add(() => (isExpired = true));
    await pass(clock, 4);
    expect(isExpired).toBe(false);
    await pass(clock, 1);
    expect(isExpired).toBe(true);
  });
});
