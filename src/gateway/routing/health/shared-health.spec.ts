import { ManualClock } from '../../../common/time/manual-clock.js';
import { FakeWorkerGroup } from '../../../common/workers/fake-worker-group.js';
import type { WorkerGroup } from '../../../common/workers/worker-group.port.js';
import { HealthBook } from './health-book.js';
import { shareHealth, sharingOf } from './shared-health.js';
import { DEFAULT_HEALTH } from './target-health.js';
import { makeTarget } from './target.js';

const TARGET = makeTarget({ provider: 'alpha', key: 'main', model: 'm' });
const { consecutiveFailures, minimumRequests, openMs } = DEFAULT_HEALTH.breaker;
/** Of the second worker, after the first. */
const STAGGER_MS = 20;

describe('The health of targets in several workers', () => {
  let clock: ManualClock;
  let groups: FakeWorkerGroup[];
  let books: HealthBook[];
  let told: string[];

  const join = (group: WorkerGroup): HealthBook => {
    const events = {
      breaker: (_: unknown, state: string) => told.push(`${group.id} ${state}`),
      key: (_provider: string, key: string, { event }: { event: string }) => told.push(`${group.id} ${key} ${event}`),
    };
    const book = new HealthBook(clock, () => DEFAULT_HEALTH, events, undefined, sharingOf(group));
    shareHealth(book, group);
    return book;
  };
  const of = (worker: number) => (books[worker - 1] ?? join(groups[0] as WorkerGroup)).of(TARGET);
  const fail = (worker: number) => of(worker).tryAcquire()?.failure();
  const succeed = (worker: number) => of(worker).tryAcquire()?.finished();
  const states = () => books.map((book) => book.of(TARGET).breaker.state);
  const openAll = () => {
    for (let failure = 0; failure < consecutiveFailures; failure++) fail(1);
  };

  beforeEach(() => {
    clock = new ManualClock();
    groups = FakeWorkerGroup.of(3);
    told = [];
    books = groups.map(join);
  });

  it('opens a breaker in all of them when all of them together saw the failures, and says it once', () => {
    for (let failure = 1; failure < consecutiveFailures; failure++) fail(1 + (failure % 3));
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    fail(2);
    expect(states()).toEqual(['open', 'open', 'open']);
    expect(told).toEqual(['2 open']);
    expect([1, 2, 3].map((worker) => of(worker).tryAcquire())).toEqual([undefined, undefined, undefined]);
  });

  it('opens a breaker also when nobody knew of all the failures when his own came', () => {
    for (let failure = 2; failure < consecutiveFailures; failure++) fail(1);
    for (const group of groups) group.lag();
    fail(2);
    fail(3);
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    for (const group of groups) group.catchUp();
    expect(states()).toEqual(['open', 'open', 'open']);
  });

  it('knows no row of failures across a success of another worker', () => {
    for (let failure = 1; failure < consecutiveFailures; failure++) fail(1);
    succeed(2);
    fail(1);
    expect(states()).toEqual(['closed', 'closed', 'closed']);
  });

  it('counts the successes of all workers in the share of failures', () => {
    for (let call = 0; call < 100; call++) succeed(3);
    // In one worker alone this share would open it; the first failure asks the others for what they saw.
    for (let call = 0; call < minimumRequests; call++) {
      fail(1);
      succeed(2);
    }
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    expect(of(1).breaker.failureRatio).toBeCloseTo(minimumRequests / (100 + 2 * minimumRequests), 5);
  });

  it('sends one probe for all, whose success closes all', () => {
    openAll();
    clock.advance(openMs);
    const probe = of(1).tryAcquire();
    clock.advance(STAGGER_MS * 3);
    expect([2, 3].map((worker) => of(worker).tryAcquire())).toEqual([undefined, undefined]);
    probe?.finished();
    expect(states()).toEqual(['closed', 'closed', 'closed']);
    expect(told).toEqual(['1 open', '1 closed']);
  });

  it('lets the next worker probe when the first has no call, and waits anew when the probe fails', () => {
    openAll();
    clock.advance(openMs);
    expect(of(2).tryAcquire()).toBeUndefined();
    clock.advance(STAGGER_MS);
    of(2).tryAcquire()?.failure();
    clock.advance(openMs - 1);
    expect([1, 2, 3].map((worker) => of(worker).tryAcquire())).toEqual([undefined, undefined, undefined]);
    clock.advance(1);
    expect(of(1).tryAcquire()).toBeDefined();
  });

  it('takes the probe of a worker that died for none', () => {
    openAll();
    clock.advance(openMs);
    expect(of(1).tryAcquire()).toBeDefined();
    clock.advance(openMs + STAGGER_MS);
    expect(of(2).tryAcquire()).toBeUndefined();
    groups[0]?.replace();
    expect(of(2).tryAcquire()).toBeDefined();
  });

  it('tells a worker that begins what the others know', () => {
    openAll();
    books[1]?.cooldowns.cool('beta/m#main', 7_000);
    books[1]?.retire(makeTarget({ provider: 'gamma', key: 'other', model: 'm' }), 'invalid_api_key');
    clock.advance(1_000);
    const late = join((groups[2] as FakeWorkerGroup).replace());
    expect(late.of(TARGET).breaker.state).toBe('open');
    expect(late.of(TARGET).waitMs).toBe(openMs - 1_000 + 2 * STAGGER_MS);
    expect(late.cooldowns.waitMs('beta/m#main')).toBe(6_000);
    expect(late.of(makeTarget({ provider: 'gamma', key: 'other', model: 'n' })).key.retired).toMatchObject({
      reason: 'invalid_api_key',
      forMs: 1_000,
    });
    expect(told).toEqual(['1 open', '2 other retired']);
  });

  it('shares cooldowns, and keys that are out of use until the probe of one worker finds them well', () => {
    books[0]?.cooldowns.cool(TARGET.id, 3_000);
    expect(books.map((book) => book.cooldowns.waitMs(TARGET.id))).toEqual([3_000, 3_000, 3_000]);
    books[0]?.retire(TARGET, 'insufficient_quota');
    expect(books.map((book) => book.of(TARGET).key.isRetired)).toEqual([true, true, true]);
    clock.advance(DEFAULT_HEALTH.retirement.probeAfterMs);
    const probe = of(1).tryAcquire();
    clock.advance(STAGGER_MS * 3);
    expect(of(2).tryAcquire()).toBeUndefined();
    probe?.finished();
    expect(books.map((book) => book.of(TARGET).key.isRetired)).toEqual([false, false, false]);
    expect(told).toEqual(['1 main retired', '1 main reinstated']);
  });
});
