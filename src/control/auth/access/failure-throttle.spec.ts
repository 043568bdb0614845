import { FailureThrottle } from './failure-throttle.js';

const TERMS = { burst: 3, everyMs: 1_000 };

describe('Failures of an address', () => {
  it('are free up to the burst, and then one at a time', () => {
    const throttle = new FailureThrottle(TERMS);
    expect([1, 2, 3].map(() => throttle.note('192.0.2.1', 0))).toEqual([0, 0, 0]);
    expect(throttle.note('192.0.2.1', 0)).toBe(1_000);
    expect(throttle.note('192.0.2.1', 600)).toBe(400);
    expect(throttle.note('192.0.2.1', 1_000)).toBe(0);
    expect(throttle.note('192.0.2.1', 1_000)).toBe(1_000);
    expect(throttle.note('192.0.2.2', 1_000)).toBe(0);
    expect([1, 2, 3].map(() => throttle.note('192.0.2.1', 9_000))).toEqual([0, 0, 0]);
  });

  it('are those of its network, where one has as many addresses as he likes', () => {
    const throttle = new FailureThrottle(TERMS);
    for (const address of ['2001:db8::1', '2001:db8:0:0:ffff::2', '2001:db8:0:0:1:2:3:4']) throttle.note(address, 0);
    expect(throttle.note('2001:db8::dead:beef', 0)).toBeGreaterThan(0);
    expect(throttle.note('2001:db8:0:1::1', 0)).toBe(0);
  });

  it('are remembered of ten thousand addresses at most', () => {
    const throttle = new FailureThrottle({ burst: 1, everyMs: 1_000_000 });
    throttle.note('first', 0);
    expect(throttle.note('first', 0)).toBeGreaterThan(0);
    for (let n = 0; n < 10_000; n++) throttle.note(`10.${n >> 8}.${n & 255}`, 0);
    expect(throttle.note('first', 0)).toBe(0);
  });
});
