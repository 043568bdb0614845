// What a decision of the counters costs: six claims, admitted and settled, in memory with few and with many counters, and
// in Redis.
//
//   node --expose-gc --import ./test/support/source-hooks.mjs test/bench/counters.cli.ts
//
// ASBRU_TEST_REDIS_URL names the Redis; without it only memory is measured.
import 'reflect-metadata';
import { SystemClock } from '../../src/common/time/clock.port.js';
import type { Claim, Counters, Lease } from '../../src/control/counters/counters.port.js';
import { MemoryCounters } from '../../src/control/counters/memory-counters.js';
import { RedisCounters } from '../../src/control/counters/redis-counters.js';
import { RedisLink } from '../../src/persistence/redis-link.js';

const CALLS = 200_000;
const REDIS_CALLS = 5_000;

/** A key's own budget and limits, and those of its team and organisation. */
function claimsOf(key: number): Claim[] {
  const common = { soft: false, expiresAt: 0, limit: 1e12 };
  return [
    { ...common, counter: `key ${key}`, kind: 'budget', amount: 500, windowMs: 0 },
    { ...common, counter: 'team', kind: 'budget', amount: 500, windowMs: 0 },
    { ...common, counter: `rpm ${key}`, kind: 'rate', amount: 1, windowMs: 60_000 },
    { ...common, counter: `tpm ${key}`, kind: 'rate', amount: 900, windowMs: 60_000 },
    { ...common, counter: 'organization tpm', kind: 'rate', amount: 900, windowMs: 60_000 },
    { ...common, counter: `concurrency ${key}`, kind: 'concurrency', amount: 1, windowMs: 0 },
  ];
}

const ACTUAL = [300, 300, 1, 700, 700, 0];

function leaseOf(number: number, claims: readonly Claim[]): Lease {
  return { id: `req_${number}`, scope: 'org_bench', claims, onLimiterDown: 'degraded' };
}

function inMemory(keys: number): void {
  const counters = new MemoryCounters(new SystemClock());
  const claims = Array.from({ length: keys }, (_, key) => claimsOf(key));
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const run = (from: number, calls: number): number => {
    let admitting = 0;
    for (let number = from; number < from + calls; number++) {
      const lease = leaseOf(number, claims[number % keys] ?? []);
      const start = performance.now();
      counters.admit(lease);
      admitting += performance.now() - start;
      counters.settle(lease, ACTUAL);
    }
    return admitting;
  };
  run(0, Math.max(CALLS / 4, keys));
  globalThis.gc?.();
  const bytes = process.memoryUsage().heapUsed - before;
  const start = performance.now();
  const admitting = run(CALLS, CALLS);
  const all = performance.now() - start;
  const per = (ms: number): string => `${((1_000 * ms) / CALLS).toFixed(2)} µs`;
  console.log(
    `memory, ${keys} keys: admit ${per(admitting)}, admit and settle ${per(all)}; ${Math.round(bytes / keys)} bytes for each key`,
  );
}

async function inRedis(url: string): Promise<void> {
  const counters: Counters & { start(): Promise<void>; stop(): Promise<void> } = new RedisCounters(
    new RedisLink(url, new SystemClock()),
    new SystemClock(),
  );
  await counters.start();
  const times: number[] = [];
  for (let number = 0; number < REDIS_CALLS; number++) {
    const lease = leaseOf(Date.now() * 1_000 + number, claimsOf(number % 10));
    const start = performance.now();
    await counters.admit(lease);
    times.push(performance.now() - start);
    counters.settle(lease, ACTUAL);
  }
  await counters.stop();
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number): string => `${(sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(2)} ms`;
  console.log(`Redis, one call after the other: p50 ${at(0.5)}, p99 ${at(0.99)}`);
}

for (const keys of [10, 100_000]) inMemory(keys);
const url = process.env['ASBRU_TEST_REDIS_URL'];
if (url !== undefined) await inRedis(url);
