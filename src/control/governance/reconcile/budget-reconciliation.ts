import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../../common/time/clock.port.js';
import { Random } from '../../../common/random/random.port.js';
import { RedisUnavailable } from '../../../persistence/redis-link.js';
import { BudgetWindows } from '../../budgets/budget-window.port.js';
import type { BudgetTerms } from '../../contract/terms.types.js';
import { CounterRepair } from '../../counters/counter-repair.port.js';
import { UsageLedger } from '../../usage/usage-ledger.port.js';
import { type BudgetDrift, BudgetReconciler } from './budget-reconciler.js';

const EVERY_MS = 300_000;
/** Nodes that start together do not look together. */
const SPREAD_MS = 60_000;
/** A larger share of a budget's amount than this is an alarm. */
const ALARM_SHARE = 0.005;

/** Compares the budgets in Redis with the ledger every five minutes, puts right what differs, and tells. */
@Injectable()
export class BudgetReconciliation implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Budgets');
  private readonly reconciler: BudgetReconciler;
  private cancel: (() => void) | undefined;
  private running: Promise<void> | undefined;
  private isStopped = false;
  private found: readonly BudgetDrift[] | undefined;

  constructor(
    private readonly repair: CounterRepair,
    ledger: UsageLedger,
    windows: BudgetWindows,
    private readonly clock: Clock,
    private readonly random: Random,
  ) {
    this.reconciler = new BudgetReconciler(repair, ledger.balances, windows, clock);
  }

  /** The largest share of its amount that a budget's counter was wrong by in the last round; undefined before the first. */
  get worstShare(): number | undefined {
    return this.found && Math.max(0, ...this.found.map(({ share }) => share));
  }

  /** A call uses the budget. */
  watch(scope: string, budget: BudgetTerms): void {
    if (this.repair.isNeeded) this.reconciler.watch(scope, budget);
  }

  onModuleInit(): void {
    if (this.repair.isNeeded) this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.isStopped = true;
    this.cancel?.();
    this.reconciler.stop();
    await this.running;
  }

  private schedule(): void {
    if (this.isStopped) return;
    this.cancel = this.clock.after(EVERY_MS + this.random.next() * SPREAD_MS, () => {
      this.running = this.round().finally(() => this.schedule());
    });
  }

  private async round(): Promise<void> {
    try {
      this.found = await this.reconciler.round();
      for (const drift of this.found) this.tell(drift);
    } catch (error) {
      // The connection tells its own outages; the next round looks again.
      if (!(error instanceof RedisUnavailable)) this.logger.error({ err: error }, 'budgets could not be compared');
    }
  }

  private tell(drift: BudgetDrift): void {
    const level = drift.share > ALARM_SHARE ? 'error' : 'warn';
    this.logger[level]({ ...drift }, 'a budget in Redis is not what the ledger says');
  }
}
