import { randomBytes } from 'node:crypto';
import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../common/time/clock.port.js';
import { ConfigError } from '../../config/config-error.js';
import { FileLock } from '../../persistence/file-lock.js';
import { LedgerBalances } from './ledger-balances.js';
import { LedgerHealth, type LedgerState } from './ledger-health.port.js';
import type { SettleCall } from './lease-settlement.js';
import { RepeatedTask } from './repeated-task.js';
import type { UsageStore, Written } from './store/usage-store.port.js';
import { UsageQueue } from './usage-queue.js';
import { ShippingStopped, UsageShipper } from './usage-shipper.js';
import { LOCK_FILE, WalAdopter } from './wal/wal-adoption.js';
import { NoWalFiles, type WalFiles } from './wal/wal-files.port.js';
import type { LoggedAttempt } from './wal/wal-reader.js';
import { WalWriter } from './wal/wal-writer.js';
import { WalUsageLedger } from './wal-usage-ledger.js';

export interface LedgerOptions {
  /** Folder of all processes' logs. */
  readonly root: string;
  readonly maxBytes: number;
  /** Whether a log that cannot be written keeps the gateway from starting. */
  readonly mustPersist: boolean;
  /** Whether there are other nodes, and counters that they share. */
  readonly isShared: boolean;
  /** Whether calls are counted although the balances could not be read yet: the counters that nodes share have them. */
  readonly startsWithoutBalances?: boolean;
  /** Attempts of one transaction. */
  readonly batch: number;
  readonly segmentBytes?: number;
  readonly mostInMemory?: number;
}

const SEGMENT_BYTES = 8 * 1024 * 1024;
const MOST_IN_MEMORY = 20_000;
/** Most of a log that is in memory alone. */
const MEMORY_BYTES = 64 * 1024 * 1024;
const FOLDER_TRIES = 5;
const ADOPT_MS = 60_000;
const REFRESH_MS = 3_000;
/** A change may become visible so much later than it says it was made: transactions last, and clocks differ. */
const SLACK_MS = 60_000;
/** All balances are read so often, whatever the clocks say. */
const RELOAD_MS = 60_000;
const PRUNE_MS = 3_600_000;
/** How long exporters have to fetch what they are told. */
const OUTBOX_MS = 7 * 86_400_000;

/** The parts of the ledger in one process, from its start to its end. */
export class LedgerRuntime extends LedgerHealth {
  readonly balances = new LedgerBalances();
  readonly ledger: WalUsageLedger;
  readonly queue: UsageQueue;
  readonly shipper: UsageShipper;
  private readonly logger = new Logger('UsageLedger');
  private readonly lock: FileLock | undefined;
  private readonly folder: string;
  private readonly log: WalWriter;
  private readonly tasks: readonly RepeatedTask[];
  private reloadedAt = -Infinity;
  private closing = false;
  private triedBalances = false;

  /** Begins the log. @throws ConfigError when it cannot be written and must be */
  constructor(
    private readonly store: UsageStore,
    private readonly clock: Clock,
    private readonly options: LedgerOptions,
    settle: SettleCall,
    files: WalFiles,
  ) {
    super();
    const opened = this.open(files);
    this.folder = opened.log.folder;
    this.lock = opened.lock;
    this.log = opened.log;
    this.shipper = new UsageShipper(store, clock, options.batch, (attempt, error) => this.reject(attempt, error));
    this.queue = new UsageQueue(this.shipper, this.log, this.balances, clock, {
      batch: options.batch,
      most: options.mostInMemory ?? MOST_IN_MEMORY,
      canSpill: this.lock !== undefined,
    });
    this.ledger = new WalUsageLedger(
      this.log,
      this.queue,
      this.balances,
      clock,
      options.isShared,
      () => this.reloadedAt > -Infinity || (options.startsWithoutBalances === true && this.triedBalances),
    );
    const adopter = new WalAdopter(
      { root: options.root, isOwn: (folder) => folder === this.folder, ship: (list) => this.shipAdopted(list), settle },
      clock,
    );
    const task = (name: string, everyMs: number, run: () => Promise<unknown>): RepeatedTask =>
      new RepeatedTask(name, everyMs, clock, run);
    this.tasks = [
      task('balances', REFRESH_MS, () => this.refresh()),
      ...(this.lock ? [task('adoption', ADOPT_MS, () => adopter.run())] : []),
      task('pruning', PRUNE_MS, () => this.prune()),
      task('log', ADOPT_MS, () => Promise.resolve(this.log.sweep())),
    ];
  }

  override get current(): LedgerState {
    const { ledger, queue, log } = this;
    return { backlog: queue.backlog, unfinished: ledger.unfinished, logBytes: log.bytes, accepts: log.accepts };
  }

