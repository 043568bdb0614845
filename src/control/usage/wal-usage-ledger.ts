import { Logger } from '@nestjs/common';
import { ChurnMap } from '../../common/collections/churn-map.js';
import type { Clock } from '../../common/time/clock.port.js';
import type { LedgerBalances } from './ledger-balances.js';
import { type AttemptBegun, type AttemptEnded, type CallSettled, UsageLedger } from './usage-ledger.port.js';
import type { UsageQueue } from './usage-queue.js';
import type { WalSegment } from './wal/wal-segment.js';
import type { WalWriter } from './wal/wal-writer.js';

/** How long settlements are kept for whoever adopts the log: the counters have long been told by then. */
const SETTLED_MS = 120_000;

interface OpenAttempt {
  readonly begun: AttemptBegun;
  readonly segment: WalSegment;
}

/** The ledger over the write-ahead log of this process, and the queue that brings it into the database. */
export class WalUsageLedger extends UsageLedger {
  private readonly logger = new Logger('UsageLedger');
  private readonly open = new ChurnMap<string, OpenAttempt>();

  /** @param isShared whether the counters outlive this process, so that another one may have to settle its calls */
  constructor(
    private readonly log: WalWriter,
    private readonly queue: UsageQueue,
    override readonly balances: LedgerBalances,
    private readonly clock: Clock,
    private readonly isShared: boolean,
    private readonly knowsBalances: () => boolean,
  ) {
    super();
  }

  override get ready(): boolean {
    return this.knowsBalances();
  }

  override get accepts(): boolean {
    return this.log.accepts;
  }

  /** Attempts that have begun and not ended. */
  get unfinished(): number {
    return this.open.size;
  }

  override begin(begun: AttemptBegun): void {
    const segment = this.log.append({ kind: 'begun', value: begun });
    segment.waiting += 1;
    this.open.set(begun.id, { begun, segment });
  }

  override end(ended: AttemptEnded): void {
    const attempt = this.open.get(ended.id);
    if (!attempt) {
      this.logger.error({ attempt: ended.id }, 'an attempt ended twice or never began: this end is not counted');
      return;
    }
    this.open.delete(ended.id);
    const segment = this.log.append({ kind: 'ended', value: ended });
    segment.waiting += 1;
    this.balances.charge(attempt.begun.budgets, ended.cost);
    this.queue.push({ begun: attempt.begun, ended, segments: [attempt.segment, segment] });
  }

  override settled(call: CallSettled): void {
    if (!this.isShared) return;
    this.log.append({ kind: 'settled', value: call }).keepUntil = this.clock.now() + SETTLED_MS;
  }
}
