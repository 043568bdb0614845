import { hash } from 'node:crypto';
import { bucketWidth } from '../sliding-window.js';
import { counterName, seedOf } from '../claim-rules.js';
import type { Claim, Lease, Standing } from '../counters.port.js';
import { ANSWER, VERSION } from './counter-scripts.js';

export type HoldMode = 'admit' | 'extend' | 'announce';

/** What a call tells beside the lease itself. */
export interface HoldContext {
  readonly leaseMs: number;
  /** The epoch of the scope that this node knows; empty: none. */
  readonly epoch: string;
  /** The epoch to begin when there is none. */
  readonly newEpoch: string;
  readonly graceMs: number;
  /** Whether the data is so new that other nodes may not have told their leases again; undefined: not known. */
  readonly young: boolean | undefined;
}

export type HoldAnswer =
  | { readonly status: 'admitted'; readonly epoch: string; readonly standings: Standing[] }
  | {
      readonly status: 'refused';
      readonly epoch: string;
      readonly claim: number;
      readonly retryAfterMs: number | undefined;
      readonly standings: Standing[];
    }
  | { readonly status: 'unseeded'; readonly epoch: string; readonly claims: number[] }
  | { readonly status: 'epoch'; readonly epoch: string }
  | { readonly status: 'settled'; readonly epoch: string }
  /** The scope is not there, and whether it never was or was lost has to be found out. */
  | { readonly status: 'fresh'; readonly epoch: string }
  | { readonly status: 'grace'; readonly epoch: string; readonly waitMs: number };

/** Bits enough that no two ids of a day share one, in 14 bytes. */
const DIGEST_LENGTH = 14;

export function prefixOf(namespace: string, scope: string): string {
  return `{${namespace}:${scope.replaceAll('}', '%7D')}}:${VERSION}:`;
}

/** What an id is remembered by once it is settled. */
export function digestOf(id: string): string {
  return hash('sha1', id, 'base64url').slice(0, DIGEST_LENGTH);
}

export function holdArguments(
  prefix: string,
  mode: HoldMode,
  lease: Lease,
  amounts: readonly number[],
  seeded: ReadonlySet<number>,
  context: HoldContext,
): string[] {
  const args = [prefix, mode, lease.id, digestOf(lease.id), String(context.leaseMs), context.epoch, context.newEpoch];
  const isClosed = lease.onLimiterDown === 'closed';
  const young = context.young === undefined ? '' : flag(context.young);
  args.push(String(context.graceMs), young, flag(isClosed), String(lease.claims.length));
  for (const [index, claim] of lease.claims.entries()) {
    const end = Number.isFinite(claim.expiresAt) ? Math.ceil(claim.expiresAt) : 0;
    const seeds = seeded.has(index) ? seedArguments(claim) : undefined;
    args.push(counterName(claim), String(claim.limit), String(amounts[index] ?? 0), flag(claim.soft), String(end));
    args.push(flag(claim.seed !== undefined), String(seeds ? seeds.length / 2 : -1), ...(seeds ?? []));
  }
  return args;
}

/** @throws Error for what no script of ours answers */
export function readHoldAnswer(reply: unknown, claims: readonly Claim[]): HoldAnswer {
  const [status, epoch, ...rest] = listOf(reply);
  if (typeof epoch !== 'string') throw new Error('The counters answered without an epoch');
  const numbers = rest.map(Number);
  if (status === ANSWER.admitted) return { status: 'admitted', epoch, standings: standingsOf(numbers, claims) };
  if (status === ANSWER.refused) return refusalOf(epoch, numbers, claims);
  if (status === ANSWER.unseeded) return { status: 'unseeded', epoch, claims: numbers };
  if (status === ANSWER.grace) return { status: 'grace', epoch, waitMs: numbers[0] ?? 0 };
  if (status === ANSWER.epoch) return { status: 'epoch', epoch };
  if (status === ANSWER.settled) return { status: 'settled', epoch };
  if (status === ANSWER.fresh) return { status: 'fresh', epoch };
  throw new Error(`The counters answered with the unknown status ${String(status)}`);
}

function refusalOf(epoch: string, numbers: readonly number[], claims: readonly Claim[]): HoldAnswer {
  const [claim = 0, wait = -1, ...standings] = numbers;
  const retryAfterMs = wait < 0 ? undefined : wait;
  return { status: 'refused', epoch, claim, retryAfterMs, standings: standingsOf(standings, claims) };
}

/** The elements of a reply. @throws Error when it is no list */
export function listOf(reply: unknown): unknown[] {
  if (!Array.isArray(reply)) throw new Error('The counters answered with something else than a list');
  return reply;
}

function standingsOf(numbers: readonly number[], claims: readonly Claim[]): Standing[] {
  return claims.map(({ limit }, index) => ({
    used: numbers[3 * index] ?? 0,
    held: numbers[3 * index + 1] ?? 0,
    limit,
    resetMs: numbers[3 * index + 2] ?? 0,
  }));
}

/** Pairs of a bucket and an amount, one for each bucket. */
function seedArguments(claim: Claim): string[] {
  const width = claim.windowMs > 0 ? bucketWidth(claim.windowMs) : Infinity;
  const sums = new Map<number, number>();
  for (const [at, amount] of seedOf(claim)) {
    const bucket = width === Infinity ? 0 : Math.max(0, Math.floor(at / width));
    sums.set(bucket, Math.min(Number.MAX_SAFE_INTEGER, (sums.get(bucket) ?? 0) + amount));
  }
  return [...sums].flatMap(([bucket, amount]) => [String(bucket), String(amount)]);
}

function flag(value: boolean): string {
  return value ? '1' : '0';
}
