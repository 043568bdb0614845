// One process of the budget race: calls that reserve, work a little and settle, again and again until the budget is full.
import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { SystemClock } from '../../src/common/time/clock.port.js';
import type { Claim, Lease } from '../../src/control/counters/counters.port.js';
import { RedisCounters } from '../../src/control/counters/redis-counters.js';
import { RedisLink } from '../../src/persistence/redis-link.js';

/** What the process was told to do, as JSON in its first argument. */
export interface SpendOrder {
  readonly url: string;
  readonly scope: string;
  readonly claims: readonly Claim[];
  /** Calls at once. */
  readonly concurrency: number;
  /** What a call uses of what it holds: at least this part. */
  readonly leastUsed: number;
  /** When to stop, in milliseconds since the epoch; a refusal without hope ends a caller before. */
  readonly until: number;
  /** Whether a refused caller tries again when it may. */
  readonly patient: boolean;
}

const order = JSON.parse(process.argv[2] ?? '{}') as SpendOrder;
const link = new RedisLink(order.url, new SystemClock());
const counters = new RedisCounters(link, new SystemClock());
/** When calls were asked for and admitted: Redis counted each in between. */
const moments: Array<readonly [from: number, to: number]> = [];
let unavailable = 0;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns milliseconds to wait before the next call, or undefined when there is none */
async function call(): Promise<number | undefined> {
  const id = `req_${randomBytes(12).toString('hex')}`;
  const lease: Lease = { id, scope: order.scope, claims: order.claims, onLimiterDown: 'closed' };
  const from = Date.now();
  const verdict = await counters.admit(lease);
  if (!verdict.admitted) {
    if (verdict.claim === undefined) unavailable++;
    if (verdict.claim === undefined || order.patient) return Math.min(verdict.retryAfterMs ?? 20, 20);
    return undefined;
  }
  moments.push([from, Date.now()]);
  await pause(Math.random() * 5);
  const part = order.leastUsed + Math.random() * (1 - order.leastUsed);
  const actual = order.claims.map(({ amount }) => Math.ceil(amount * part));
  counters.settle(lease, actual);
  // Settlements arrive twice now and then.
  if (Math.random() < 0.3) counters.settle(lease, actual);
  return 0;
}

async function caller(): Promise<void> {
  while (Date.now() < order.until) {
    const wait = await call();
    if (wait === undefined) return;
    if (wait > 0) await pause(wait);
  }
}

await counters.start();
await Promise.all(Array.from({ length: order.concurrency }, caller));
await counters.stop();
process.stdout.write(JSON.stringify({ moments, unavailable }));
