import { randomBytes } from 'node:crypto';
import { duplexPair } from 'node:stream';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { SystemClock } from '../../src/common/time/clock.port.js';
import { GroupMember } from '../../src/common/workers/group-member.js';
import { Peer } from '../../src/common/workers/peer.js';
import { CounterStore } from '../../src/control/counters/counter-store.js';
import type { Claim, Counters, Lease } from '../../src/control/counters/counters.port.js';
import { MemoryCounters } from '../../src/control/counters/memory-counters.js';
import { RedisCounters } from '../../src/control/counters/redis-counters.js';
import { CountersHost } from '../../src/control/counters/workers/counters-host.js';
import { WorkerCounters } from '../../src/control/counters/workers/worker-counters.js';
import { RedisLink } from '../../src/persistence/redis-link.js';
import { describeOnRedis, REDIS } from './redis.js';

export interface CountersNode {
  readonly counters: Counters;
  orphaned(scope: string, one: Claim): number | Promise<number>;
  /** What was settled has arrived. */
  settled(): Promise<void>;
  /** Ends as a process that is killed. */
  abandon(): void;
}

/** Counters that several nodes share, and their time. */
export interface CountersWorld {
  readonly leaseMs: number;
  /** Milliseconds since the epoch. */
  now(): number;
  node(): Promise<CountersNode>;
  pass(ms: number): Promise<void>;
}

function memoryWorld(): CountersWorld {
  const clock = new ManualClock();
  const store = new CounterStore(clock);
  return {
    leaseMs: 90_000,
    now: () => clock.wallTime(),
    node: async () => {
      const counters = new MemoryCounters(clock, store);
      counters.start();
      return {
        counters,
        orphaned: (scope, one) => counters.orphaned(scope, one),
        settled: async () => undefined,
        abandon: () => counters.stop(),
      };
    },
    pass: async (ms) => clock.advance(ms),
  };
}

/** Workers of one gateway, and the supervisor that counts for them, on pipes inside this process. */
function workersWorld(): CountersWorld {
  const clock = new ManualClock();
  const store = new CounterStore(clock);
  const host = new CountersHost(clock, store);
  let id = 0;
  return {
    leaseMs: 90_000,
    now: () => clock.wallTime(),
    node: async () => {
      const [here, there] = duplexPair();
      id++;
      host.connect(id, new Peer(there));
      const group = new GroupMember(new Peer(here), { id, size: 2, isFirst: false });
      const counters = new WorkerCounters(group, clock);
      // What was said before has arrived when the supervisor answers.
      const settled = async (): Promise<void> => void (await counters.read('nobody', []));
      return {
        counters,
        orphaned: async (scope, one) => {
          await settled();
          return store.orphaned(scope, one);
        },
        settled,
        abandon: () => {
          here.destroy();
          there.destroy();
        },
      };
    },
    pass: async (ms) => {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(ms);
    },
  };
}

function redisWorld(): CountersWorld {
  const leaseMs = 300;
  return {
    leaseMs,
    now: () => Date.now(),
    node: () => redisNode(REDIS, leaseMs),
    // Redis has the machine's time, and nothing else to wait for.
    pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

export async function redisNode(
  url: string,
  leaseMs = 90_000,
  more: { namespace?: string; graceMs?: number; youthMs?: number } = {},
): Promise<CountersNode & { readonly counters: RedisCounters }> {
  const link = new RedisLink(url, new SystemClock());
  const counters = new RedisCounters(link, new SystemClock(), { leaseMs, ...more });
  await counters.start();
  return {
    counters,
    orphaned: (scope, one) => counters.orphaned(scope, one),
    settled: async () => {
      while (counters.current.pendingSettlements > 0) await new Promise((resolve) => setImmediate(resolve));
    },
    abandon: () => counters.abandon(),
  };
}

/** All implementations, for `describe.each`. */
export const WORLDS: ReadonlyArray<readonly [name: string, describe: jest.Describe, make: () => CountersWorld]> = [
  ['memory', describe, memoryWorld],
  ['the supervisor of workers', describe, workersWorld],
  ['Redis', describeOnRedis, redisWorld],
];

export function randomScope(): string {
  return `org_${randomBytes(8).toString('hex')}`;
}

export function claim(more: Partial<Claim> = {}): Claim {
  return {
    counter: 'budget',
    kind: 'budget',
    limit: 1_000,
    amount: 100,
    windowMs: 0,
    soft: false,
    expiresAt: 0,
    ...more,
  };
}

export function lease(scope: string, id: string, claims: readonly Claim[], more: Partial<Lease> = {}): Lease {
  return { id, scope, claims, onLimiterDown: 'closed', ...more };
}
