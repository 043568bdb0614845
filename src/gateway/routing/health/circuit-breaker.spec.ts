import * as fc from 'fast-check';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { DEFAULT_BREAKER, PROBE_LEASE_MS } from './circuit-breaker.options.js';
import { CircuitBreaker } from './circuit-breaker.js';
import type { Permit } from './permit.js';

const OPTIONS = { ...DEFAULT_BREAKER, slowMs: 2_000, openMs: 5_000 };

function story(options = OPTIONS) {
  const clock = new ManualClock();
  const changes: string[] = [];
  const breaker = new CircuitBreaker(clock, options, (state) => changes.push(state));
  const acquire = (): Permit => {
    const permit = breaker.tryAcquire();
    if (!permit) throw new Error('no permit');
    return permit;
  };
  const fail = (times: number): void => {
    for (let time = 0; time < times; time++) acquire().failure();
  };
  return { clock, breaker, changes, acquire, fail };
}

describe('CircuitBreaker', () => {
  it('opens after failures in a row, and a success between them starts the row anew', () => {
    const { breaker, acquire, fail } = story();
    fail(4);
    acquire().success(100);
    fail(4);
    expect(breaker.state).toBe('closed');
    fail(1);
    expect(breaker.state).toBe('open');
    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.waitMs).toBe(5_000);
  });

  it('opens when half of enough calls failed within the window', () => {
    const { breaker, acquire } = story();
    for (let call = 0; call < 19; call++) {
      if (call % 2 === 0) acquire().failure();
      else acquire().success(100);
    }
    expect(breaker.state).toBe('closed');
    expect(breaker.failureRatio).toBeCloseTo(10 / 19);
    acquire().failure();
    expect(breaker.state).toBe('open');
  });

  it('forgets what lies before the window', () => {
    const { breaker, acquire, clock } = story();
    for (let call = 0; call < 15; call++) {
      if (call % 3 === 0) acquire().success(100);
      else acquire().failure();
    }
    clock.advance(10_000);
    expect(breaker.failureRatio).toBe(0);
    for (let call = 0; call < 15; call++) acquire().success(100);
    acquire().failure();
    expect(breaker.state).toBe('closed');
  });

  it('takes a slow first token for a failure', () => {
    const { breaker, acquire } = story();
    for (let call = 0; call < 5; call++) acquire().success(2_001);
    expect(breaker.state).toBe('open');
  });

  it('takes an answer that breaks after its first token for a failure', () => {
    const { breaker, acquire } = story();
    for (let call = 0; call < 5; call++) {
      const permit = acquire();
      permit.success(100);
      permit.failure();
    }
    expect(breaker.state).toBe('open');
  });

  it('does not count a broken answer on top of a row that others have ended', () => {
    const { breaker, acquire, fail } = story();
    fail(4);
    const long = acquire();
    long.success(100);
    acquire().success(100);
    long.failure();
    expect(breaker.state).toBe('closed');
  });

  it('lets one probe pass when its time has come, and closes on success', () => {
    const { breaker, acquire, fail, clock, changes } = story();
    fail(5);
    clock.advance(4_999);
    expect(breaker.tryAcquire()).toBeUndefined();
    clock.advance(1);
    expect(breaker.state).toBe('half-open');
    const probe = acquire();
    clock.advance(60_000);
    expect(breaker.tryAcquire()).toBeUndefined();
    probe.success(300);
    expect(breaker.state).toBe('closed');
    acquire();
    acquire();
    expect(changes).toEqual(['open', 'closed']);
  });

  it.each([
    ['fails', (probe: Permit) => probe.failure(), 5_000],
    ['is slow', (probe: Permit) => probe.success(3_000), 5_000],
    ['is left by its client', (probe: Permit) => probe.release(), 4_000],
  ])('stays open when the probe %s, and frees its place', (_, end, waitMs) => {
    const { breaker, acquire, fail, clock } = story();
    fail(5);
    clock.advance(5_000);
    const probe = acquire();
    clock.advance(1_000);
    end(probe);
    expect(breaker.tryAcquire()).toBeUndefined();
    expect(breaker.waitMs).toBe(waitMs);
    clock.advance(waitMs);
    expect(breaker.tryAcquire()).toBeDefined();
  });

  it('is not moved by calls from before it opened', () => {
    const { breaker, acquire, fail, clock } = story();
    const [old, older] = [acquire(), acquire()];
    fail(5);
    old.success(10);
    expect(breaker.state).toBe('open');
    clock.advance(5_000);
    acquire().success(10);
    older.failure();
    fail(4);
    expect(breaker.state).toBe('closed');
  });

  it('gives up a probe that never reports', () => {
    const { breaker, acquire, fail, clock } = story();
    fail(5);
    clock.advance(5_000);
    const lost = acquire();
    clock.advance(PROBE_LEASE_MS);
    const next = acquire();
    lost.success(10);
    expect(breaker.state).toBe('half-open');
    next.success(10);
    expect(breaker.state).toBe('closed');
  });

  it('sends a primary that is dead for 60 s no more than one probe for each interval', () => {
    const { breaker, clock } = story();
    const sent: number[] = [];
    let opened = false;
    for (let now = 0; now < 60_000; now += 10) {
      const permit = breaker.tryAcquire();
      if (permit) {
        if (opened) sent.push(clock.now());
        permit.failure();
      }
      opened ||= breaker.state === 'open';
      clock.advance(10);
    }
    expect(sent).toHaveLength(11);
    for (const [index, at] of sent.entries()) {
      expect(at - (sent[index - 1] ?? 0)).toBeGreaterThanOrEqual(OPTIONS.openMs);
    }
  });

  it('never has two probes at once, one for an interval at most, and always frees them', () => {
    const step = fc.record({
      pauseMs: fc.nat(4_000),
      acquires: fc.nat(4),
      ends: fc.array(
        fc.record({ which: fc.nat(8), how: fc.constantFrom<How>('success', 'slow', 'failure', 'release') }),
        {
          maxLength: 4,
        },
      ),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const watch = new Watch();
        for (const { pauseMs, acquires, ends } of steps) {
          for (let index = 0; index < acquires; index++) watch.acquire();
          for (const { which, how } of ends) watch.end(which, how);
          watch.clock.advance(pauseMs);
        }
        expect(watch.wrongs).toEqual([]);
        expect(watch.canBeAskedAgain()).toBe(true);
      }),
    );
  });
});

