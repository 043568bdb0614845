import { setImmediate as nextTurn } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/time/clock.port.js';
import type { LedgerBalances } from './ledger-balances.js';
import type { Written } from './store/usage-store.port.js';
import type { AttemptBegun, AttemptEnded } from './usage-ledger.port.js';
import { ShippingStopped, type UsageShipper } from './usage-shipper.js';
import type { WalSegment } from './wal/wal-segment.js';
import { type LoggedAttempt, WalReader } from './wal/wal-reader.js';
import type { WalWriter } from './wal/wal-writer.js';

export interface QueuedAttempt {
  readonly begun: AttemptBegun;
  readonly ended: AttemptEnded;
  /** Where its records are. */
  readonly segments: readonly WalSegment[];
}

export interface QueueOptions {
  /** Attempts of one transaction. */
  readonly batch: number;
  /** Attempts that wait in memory at most; those beyond it are read back from the log. */
  readonly most: number;
  /** Whether there is a log to read back. */
  readonly canSpill: boolean;
}

/** How long a first attempt waits for others to share its transaction, in milliseconds. */
const GATHER_MS = 100;
const RETRY_MS = 1_000;

/** Attempts of this process on their way into the database, in memory as far as that is not too much. */
export class UsageQueue {
  private readonly logger = new Logger('UsageLedger');
  private attempts: QueuedAttempt[] = [];
  private spilled = 0;
  private running: Promise<void> | undefined;
  private cancelGather: (() => void) | undefined;
  private closed = false;

  constructor(
    private readonly shipper: UsageShipper,
    private readonly log: WalWriter,
    private readonly balances: LedgerBalances,
    private readonly clock: Clock,
    private readonly options: QueueOptions,
  ) {}

  /** Attempts that have ended and are not in the database. */
  get backlog(): number {
    return this.attempts.length + this.spilled;
  }

  push(attempt: QueuedAttempt): void {
    if (this.attempts.length >= this.options.most && this.options.canSpill) this.spill(attempt);
    else this.attempts.push(attempt);
    if (this.attempts.length >= this.options.batch) this.run();
    else this.runAfter(GATHER_MS);
  }

  /** Brings in what the database takes now; the rest stays in the log. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelGather?.();
    await this.running;
    if (this.attempts.length > 0) await this.work();
  }

  private runAfter(ms: number): void {
    if (!this.running && !this.closed) this.cancelGather ??= this.clock.after(ms, () => this.run());
  }

  private run(): void {
    if (this.running || this.closed) return;
    this.cancelGather?.();
    this.cancelGather = undefined;
    this.running = this.runOnce();
  }

  private async runOnce(): Promise<void> {
    const pause = await this.work();
    this.running = undefined;
    // What came between the last look and here, or could not be read.
    if (this.backlog > 0) this.runAfter(pause);
  }

  /** @returns after how many milliseconds to look again, when something is left */
  private async work(): Promise<number> {
    try {
      do {
        if (this.attempts.length > 0) await this.shipNext();
        else if (this.spilled > 0 && !(await this.readBack())) return RETRY_MS;
        this.log.sweep();
        // SQLite's promises are no turns of the event loop: whoever waits for an answer has his turn here.
        await nextTurn();
      } while (this.isMoreDue);
    } catch (error) {
      if (!(error instanceof ShippingStopped)) {
        this.logger.error({ err: error }, 'usage could not be brought into the database: it is tried again');
      }
      return RETRY_MS;
    }
    return GATHER_MS;
  }

  /** What has come meanwhile and is not a batch waits for others; at the end all goes. */
  private get isMoreDue(): boolean {
    if (this.closed) return this.attempts.length > 0;
    return this.spilled > 0 || this.attempts.length >= this.options.batch;
  }

  private async shipNext(): Promise<void> {
    const batch = this.attempts.slice(0, this.options.batch);
    await this.shipper.ship(batch, () => {
      this.attempts = this.attempts.slice(batch.length);
      for (const { begun, ended, segments } of batch) {
        this.balances.confirm(begun.budgets, ended.cost);
        for (const segment of segments) segment.waiting -= 1;
      }
    });
  }

  private spill({ segments }: QueuedAttempt): void {
    if (this.spilled === 0) this.logger.warn('much usage waits for the database: it is kept in the log alone');
    this.spilled += 1;
    for (const segment of segments) {
      segment.waiting -= 1;
      segment.spilled += 1;
    }
  }

  /** Nothing waits in memory now, so all attempts that ended in whole segments are in the database already, or spilled. */
  private async readBack(): Promise<boolean> {
    const whole = this.log.roll();
    if (!whole) return false;
    const segments = whole.filter(({ spilled }) => spilled > 0);
    const counts = segments.map(({ spilled }) => spilled);
    const before = this.spilled;
    const reader = new WalReader();
    for (const { path } of segments) {
      const { ended } = await reader.read(path);
      await this.shipper.ship(ended, (batch, written) => this.note(batch, written));
    }
    // Others may have been spilled meanwhile, whose ends are in later segments.
    for (const [index, segment] of segments.entries()) segment.spilled -= counts[index] ?? 0;
    this.spilled -= before;
    return true;
  }

  private note(attempts: readonly LoggedAttempt[], { inserted }: Written): void {
    for (const { begun, ended } of attempts) {
      if (begun && ended && inserted.has(begun.id)) this.balances.confirm(begun.budgets, ended.cost);
    }
  }
}
