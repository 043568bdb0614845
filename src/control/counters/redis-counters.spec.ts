import { Logger } from '@nestjs/common';
import { claim, lease, randomScope, redisNode } from '../../../test/support/counters.js';
import { describeOnRedis, RedisProxy, RedisServer } from '../../../test/support/redis.js';
import { until } from '../../../test/support/within.js';
import type { Claim, Lease, Standing, Verdict } from './counters.port.js';
import type { RedisCounters } from './redis-counters.js';

/** What the issue allows for coming back. */
const RECOVERY_MS = 10_000;
const QUICK = { graceMs: 1_500, youthMs: 0 };

const rate = (more: Partial<Claim> = {}): Claim =>
  claim({ counter: 'requests', kind: 'rate', limit: 10, amount: 1, windowMs: 60_000, ...more });
const uses = (standings: readonly Standing[]): number[][] => standings.map(({ used, held }) => [used, held]);

describeOnRedis('Counters in a Redis that fails', () => {
  let server: RedisServer;
  let proxy: RedisProxy;
  let scope: string;
  const nodes: RedisCounters[] = [];

  const join = async (url = proxy.url, more = QUICK, leaseMs = 90_000): Promise<RedisCounters> => {
    const { counters } = await redisNode(url, leaseMs, more);
    nodes.push(counters);
    return counters;
  };
  const isDown = (node: RedisCounters) => () => node.current.state === 'down';
  const isUp = (node: RedisCounters) => () => node.current.state === 'connected';
  const isTold = (node: RedisCounters) => () => node.current.pendingSettlements === 0;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(async () => {
    server = await RedisServer.start();
    proxy = await RedisProxy.before(server.url);
    scope = randomScope();
  });

  afterEach(async () => {
    for (const node of nodes.splice(0)) node.abandon();
    await proxy.close();
    await server.kill();
  });

  /** Asks as a call would, again and again, until the node knows that Redis is gone. @returns the slowest answer in ms */
  async function callUntilDown(node: RedisCounters): Promise<number> {
    let slowest = 0;
    const end = performance.now() + RECOVERY_MS;
    for (let number = 0; node.current.state !== 'down'; number++) {
      if (performance.now() > end) throw new Error('the outage was not noticed');
      const from = performance.now();
      await node.admit(lease(scope, `during ${number}`, [claim({ counter: 'other', amount: 1 })]));
      slowest = Math.max(slowest, performance.now() - from);
    }
    return slowest;
  }

  /** Looks until a counter stands at some use and hold. */
  async function reads(node: RedisCounters, one: Claim, expected: readonly number[]): Promise<void> {
    const end = performance.now() + RECOVERY_MS;
    for (;;) {
      const [standing] = uses(await node.read(scope, [one]));
      if (String(standing) === String(expected)) return;
      if (performance.now() > end) throw new Error(`it stands at ${String(standing)}, not at ${String(expected)}`);
    }
  }

  it.each([
    ['killed', () => proxy.behave('cut')],
    ['slow by 500 ms', () => proxy.behave({ slowMs: 500 })],
    ['half-open', () => proxy.behave('silent')],
  ] as const)('decide by each lease while it is %s, and are back within ten seconds', async (_name, fail) => {
    const node = await join();
    const before = lease(scope, 'before', [claim({ amount: 300 }), rate()]);
    expect(await node.admit(before)).toMatchObject({ admitted: true, degraded: false });

    fail();
    expect(await callUntilDown(node)).toBeLessThan(1_000);
    const closed = await node.admit(lease(scope, 'closed', [claim()]));
    expect(closed).toEqual({ admitted: false, claim: undefined, standings: [], retryAfterMs: 2_000 });
    const open = lease(scope, 'open', [claim({ amount: 50 })], { onLimiterDown: 'open' });
    expect(await node.admit(open)).toMatchObject({ admitted: true, degraded: true });
    const degraded = lease(scope, 'degraded', [rate()], { onLimiterDown: 'degraded' });
    expect(await node.admit(degraded)).toMatchObject({ admitted: true, degraded: true });
    node.settle(before, [120, 1]);
    node.settle(open, [50]);
    node.settle(degraded, [1]);
    node.settle(degraded, [1]);
    expect(node.current.pendingSettlements).toBeGreaterThan(0);

    const from = performance.now();
    proxy.behave('well');
    await until(RECOVERY_MS, 'Redis is used again', isUp(node));
    expect(performance.now() - from).toBeLessThan(RECOVERY_MS);
    await until(RECOVERY_MS, 'what was settled is told', isTold(node));
    // Of the calls that were refused nothing is held, though Redis may have done what it was asked.
    expect(uses(await node.read(scope, [claim(), rate(), claim({ counter: 'other' })]))).toEqual([
      [170, 0],
      [2, 0],
      [0, 0],
    ]);
    expect(await node.admit(lease(scope, 'after', [claim()]))).toMatchObject({ admitted: true, degraded: false });
  });

  it('give a degraded key its share of a limit, and a hundredth of a budget in a minute', async () => {
    const node = await join();
    await server.kill();
    await until(RECOVERY_MS, 'the outage is noticed', isDown(node));
    const admit = async (id: string, claims: Claim[]): Promise<Verdict> =>
      node.admit(lease(scope, id, claims, { onLimiterDown: 'degraded' }));

    for (let number = 0; number < 5; number++) expect((await admit(`r${number}`, [rate()])).admitted).toBe(true);
    const refused = await admit('r5', [rate()]);
    expect(refused).toMatchObject({ admitted: false, claim: 0 });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(50_000);

    const budget = claim({ limit: 100_000, amount: 600 });
    expect(await admit('b0', [budget])).toMatchObject({ admitted: true, standings: [{ held: 600, limit: 100_000 }] });
    expect(await admit('b1', [budget])).toMatchObject({ admitted: false, claim: undefined, retryAfterMs: 2_000 });
    expect((await admit('b2', [{ ...budget, amount: 400 }])).admitted).toBe(true);

    const spent = claim({ counter: 'spent', limit: 100_000, amount: 600, seed: () => [[0, 99_500]] });
    expect(await admit('s0', [spent])).toMatchObject({ admitted: false, claim: 0 });
    expect(node.current.decisions).toMatchObject({ degraded: 7 });
  });

  it('go on from the ledger and the calls under way when the data is lost, and refuse closed keys meanwhile', async () => {
    const [one, two] = [await join(server.url), await join(server.url)];
    const seeded = claim({ limit: 1_000, amount: 200, seed: () => [[0, 500]] });
    const open: Lease[] = [lease(scope, 'a', [seeded]), lease(scope, 'b', [{ ...seeded, amount: 250 }])];
    expect((await one.admit(open[0] as Lease)).admitted).toBe(true);
    expect((await two.admit(open[1] as Lease)).admitted).toBe(true);

    await server.kill();
    await server.run();
    // A node that never heard of the scope comes first, and must not take what others hold.
    const three = await join(server.url, { ...QUICK, youthMs: 1_500 });
    const from = performance.now();
    let verdict: Verdict;
    let number = 0;
    do verdict = await three.admit(lease(scope, `c${number++}`, [{ ...seeded, amount: 100 }]));
    while (!verdict.admitted && verdict.claim === undefined && performance.now() - from < RECOVERY_MS);
    expect(verdict).toMatchObject({ admitted: false, claim: 0, standings: [{ used: 500, held: 450 }] });
    await until(RECOVERY_MS, 'all are back', () => isUp(one)() && isUp(two)());

    one.settle(open[0] as Lease, [200]);
    two.settle(open[1] as Lease, [0]);
    await until(RECOVERY_MS, 'what was settled is told', () => isTold(one)() && isTold(two)());
    expect(uses(await three.read(scope, [seeded]))).toEqual([[700, 0]]);
  });

  it('refuse closed keys, and serve others, for a moment after the data was emptied', async () => {
    const node = await join(server.url);
    await node.admit(lease(scope, 'a', [claim({ amount: 300 })]));
    await server.command('FLUSHALL');
    const closed = await node.admit(lease(scope, 'b', [claim()]));
    expect(closed).toMatchObject({ admitted: false, claim: undefined });
    const degraded = await node.admit(lease(scope, 'c', [claim()], { onLimiterDown: 'degraded' }));
    expect(degraded).toMatchObject({ admitted: true, degraded: false, standings: [{ used: 0, held: 400 }] });
    const { retryAfterMs = 0 } = closed as { retryAfterMs?: number };
    expect(retryAfterMs).toBeLessThanOrEqual(QUICK.graceMs);
    const end = performance.now() + RECOVERY_MS;
    // A call that was refused because no answer came in time is over: another has another id.
    for (let number = 0; !(await node.admit(lease(scope, `b${number}`, [claim()]))).admitted; number++) {
      expect(performance.now()).toBeLessThan(end);
    }
  });

  it('hold again what expired while a gateway was cut off', async () => {
    const leaseMs = 400;
    const cutOff = await join(proxy.url, QUICK, leaseMs);
    const other = await join(server.url, QUICK, leaseMs);
    const budget = claim({ amount: 300 });
    const long = lease(scope, 'long', [budget]);
    expect(await cutOff.admit(long)).toMatchObject({ admitted: true });
    proxy.behave('cut');
    await until(RECOVERY_MS, 'the outage is noticed', isDown(cutOff));
    await reads(other, budget, [300, 0]);
    expect(await other.orphaned(scope, budget)).toBe(300);
    proxy.behave('well');
    await reads(other, budget, [0, 300]);
    expect(await other.orphaned(scope, budget)).toBe(0);
    cutOff.settle(long, [120]);
    await reads(other, budget, [120, 0]);
  });

  it('start without it, and find it when it is there', async () => {
    await server.kill();
    const node = await join(server.url);
    expect(node.current.state).toBe('down');
    node.settle(lease(scope, 'a', [claim()]), [40]);
    await server.run();
    await until(RECOVERY_MS, 'Redis is used', isUp(node));
    await until(RECOVERY_MS, 'what was settled is told', isTold(node));
    expect(uses(await node.read(scope, [claim()]))).toEqual([[40, 0]]);
  });

  it('forget no settlement at the end', async () => {
    const node = await join();
    for (let number = 0; number < 500; number++) node.settle(lease(scope, `call ${number}`, [claim()]), [1]);
    await node.stop();
    const other = await join();
    expect(uses(await other.read(scope, [claim()]))).toEqual([[500, 0]]);
  });
});
