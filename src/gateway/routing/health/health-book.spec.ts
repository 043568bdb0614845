import { ManualClock } from '../../../common/time/manual-clock.js';
import { HealthBook } from './health-book.js';
import type { Attempt } from './target-health.js';
import { DEFAULT_HEALTH } from './target-health.js';
import { makeTarget, type Target } from './target.js';

const target = (key: string, model = 'gpt-oss-120b'): Target => makeTarget({ provider: 'cerebras', key, model });

function story(capacity?: number) {
  const clock = new ManualClock();
  const events: string[] = [];
  const book = new HealthBook(
    clock,
    undefined,
    {
      breaker: ({ id }, state) => events.push(`${id} ${state}`),
      key: (provider, key, { event }) => events.push(`${provider}#${key} ${event}`),
    },
    capacity,
  );
  const acquire = (of: Target): Attempt => {
    const attempt = book.of(of).tryAcquire(1_000);
    if (!attempt) throw new Error('no leave');
    return attempt;
  };
  return { clock, book, events, acquire };
}

describe('HealthBook', () => {
  it('counts an attempt once, whatever is said of it', () => {
    const { book, acquire } = story();
    const { stats, breaker } = book.of(target('a'));
    const attempt = acquire(target('a'));
    expect(stats.inFlight).toBe(1);
    attempt.success(100);
    attempt.success(100);
    attempt.finished({ completionTokens: 100, generationMs: 50 });
    attempt.failure();
    attempt.release();
    expect(stats.inFlight).toBe(0);
    expect(stats.snapshot()).toMatchObject({ errorRate: 0, samples: 1, tokensPerSecond: 2_000 });
    expect(breaker.failureRatio).toBe(0);
  });

  it('learns nothing of the first token from an answer that was not streamed', () => {
    const { book, acquire } = story();
    acquire(target('a')).finished();
    expect(book.of(target('a')).stats.snapshot()).toMatchObject({ samples: 1, firstTokenMs: undefined });
  });

  it('blames nobody for a client that left', () => {
    const { book, acquire } = story();
    acquire(target('a')).release();
    expect(book.of(target('a')).stats.snapshot()).toMatchObject({ samples: 0, inFlight: 0 });
  });

  it('takes a limit for full use, not for an error', () => {
    const { book, acquire } = story();
    acquire(target('a')).limited();
    expect(book.of(target('a')).stats.snapshot()).toMatchObject({ errorRate: 0, utilisation: 1 });
  });

  it('fails with the breaker and recovers with its probe', () => {
    const { book, acquire, clock, events } = story();
    for (let call = 0; call < 5; call++) acquire(target('a')).failure();
    const health = book.of(target('a'));
    expect(health.state.name).toBe('failed');
    expect(health.tryAcquire()).toBeUndefined();
    expect(book.waitMs(target('a'))).toBe(5_000);
    clock.advance(5_000);
    expect(health.isProbe).toBe(true);
    acquire(target('a')).success(50);
    expect(health.state.name).toBe('recovering');
    expect(health.stats.snapshot().errorRate).toBe(0);
    expect(events).toEqual(['cerebras/gpt-oss-120b#a open', 'cerebras/gpt-oss-120b#a closed']);
  });

  it('retires a key for all its models, and no other key', () => {
    const { book, clock, events, acquire } = story();
    book.of(target('a', 'other'));
    book.retire(target('a'), 'wrong_api_key');
    expect(book.of(target('a')).tryAcquire()).toBeUndefined();
    expect(book.of(target('a', 'other')).tryAcquire()).toBeUndefined();
    expect(book.of(target('a', 'other')).state.name).toBe('failed');
    expect(book.of(target('b')).tryAcquire()).toBeDefined();
    clock.advance(60_000);
    const probe = acquire(target('a'));
    expect(book.of(target('a', 'other')).tryAcquire()).toBeUndefined();
    probe.success(10);
    expect(book.of(target('a', 'other')).tryAcquire()).toBeDefined();
    expect(events).toEqual(['cerebras#a retired', 'cerebras#a reinstated']);
  });

  it('keeps the place of a probe free whose other half was refused', () => {
    const { book, acquire, clock } = story();
    for (let call = 0; call < 5; call++) acquire(target('a')).failure();
    book.retire(target('a'), 'wrong_api_key');
    clock.advance(5_000);
    expect(book.of(target('a')).tryAcquire()).toBeUndefined();
    clock.advance(55_000);
    expect(book.of(target('a')).tryAcquire()).toBeDefined();
  });

  it('waits for the longest of breaker and cooldown', () => {
    const { book, acquire } = story();
    for (let call = 0; call < 5; call++) acquire(target('a')).failure();
    book.cooldowns.cool(target('a').id, 9_000);
    expect(book.waitMs(target('a'))).toBe(9_000);
  });

  it('forgets quiet targets when there are too many, never an open breaker', () => {
    const { book, acquire } = story(3);
    for (let call = 0; call < 5; call++) acquire(target('dead')).failure();
    for (let index = 0; index < 10; index++) book.of(target('a', `made-up-${index}`));
    expect([...book.all()].map((health) => health.target.model)).toEqual(['gpt-oss-120b', 'made-up-8', 'made-up-9']);
    expect(book.of(target('dead')).breaker.state).toBe('open');
  });

  it('takes new options and keeps what it knows', () => {
    const { book, acquire } = story();
    for (let call = 0; call < 3; call++) acquire(target('a')).failure();
    book.configure(() => ({ ...DEFAULT_HEALTH, breaker: { ...DEFAULT_HEALTH.breaker, consecutiveFailures: 4 } }));
    acquire(target('a')).failure();
    expect(book.of(target('a')).breaker.state).toBe('open');
  });
});
