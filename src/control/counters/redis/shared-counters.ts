import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../common/time/clock.port.js';
import type { RedisLink } from '../../../persistence/redis-link.js';
import { counterName } from '../claim-rules.js';
import { Counter } from '../counter.js';
import type { Claim, Lease, Standing } from '../counters.port.js';
import type { OwnLease, OwnLeases } from '../own-leases.js';
import { HEARTBEAT, HOLD, READ, RENEW, SETTLE, VERSION } from './counter-scripts.js';
import {
  digestOf,
  type HoldAnswer,
  holdArguments,
  type HoldMode,
  listOf,
  prefixOf,
  readHoldAnswer,
} from './hold-call.js';
import type { Settlement } from './settle-queue.js';

/** A node that said nothing for so long is gone. */
const GONE_MS = 10_000;
/** A decision takes one call, two with seeds; more only while epochs change. */
const MOST_ROUNDS = 8;
const RENEW_BATCH = 200;
const ANNOUNCE_BATCH = 50;

export interface SharedOptions {
  /** First part of all keys. */
  readonly namespace: string;
  readonly leaseMs: number;
  /** How long `closed` leases are refused after the data was lost, so that all nodes can tell theirs again. */
  readonly graceMs: number;
  /** Age of the data from which on every other node has seen that it is new. */
  readonly youthMs: number;
}

type Known = Exclude<HoldAnswer, { status: 'unseeded' | 'fresh' }>;
type Decision = Exclude<Known, { status: 'epoch' }>;

/** The counters in Redis, as this node sees them. Everything here rejects when Redis does not answer. */
export class SharedCounters {
  readonly node = randomBytes(9).toString('base64url');
  private offered = 0;
  /** By scope, the epoch of the data that this node's leases are in. */
  private readonly epochs = new Map<string, string>();
  private readonly announcing = new Map<string, Promise<void>>();
  private dataEpoch: string | undefined;
  private dataSince = 0;
  private hasLost = false;
  private alive = 1;

  constructor(
    private readonly link: RedisLink,
    private readonly clock: Clock,
    private readonly own: OwnLeases,
    private readonly options: SharedOptions,
    private readonly onLoss: () => void,
  ) {}

  get nodes(): number {
    return this.alive;
  }

