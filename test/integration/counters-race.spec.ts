import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Claim } from '../../src/control/counters/counters.port.js';
import type { RedisCounters } from '../../src/control/counters/redis-counters.js';
import { claim, randomScope, redisNode } from '../support/counters.js';
import { describeOnRedis, REDIS } from '../support/redis.js';
import type { SpendOrder } from '../support/spend.cli.js';
import { within } from '../support/within.js';

const SUPPORT = join(__dirname, '../support');
const LIMIT_MS = 50_000;

interface Report {
  /** When calls were asked for and admitted, in milliseconds since the epoch: Redis counted each in between. */
  readonly moments: ReadonlyArray<readonly [from: number, to: number]>;
  readonly unavailable: number;
}

/** Spends in a process of its own. */
async function spend(order: SpendOrder): Promise<Report> {
  const files = ['--import', join(SUPPORT, 'source-hooks.mjs'), join(SUPPORT, 'spend.cli.ts')];
  const child = spawn(process.execPath, [...files, JSON.stringify(order)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const { promise, resolve } = Promise.withResolvers<string>();
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString('utf8')));
  child.once('close', () => resolve(said.slice(said.lastIndexOf('{'))));
  try {
    return JSON.parse(await within(LIMIT_MS, 'a process is done', promise)) as Report;
  } finally {
    child.kill('SIGKILL');
  }
}

describeOnRedis('Several processes', () => {
  let watcher: RedisCounters;
  let scope: string;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    watcher = (await redisNode(REDIS)).counters;
  });

  afterAll(() => watcher.abandon());

  beforeEach(() => {
    scope = randomScope();
  });

  const stand = async (one: Claim): Promise<{ used: number; held: number }> => {
    const [standing] = await watcher.read(scope, [one]);
    return { used: standing?.used ?? 0, held: standing?.held ?? 0 };
  };

  it('of 100 calls each never overspend a budget that is nearly empty, and spend it to one estimate', async () => {
    const estimate = 100;
    const budget = claim({ limit: 10_000, amount: estimate });
    const order = { url: REDIS, scope, claims: [budget], concurrency: 100, leastUsed: 0.4, until: Date.now() + 30_000 };
    const running = new Set<number>([0, 1, 2, 3]);
    const work = Promise.all(
      [...running].map((number) => spend({ ...order, patient: false }).finally(() => running.delete(number))),
    );
    let most = 0;
    let samples = 0;
    while (running.size > 0) {
      const { used, held } = await stand(budget);
      most = Math.max(most, used + held);
      samples++;
    }
    const admitted = (await work).reduce((sum, { moments }) => sum + moments.length, 0);
    const { used, held } = await stand(budget);
    expect(samples).toBeGreaterThan(100);
    expect(most).toBeLessThanOrEqual(budget.limit);
    expect(held).toBe(0);
    expect(used).toBeLessThanOrEqual(budget.limit);
    // Callers leave at their first refusal, which counts what others hold; the rest is spent one after the other.
    const rest = await spend({ ...order, concurrency: 1, patient: false });
    const final = await stand(budget);
    expect(final.used).toBeGreaterThan(budget.limit - estimate);
    expect(final.used).toBeLessThanOrEqual(budget.limit);
    expect(admitted + rest.moments.length).toBeGreaterThanOrEqual(budget.limit / estimate);
  }, 60_000);

  it('share one limit to two percent in each window, also at its edges', async () => {
    const windowMs = 2_000;
    const windows = 5;
    const requests = claim({ counter: 'requests', kind: 'rate', limit: 60, amount: 1, windowMs });
    const tokens = claim({ counter: 'tokens', kind: 'rate', limit: 6_000, amount: 100, windowMs });
    const until = Date.now() + (windows + 1) * windowMs + 1_500;
    const order = {
      url: REDIS,
      scope,
      claims: [requests, tokens],
      concurrency: 20,
      leastUsed: 1,
      until,
      patient: true,
    };
    const reports = await Promise.all(Array.from({ length: 3 }, () => spend(order)));
    const moments = reports.flatMap((report) => report.moments);
    const first = Math.min(...moments.map(([, to]) => to));
    // Of each window those that were surely counted inside it.
    const fullest = moments.map(([start]) => {
      return moments.filter(([from, to]) => from >= start && to < start + windowMs).length;
    });
    expect(Math.max(...fullest)).toBeLessThanOrEqual(60);
    const inAll = moments.filter(([, to]) => to < first + windows * windowMs).length;
    expect(inAll).toBeGreaterThanOrEqual(60 * windows * 0.98);
    expect(inAll).toBeLessThanOrEqual(60 * windows * 1.02);
  }, 60_000);
});
