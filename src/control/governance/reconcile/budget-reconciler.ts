import type { Clock } from '../../../common/time/clock.port.js';
import type { BudgetWindows } from '../../budgets/budget-window.port.js';
import type { BudgetTerms } from '../../contract/terms.types.js';
import type { CounterRepair, RepairStanding } from '../../counters/counter-repair.port.js';
import type { Claim } from '../../counters/counters.port.js';
import type { Balances } from '../../usage/usage-ledger.port.js';
import { claimOfBudget } from '../claims.js';

/** A counter that was not what the ledger says. */
export interface BudgetDrift {
  readonly budget: string;
  readonly name: string;
  /** Micro-dollars: what the counter had too much; negative for what it had too little. */
  readonly difference: number;
  /** Share of the budget's amount. */
  readonly share: number;
  /** Whether it was put right. What is too much is believed when it is there in three rounds. */
  readonly corrected: boolean;
}

interface Watched {
  readonly scope: string;
  readonly budget: BudgetTerms;
  /** By the clock that never goes back. */
  usedAt: number;
}

interface Checked extends Watched {
  readonly claim: Claim;
  readonly standing: RepairStanding;
}

/** What a call settled is with the counters by then: a settlement takes some milliseconds. */
const SETTLED_MS = 10_000;
/** What is counted is in the database by then, and read back: shipping takes a second, reading again three. */
const SHIPPED_MS = 30_000;
/** A node that was said to correct and does not any more is followed by another. */
const LEAD_MS = 660_000;
/** What nobody has used for so long is not looked at. */
const IDLE_MS = 3_600_000;
const MOST_WATCHED = 100_000;
const BATCH = 100;
/** A node may be slow to ship: what is too much once is not believed. */
const ROUNDS = 3;
/** The counters' buckets and the ledger's begin at other moments: the oldest part of a rolling period is left out. */
const ROLLING_SHARE = 0.95;

/**
 * Compares the budgets in shared counters with the ledger, which is the truth. A counter that has too little lets callers
 * overspend, and is raised at once. One that has too much, beyond the charges for calls whose end is not known, is
 * lowered when that lasts. Only budgets that this node has used lately are looked at.
 */
export class BudgetReconciler {
  private readonly watched = new Map<string, Watched>();
  /** What was too much in the rounds before. */
  private readonly excess = new Map<string, readonly number[]>();
  private readonly stops = new Set<() => void>();
  private isStopped = false;

  constructor(
    private readonly repair: CounterRepair,
    private readonly balances: Balances,
    private readonly windows: BudgetWindows,
    private readonly clock: Clock,
  ) {}

  /** A call uses the budget. */
  watch(scope: string, budget: BudgetTerms): void {
    const known = this.watched.get(budget.id);
    if (known?.budget === budget) {
      known.usedAt = this.clock.now();
      return;
    }
    if (!known && this.watched.size >= MOST_WATCHED) return;
    this.watched.set(budget.id, { scope, budget, usedAt: this.clock.now() });
  }

  /** Looks at all budgets once, which takes some forty seconds. Rejects while the counters cannot be reached. */
  async round(): Promise<readonly BudgetDrift[]> {
    this.forgetIdle();
    const led = await this.led();
    const floors = new Map(led.map(({ budget }) => [budget.id, this.spent(budget, this.claimOf(budget))]));
    if (led.length === 0 || !(await this.wait(SETTLED_MS))) return [];
    const checked = await this.standingsOf(led);
    const tooLittle = await collect(checked, (one) => this.raise(one, floors.get(one.budget.id) ?? 0));
    const readAt = this.clock.wallTime();
    const goesOn = await this.wait(SHIPPED_MS);
    // What the database has not said since may be there all the same.
    if (!goesOn || (this.balances.asOf ?? 0) <= readAt) return tooLittle;
    return [...tooLittle, ...(await collect(checked, (one) => this.lower(one)))];
  }

  stop(): void {
    this.isStopped = true;
    for (const stop of this.stops) stop();
  }