  async hold(mode: 'admit' | 'extend', lease: Lease, amounts: readonly number[]): Promise<Decision> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const answer = await this.holdOnce(mode, lease, amounts);
      if (answer.status === 'epoch') {
        await this.announceScope(lease.scope, answer.epoch);
        continue;
      }
      this.epochs.set(lease.scope, answer.epoch);
      return answer;
    }
    throw new Error('The epoch of the counters changes all the time');
  }

  async settle({ lease, actual }: Settlement): Promise<void> {
    const prefix = this.prefixOf(lease.scope);
    const args = [prefix, lease.id, digestOf(lease.id)];
    for (const [index, claim] of lease.claims.entries()) args.push(counterName(claim), String(actual[index] ?? 0));
    await this.link.run(SETTLE, [`${prefix}epoch`], args);
  }

  async read(scope: string, claims: readonly Claim[]): Promise<Standing[]> {
    const prefix = this.prefixOf(scope);
    const reply = await this.link.run(READ, [`${prefix}epoch`], [prefix, ...claims.map(counterName)]);
    const numbers = listOf(reply).map(Number);
    return claims.map((claim, index) => {
      const [known, used = 0, held = 0, resetMs = 0] = numbers.slice(index * 5, index * 5 + 5);
      if (known === 1) return { used, held, limit: claim.limit, resetMs };
      // Calls that ended, or were told again, may have been counted before anybody seeded it.
      const seeded = seededStanding(claim, this.clock.wallTime());
      return { used: seeded.used + used, held, limit: claim.limit, resetMs: Math.max(resetMs, seeded.resetMs) };
    });
  }

  /** What was charged for calls whose end is not known. */
  async orphaned(scope: string, claim: Claim): Promise<number> {
    const prefix = this.prefixOf(scope);
    const reply = await this.link.run(READ, [`${prefix}epoch`], [prefix, counterName(claim)]);
    return Number(listOf(reply)[4]);
  }

  /** Keeps this node's leases from expiring, and tells those again that the counters do not have. */
  async renew(): Promise<void> {
    for (const scope of this.own.scopes()) {
      const leases = this.own.of(scope, this.clock.now());
      for (let at = 0; at < leases.length; at += RENEW_BATCH) {
        await this.renewSome(scope, leases.slice(at, at + RENEW_BATCH));
      }
    }
  }

  /** Tells all of this node's leases again: after an outage, and when the data was lost. */
  async announceAll(): Promise<void> {
    for (const scope of this.own.scopes()) await this.announceScope(scope, undefined);
  }

  /** Proves that Redis works, and learns of other nodes and of lost data. */
  async heartbeat(): Promise<void> {
    if (!this.link.isUp) await this.link.load([HOLD, SETTLE, RENEW, READ]);
    const tag = `{${this.options.namespace}}:${VERSION}:`;
    const args = [this.node, this.newEpoch(), String(GONE_MS)];
    const [epoch, age, nodes] = listOf(await this.link.attempt(HEARTBEAT, [`${tag}epoch`, `${tag}nodes`], args));
    const isLost = this.dataEpoch !== undefined && this.dataEpoch !== epoch;
    this.dataEpoch = String(epoch);
    this.dataSince = this.clock.now() - Number(age);
    this.alive = Number(nodes);
    if (!isLost) return;
    this.hasLost = true;
    this.onLoss();
  }

  /** Milliseconds until the other nodes have told their leases, when the data is new; 0 when it is not. */
  get youthLeftMs(): number {
    const youth = this.hasLost ? this.options.graceMs : this.options.youthMs;
    return Math.max(0, this.dataSince + youth - this.clock.now());
  }

  private async holdOnce(mode: HoldMode, lease: Lease, amounts: readonly number[]): Promise<Known> {
    const prefix = this.prefixOf(lease.scope);
    const keys = [`${prefix}epoch`];
    const seeded = new Set<number>();
    let isAsked = false;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const args = holdArguments(prefix, mode, lease, amounts, seeded, {
        leaseMs: this.options.leaseMs,
        epoch: this.epochs.get(lease.scope) ?? '',
        newEpoch: this.newEpoch(),
        graceMs: this.options.graceMs,
        young: isAsked ? this.youthLeftMs > 0 : undefined,
      });
      const answer = readHoldAnswer(await this.link.run(HOLD, keys, args), lease.claims);
      if (answer.status === 'fresh') {
        await this.heartbeat();
        isAsked = true;
      } else if (answer.status === 'unseeded') {
        for (const claim of answer.claims) seeded.add(claim);
      } else return answer;
    }
    throw new Error('The counters ask for the same seeds again and again');
  }

  /** Once at a time for a scope: whoever meets the new epoch meanwhile waits for the same announcement. */
  private announceScope(scope: string, epoch: string | undefined): Promise<void> {
    let work = this.announcing.get(scope);
    if (!work) {
      work = this.announce(scope, this.own.of(scope, this.clock.now()), epoch).finally(() =>
        this.announcing.delete(scope),
      );
      this.announcing.set(scope, work);
    }
    return work;
  }

  private async announce(scope: string, leases: readonly OwnLease[], epoch: string | undefined): Promise<void> {
    let current = epoch;
    for (let at = 0; at < leases.length; at += ANNOUNCE_BATCH) {
      const batch = leases.slice(at, at + ANNOUNCE_BATCH);
      const answers = await Promise.all(batch.map(({ lease, held }) => this.holdOnce('announce', lease, held)));
      current = answers.at(-1)?.epoch ?? current;
    }
    if (current !== undefined) this.epochs.set(scope, current);
  }

  private async renewSome(scope: string, leases: readonly OwnLease[]): Promise<void> {
    const prefix = this.prefixOf(scope);
    const args = [prefix, String(this.options.leaseMs)];
    for (const { lease } of leases) args.push(lease.id, digestOf(lease.id));
    const unknown = new Set(listOf(await this.link.run(RENEW, [`${prefix}epoch`], args)));
    const lost = leases.filter(({ lease }) => unknown.has(lease.id) && this.own.heldBy(lease));
    await Promise.all(lost.map(({ lease, held }) => this.holdOnce('announce', lease, held)));
  }

  /** Of all nodes: each call offers one, and random bytes for each take longer than all else of it. */
  private newEpoch(): string {
    return `${this.node}.${(this.offered++).toString(36)}`;
  }

  private prefixOf(scope: string): string {
    return prefixOf(this.options.namespace, scope);
  }
}

/** Where a counter stands by what the ledger knows. */
export function seededStanding(claim: Claim, now: number): Standing {
  return new Counter(claim, now).standing(now, claim.limit);
}
