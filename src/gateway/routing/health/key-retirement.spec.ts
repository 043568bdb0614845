import { ManualClock } from '../../../common/time/manual-clock.js';
import { PROBE_LEASE_MS } from './circuit-breaker.options.js';
import { DEFAULT_RETIREMENT, type KeyAlarm, KeyRetirement } from './key-retirement.js';

function story() {
  const clock = new ManualClock();
  const alarms: KeyAlarm[] = [];
  const key = new KeyRetirement(clock, DEFAULT_RETIREMENT, (alarm) => alarms.push(alarm));
  return { clock, alarms, key };
}

describe('KeyRetirement', () => {
  it('takes a refused key out of use with one alarm, however many requests were under way', () => {
    const { key, alarms } = story();
    expect(key.tryAcquire()).toBeDefined();
    key.retire('wrong_api_key');
    key.retire('wrong_api_key');
    expect(key.tryAcquire()).toBeUndefined();
    expect(alarms).toEqual([{ event: 'retired', reason: 'wrong_api_key', probeInMs: 60_000 }]);
    expect(key.retired).toEqual({ reason: 'wrong_api_key', forMs: 0, probeInMs: 60_000, refusedProbes: 0 });
  });

  it('probes at intervals that double up to an hour', () => {
    const { key, clock, alarms } = story();
    key.retire('payment_required');
    for (let probe = 0; probe < 8; probe++) {
      clock.advance(key.waitMs);
      expect(key.tryAcquire()).toBeDefined();
      expect(key.tryAcquire()).toBeUndefined();
      key.retire('payment_required');
    }
    expect(alarms.map(({ probeInMs }) => probeInMs / 60_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('keeps the interval of a probe that says nothing of the key', () => {
    const { key, clock } = story();
    key.retire('wrong_api_key', 10_000);
    clock.advance(10_000);
    key.tryAcquire()?.failure();
    expect(key.waitMs).toBe(10_000);
    clock.advance(10_000);
    key.tryAcquire()?.release();
    expect(key.waitMs).toBe(10_000);
  });

  it('takes the key back when a probe succeeds', () => {
    const { key, clock, alarms } = story();
    key.retire('wrong_api_key');
    clock.advance(60_000);
    key.tryAcquire()?.success(50);
    expect(key.isRetired).toBe(false);
    expect(alarms.at(-1)).toEqual({ event: 'reinstated', reason: 'wrong_api_key', probeInMs: 0 });
  });

  it('gives up a probe that never reports', () => {
    const { key, clock } = story();
    key.retire('wrong_api_key');
    clock.advance(60_000);
    key.tryAcquire();
    clock.advance(PROBE_LEASE_MS);
    expect(key.tryAcquire()).toBeDefined();
  });
});
