import { readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Logger } from '@nestjs/common';
import type { Clock } from '../../../common/time/clock.port.js';
import { FileLock } from '../../../persistence/file-lock.js';
import type { SettleCall } from '../lease-settlement.js';
import type { CallSettled } from '../usage-ledger.port.js';
import { isMissing } from './wal-writer.js';
import { type LoggedAttempt, segmentsIn, WalReader } from './wal-reader.js';

/** Held by the process that writes into the folder, or by the one that adopts it. */
export const LOCK_FILE = 'lock';
/** What begins so is left to people. */
const DAMAGED = 'damaged-';
/** Counters know for a day which calls were settled; what is older than this is left to the database alone. */
const SETTLE_WITHIN_MS = 20 * 3_600_000;

export interface Adoption {
  /** Folder of all processes' logs. */
  readonly root: string;
  readonly isOwn: (folder: string) => boolean;
  /** Brings attempts into the database; rejects when the process ends before. */
  readonly ship: (attempts: readonly LoggedAttempt[]) => Promise<void>;
  readonly settle: SettleCall;
}

/** Takes over the logs of processes that died: whoever gets the lock of a folder may. */
export class WalAdopter {
  private readonly logger = new Logger('UsageLedger');

  constructor(
    private readonly adoption: Adoption,
    private readonly clock: Clock,
  ) {}

  /** Looks once. @returns how many logs were adopted; rejects when the process ends before all are in the database */
  async run(): Promise<number> {
    let adopted = 0;
    for (const folder of await this.folders()) {
      if (!this.adoption.isOwn(folder) && (await this.tryAdopt(folder))) adopted += 1;
    }
    return adopted;
  }

  private async folders(): Promise<string[]> {
    try {
      const entries = await readdir(this.adoption.root, { withFileTypes: true });
      const names = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(DAMAGED));
      return names.map(({ name }) => join(this.adoption.root, name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  }

  private async tryAdopt(folder: string): Promise<boolean> {
    const lock = this.tryLock(folder);
    if (!lock) return false;
    try {
      await this.adopt(folder);
      return true;
    } finally {
      lock.release();
    }
  }

  private tryLock(folder: string): FileLock | undefined {
    try {
      return FileLock.tryAcquire(join(folder, LOCK_FILE));
    } catch (error) {
      this.logger.error({ err: error, folder }, 'the log of a process that died cannot be adopted');
      return undefined;
    }
  }

  private async adopt(folder: string): Promise<void> {
    const reader = new WalReader();
    let ended = 0;
    let damaged = 0;
    for (const path of await segmentsIn(folder)) {
      const part = await reader.read(path);
      damaged += part.damaged;
      ended += part.ended.length;
      await this.adoption.ship(part.ended);
      this.settle(part.settled, part.at);
    }
    const orphans = reader.unfinished;
    await this.adoption.ship(orphans);
    if (ended + orphans.length > 0) {
      this.logger.log({ folder, ended, orphaned: orphans.length }, 'the log of a process that died was adopted');
    }
    if (damaged === 0) return rm(folder, { recursive: true, force: true });
    const kept = join(this.adoption.root, `${DAMAGED}${basename(folder)}`);
    await rename(folder, kept);
    this.logger.error({ kept, damaged }, 'a log of usage has damaged records: it is kept for you to look at');
  }

  private settle(calls: readonly CallSettled[], at: number | undefined): void {
    if (at === undefined || this.clock.wallTime() - at > SETTLE_WITHIN_MS) return;
    for (const call of calls) this.adoption.settle(call);
  }
}