  /** Adopts the logs of processes that died in the background. @returns when it was tried to load the balances */
  async start(): Promise<void> {
    for (const task of this.tasks) task.start();
    await this.tasks[0]?.turn;
  }

  /** Brings in what the database takes now. What it does not is left in the log, for the next process. */
  async close(): Promise<void> {
    this.closing = true;
    this.shipper.stop();
    await Promise.all(this.tasks.map((task) => task.stop()));
    await this.queue.close();
    const isEmpty = this.log.close();
    if (this.queue.backlog > 0) this.logger.warn({ attempts: this.queue.backlog }, 'usage was left in the log');
    if (!this.lock) return;
    // Whoever looks now finds the lock free, and a folder with what is left, or none.
    if (isEmpty) rmSync(this.folder, { recursive: true, force: true });
    this.lock.release();
  }

  private open(files: WalFiles): { log: WalWriter; lock: FileLock | undefined } {
    const { maxBytes, mustPersist, root, segmentBytes = SEGMENT_BYTES } = this.options;
    try {
      const { folder, lock } = takeFolder(root, files);
      const log = new WalWriter(folder, files, this.clock, { segmentBytes, maxBytes });
      log.open();
      return { log, lock };
    } catch (error) {
      if (mustPersist) throw unwritable(root, error);
      this.logger.warn(
        { err: error, root },
        'the write-ahead log of usage cannot be written: usage is kept in memory, and lost when the process is killed',
      );
      const bounds = { segmentBytes, maxBytes: Math.min(maxBytes, MEMORY_BYTES) };
      const log = new WalWriter(root, new NoWalFiles(), this.clock, bounds);
      log.open();
      return { log, lock: undefined };
    }
  }

  private shipAdopted(attempts: readonly LoggedAttempt[]): Promise<void> {
    return this.shipper.ship(attempts, (batch, written) => {
      this.noteAdopted(batch, written);
      // All of it may be more than a process that ends has time for; the next one adopts it again.
      if (this.closing) throw new ShippingStopped('the process ends');
    });
  }

  private noteAdopted(attempts: readonly LoggedAttempt[], { inserted, corrected, unmatched }: Written): void {
    for (const { begun, ended } of attempts) {
      if (begun && inserted.has(begun.id)) this.balances.add(begun.budgets, ended?.cost ?? begun.reservedCost);
    }
    for (const { budgets, difference } of corrected) this.balances.add(budgets, difference);
    if (unmatched.length > 0) {
      this.logger.error({ attempts: unmatched }, 'ends of attempts whose beginnings are lost: they are not counted');
    }
  }

  /** Alone, a process knows its balances once it has read them; what other nodes charge it has to read again. */
  private async refresh(): Promise<void> {
    const now = this.clock.wallTime();
    const isLoaded = this.reloadedAt > -Infinity;
    if (isLoaded && !this.options.isShared) return;
    await this.shipper
      .inTurn(async () => {
        const isDue = now - this.reloadedAt >= RELOAD_MS;
        this.balances.load(await this.store.balances(now, isDue ? undefined : now - SLACK_MS), now);
        if (isDue) this.reloadedAt = now;
      })
      .finally(() => {
        this.triedBalances = true;
      });
  }

  private async prune(): Promise<void> {
    const now = this.clock.wallTime();
    this.balances.prune(now);
    await this.store.pruneOutbox(now - OUTBOX_MS);
  }

  /** Kept beside the logs, because nothing may be lost silently. */
  private reject(attempt: LoggedAttempt, error: unknown): void {
    const id = attempt.begun?.id ?? attempt.ended?.id;
    const path = join(this.options.root, 'rejected.jsonl');
    this.logger.error({ err: error, attempt: id, path }, 'the database refuses a row of usage: it is kept in a file');
    try {
      appendFileSync(path, `${JSON.stringify(attempt)}\n`, { mode: 0o600 });
    } catch (failure) {
      this.logger.error({ err: failure, attempt }, 'a row of usage was refused, and cannot be kept in a file either');
    }
  }
}

/** A new folder may be taken for that of a process that died before this one has its lock: then another one is made. */
function takeFolder(root: string, files: WalFiles): { folder: string; lock: FileLock } {
  for (let tries = 0; tries < FOLDER_TRIES; tries++) {
    const folder = join(root, randomBytes(12).toString('hex'));
    files.makeFolder(folder);
    const lock = FileLock.tryAcquire(join(folder, LOCK_FILE));
    if (lock) return { folder, lock };
  }
  throw new Error('other processes have taken each new folder');
}

function unwritable(root: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    `Asbru cannot start: the write-ahead log of usage cannot be written in ${root} (${reason}).\n` +
      '  Set ASBRU_DATA_DIR to a folder that this user may write, on a volume that outlives the process, or ASBRU_AUTH=open to do without.',
    { cause },
  );
}