type How = 'success' | 'slow' | 'failure' | 'release';

/** Holds the permits of a breaker, and notes what must not be. */
class Watch {
  readonly clock = new ManualClock();
  readonly wrongs: unknown[] = [];
  private readonly breaker = new CircuitBreaker(this.clock, { ...OPTIONS, consecutiveFailures: 2 }, (state) => {
    // The life in which a probe was one is over.
    if (state === 'closed') this.probe = undefined;
    this.lastProbe = Number.NEGATIVE_INFINITY;
  });
  private readonly open: Permit[] = [];
  private probe: Permit | undefined;
  private lastProbe = Number.NEGATIVE_INFINITY;

  acquire(): void {
    const closed = this.breaker.state === 'closed';
    const permit = this.breaker.tryAcquire();
    if (!permit) {
      if (closed) this.wrongs.push('no permit of a closed breaker');
      return;
    }
    this.open.push(permit);
    if (closed) return;
    const now = this.clock.now();
    if (this.probe) this.wrongs.push('two probes');
    if (now - this.lastProbe < OPTIONS.openMs) this.wrongs.push(`probes at ${this.lastProbe} and ${now}`);
    this.probe = permit;
    this.lastProbe = now;
  }

  end(which: number, how: How): void {
    const [permit] = this.open.splice(which, 1);
    if (!permit) return;
    if (permit === this.probe) this.probe = undefined;
    if (how === 'success') permit.success(10);
    else if (how === 'slow') permit.success(9_000);
    else if (how === 'failure') permit.failure();
    else permit.release();
  }

  /** Whether every permit is free when its holders have left. */
  canBeAskedAgain(): boolean {
    for (const permit of this.open) permit.release();
    this.clock.advance(OPTIONS.openMs);
    return this.breaker.tryAcquire() !== undefined;
  }
}
