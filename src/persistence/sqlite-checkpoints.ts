import { type Stats, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { Logger } from '@nestjs/common';
import type { Clock } from '../common/time/clock.port.js';

/** How often the log is looked at, in milliseconds, and from which size on it is copied, in bytes. */
const LOOK_MS = 1_000;
const LEAST_BYTES = 4 * 1024 * 1024;

/**
 * What the thread does with each message; a text, because a thread begins with a file of its own or with none. The first
 * copy holds up nobody. The second makes the next commit begin the log anew: who writes meanwhile waits for the little
 * that is left, and while somebody writes already it does nothing.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { DatabaseSync } = require('node:sqlite');
const database = new DatabaseSync(workerData, { timeout: 0 });
parentPort.on('message', (what) => {
  if (what === 'copy') {
    database.exec('pragma wal_checkpoint(passive)');
    database.exec('pragma wal_checkpoint(restart)');
    return parentPort.postMessage('copied');
  }
  database.close();
  parentPort.close();
});
`;

/**
 * Copies what has been committed from SQLite's log into its file: 8 to 20 ms of disk for each 4 MB, which SQLite takes
 * from the commit that made the log that long, and so from every answer under way. Here a thread does it, which is
 * begun when the log first gets long: most gateways never need it.
 */
export class SqliteCheckpoints {
  private readonly logger = new Logger('Database');
  private cancel: (() => void) | undefined;
  private worker: Worker | undefined;
  private isCopying = false;
  private copiedAt = 0;
  private isTold = false;

  constructor(
    private readonly path: string,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.cancel ??= this.clock.after(LOOK_MS, () => {
      this.cancel = undefined;
      this.look();
      this.start();
    });
  }

  /** Lets go of the file. */
  async stop(): Promise<void> {
    this.cancel?.();
    const { worker } = this;
    if (!worker) return;
    this.worker = undefined;
    // The process must not end before it has.
    worker.ref();
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    tell(worker, 'end');
    await ended;
  }

  private look(): void {
    const log = this.statLog();
    if (this.isCopying || !log || log.size < LEAST_BYTES || log.mtimeMs <= this.copiedAt) return;
    this.copiedAt = log.mtimeMs;
    this.isCopying = true;
    this.worker ??= this.begin();
    tell(this.worker, 'copy');
  }

  /** A disk that fails must not end the process from within a timer: whoever writes is told by the database. */
  private statLog(): Stats | undefined {
    try {
      const log = statSync(`${this.path}-wal`, { throwIfNoEntry: false });
      this.isTold = false;
      return log;
    } catch (error) {
      if (!this.isTold) this.logger.warn({ err: error }, "SQLite's log cannot be looked at, and is not copied");
      this.isTold = true;
      return undefined;
    }
  }

  private begin(): Worker {
    const worker = new Worker(THREAD, {
      eval: true,
      execArgv: [],
      workerData: this.path,
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
    });
    worker.unref();
    worker.on('message', () => (this.isCopying = false));
    worker.on('error', (error) => {
      // SQLite does it itself when the log is long enough; the next look begins another thread.
      this.logger.warn({ err: error }, "the thread that copies SQLite's log has ended");
      this.worker = undefined;
      this.isCopying = false;
    });
    return worker;
  }
}

function tell(worker: Worker, what: 'copy' | 'end'): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(what);
}
