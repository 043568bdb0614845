import { ChurnMap } from '../../../common/collections/churn-map.js';
import type { Clock } from '../../../common/time/clock.port.js';
import { PeerGone } from '../../../common/workers/peer.js';
import type { Topic } from '../../../common/workers/topic.js';
import type { WorkerGroup } from '../../../common/workers/worker-group.port.js';
import { checkAmounts, checkLease, seedOf } from '../claim-rules.js';
import type { CountersHealth, CountersState } from '../counters-health.port.js';
import { type Claim, Counters, type Lease, type Standing, type Verdict } from '../counters.port.js';
import {
  claimRow,
  COUNTERS,
  type ExtendRow,
  type Seed,
  seededRow,
  standingOf,
  verdictOf,
  type VerdictRow,
} from './counter-messages.js';

/** The process that counts has ended, and this one is about to. */
const GONE: Verdict = { admitted: false, claim: undefined, standings: [], retryAfterMs: 1_000 };
/** A counter whose seed was told may be forgotten before the answer is there, though hardly twice. */
const MOST_ROUNDS = 3;

/** The counters of one of several workers: the supervisor has them, and all workers ask it. */
export class WorkerCounters extends Counters implements CountersHealth {
  private readonly open = new ChurnMap<Lease, Lease>();
  private readonly decisions = { counted: 0, degraded: 0, unavailable: 0 };
  private readonly since: number;

  constructor(
    private readonly group: WorkerGroup,
    clock: Clock,
  ) {
    super();
    this.since = clock.wallTime();
  }

  get current(): CountersState {
    return {
      state: 'local',
      since: this.since,
      nodes: 1,
      openLeases: this.open.size,
      pendingSettlements: 0,
      lostSettlements: 0,
      decisions: { ...this.decisions },
    };
  }

  override async admit(lease: Lease): Promise<Verdict> {
    checkLease(lease);
    const verdict = await this.untilSeeded(lease);
    if (verdict.admitted) this.open.set(lease, lease);
    return verdict;
  }

  override async extend(lease: Lease, extra: readonly number[]): Promise<Verdict> {
    const { id, scope, claims } = lease;
    checkAmounts(claims, extra);
    // The supervisor knows what the lease of a call of this worker claims; another's is told whole.
    const row: ExtendRow = this.open.has(lease) ? [id, scope, extra] : [id, scope, extra, claims.map(seededRow)];
    return this.ask(COUNTERS.extend, row);
  }

  override settle(lease: Lease, actual: readonly number[]): void {
    const { id, scope, claims, isAdopted } = lease;
    if (this.open.delete(lease)) this.group.post(COUNTERS.settle, [id, scope, actual]);
    else this.group.post(COUNTERS.settle, [id, scope, actual, claims.map(seededRow), isAdopted ? 1 : 0]);
  }

  override async read(scope: string, claims: readonly Claim[]): Promise<readonly Standing[]> {
    const answer = await this.group.ask(COUNTERS.read, [scope, claims.map(seededRow)]);
    return answer.map(standingOf);
  }

  start(): void {
    // The supervisor counts from its own start on.
  }

  stop(): void {
    // What was settled last is in the pipe, which the supervisor reads to its end.
  }

  /** Seeds are worked out and told only of counters that are not there. */
  private async untilSeeded({ id, scope, claims }: Lease): Promise<Verdict> {
    const seeds = new Map<number, Seed>();
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const rows = claims.map((claim, index) => claimRow(claim, seeds.get(index)));
      const answer = await this.askRow(COUNTERS.admit, [id, scope, rows]);
      if (!answer) return this.gone();
      if (answer[0] !== 2) return this.concluded(answer);
      for (const index of answer[1]) {
        const claim = claims[index];
        if (claim) seeds.set(index, seedOf(claim));
      }
    }
    throw new Error('The counters ask for the same seeds again and again');
  }

  private async ask<Body>(topic: Topic<Body, VerdictRow>, message: Body): Promise<Verdict> {
    const answer = await this.askRow(topic, message);
    return answer ? this.concluded(answer) : this.gone();
  }

  private async askRow<Body>(topic: Topic<Body, VerdictRow>, message: Body): Promise<VerdictRow | undefined> {
    try {
      return await this.group.ask(topic, message);
    } catch (error) {
      if (error instanceof PeerGone) return undefined;
      throw error;
    }
  }

  private concluded(answer: VerdictRow): Verdict {
    this.decisions.counted++;
    return verdictOf(answer) ?? GONE;
  }

  private gone(): Verdict {
    this.decisions.unavailable++;
    return GONE;
  }
}