  private async raise({ scope, budget, claim }: Checked, floor: number): Promise<BudgetDrift | undefined> {
    const missing = await this.repair.raise(scope, claim, floor);
    return missing > 0 ? driftOf(budget, claim, -missing, true) : undefined;
  }

  private async lower({ scope, budget, claim, standing }: Checked): Promise<BudgetDrift | undefined> {
    const tooMuch = standing.used - standing.orphaned - this.spent(budget, claim);
    // A rolling period forgets by itself, and by other buckets than the ledger's.
    if (tooMuch <= 0 || claim.windowMs > 0) {
      this.excess.delete(claim.counter);
      return undefined;
    }
    const seen = [...(this.excess.get(claim.counter) ?? []), tooMuch].slice(-ROUNDS);
    const isBelieved = seen.length === ROUNDS;
    const amount = Math.min(...seen);
    if (isBelieved) {
      await this.repair.lower(scope, claim, amount);
      this.excess.delete(claim.counter);
    } else this.excess.set(claim.counter, seen);
    return driftOf(budget, claim, amount, isBelieved);
  }

  /** Those that this node is to correct. */
  private async led(): Promise<Watched[]> {
    const led: Watched[] = [];
    for (const [scope, some] of Map.groupBy(this.watched.values(), (one) => one.scope)) {
      if (await this.repair.lead(scope, LEAD_MS)) led.push(...some);
    }
    return led;
  }

  private async standingsOf(some: readonly Watched[]): Promise<Checked[]> {
    const checked: Checked[] = [];
    for (const [scope, own] of Map.groupBy(some, (one) => one.scope)) {
      for (let at = 0; at < own.length; at += BATCH) {
        const batch = own.slice(at, at + BATCH).map((one) => ({ ...one, claim: this.claimOf(one.budget) }));
        const standings = await this.repair.standings(
          scope,
          batch.map(({ claim }) => claim),
        );
        for (const [index, one] of batch.entries()) {
          const standing = standings[index];
          if (standing) checked.push({ ...one, standing });
        }
      }
    }
    return checked;
  }

  private claimOf(budget: BudgetTerms): Claim {
    return claimOfBudget(budget, 0, this.windows, this.balances, this.clock.wallTime()).claim;
  }

  /** What the ledger knows to be spent in the window of a claim, and surely counts in it. */
  private spent({ id, period }: BudgetTerms, claim: Claim): number {
    const pairs = period.kind === 'rolling' ? this.rollingPairs(id, period.ms) : (claim.seed?.() ?? []);
    return pairs.reduce((sum, [, amount]) => sum + amount, 0);
  }

  private rollingPairs(id: string, ms: number): ReadonlyArray<readonly [number, number]> {
    const since = this.clock.wallTime() - ms * ROLLING_SHARE;
    return this.balances.of(id, since).filter(([at]) => at >= since);
  }

  private forgetIdle(): void {
    const before = this.clock.now() - IDLE_MS;
    for (const [id, { usedAt }] of this.watched) if (usedAt < before) this.watched.delete(id);
    if (this.excess.size > MOST_WATCHED) this.excess.clear();
  }

  /** @returns whether the round goes on */
  private async wait(ms: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.clock.after(ms, resolve);
    const stop = (): void => {
      cancel();
      resolve();
    };
    if (this.isStopped) stop();
    this.stops.add(stop);
    await promise;
    this.stops.delete(stop);
    return !this.isStopped;
  }
}

async function collect(
  some: readonly Checked[],
  look: (one: Checked) => Promise<BudgetDrift | undefined>,
): Promise<BudgetDrift[]> {
  const drifts: BudgetDrift[] = [];
  for (const one of some) {
    const drift = await look(one);
    if (drift) drifts.push(drift);
  }
  return drifts;
}

function driftOf(budget: BudgetTerms, { limit }: Claim, difference: number, corrected: boolean): BudgetDrift {
  const share = limit > 0 ? Math.abs(difference) / limit : 1;
  return { budget: budget.id, name: budget.name, difference, share, corrected };
}
