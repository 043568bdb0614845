import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Clock } from '../common/time/clock.port.js';
import { ConfigError } from '../config/config-error.js';
import { type DatabaseAddress, isInMemory } from '../config/database-url.js';
import { isUnavailable } from './database-failure.js';
import { FileLock, type LockMode } from './file-lock.js';
import type { ServerLock } from './server-lock.js';

/** How long a start waits for a process that is just ending, and how often it looks, in milliseconds. */
const GRACE_MS = 2_000;
const RETRY_MS = 100;
/** How often the lock of a server is looked after. */
const WATCH_MS = 2_000;

/**
 * Without Redis a gateway counts alone, and with another one on its database, whether that has Redis or not, would allow
 * everything twice: the second refuses to start. Those with Redis share the lock. It falls with its process, however
 * that ends. Workers of a gateway that counts alone have a part in a second lock, so that no other begins to count while
 * those of an earlier one, whose supervisor was killed, still answer calls.
 */
export class SingleProcessGuard {
  private readonly logger = new Logger('SingleProcessGuard');
  private readonly mode: LockMode;
  private file: FileLock | undefined;
  private server: ServerLock | undefined;
  private cancel: (() => void) | undefined;
  private released = false;
  private lost = false;

  constructor(
    private readonly address: DatabaseAddress,
    /** Whether counters are shared, so that there may be several processes. */
    shared: boolean,
    private readonly clock: Clock,
    private readonly graceMs: number = GRACE_MS,
    private readonly role: 'gateway' | 'worker' = 'gateway',
  ) {
    this.mode = shared ? 'shared' : 'alone';
  }

  /**
   * Takes the lock before the application listens. A server that cannot be reached is asked again later.
   * @throws ConfigError when another process has it that this one must not count beside
   */
  async acquire(): Promise<void> {
    if (isInMemory(this.address) || (this.role === 'worker' && this.mode === 'shared')) return;
    const { address } = this;
    for (let waited = 0; ; waited += RETRY_MS) {
      if (await this.tryOnce(address)) break;
      if (waited >= this.graceMs) {
        await this.server?.close();
        throw new ConfigError(REFUSALS[this.mode]);
      }
      await sleep(RETRY_MS);
    }
    if (address.engine === 'postgresql') this.watch();
  }

  async release(): Promise<void> {
    this.released = true;
    this.cancel?.();
    this.file?.release();
    this.file = undefined;
    await this.server?.close();
  }

  private async tryOnce(address: DatabaseAddress): Promise<boolean> {
    if (address.engine === 'sqlite') {
      this.file = this.tryFile(address.path);
      return this.file !== undefined;
    }
    // The supervisor of workers on a file never needs the driver, which is larger than all the rest of it.
    this.server ??= new (await import('./server-lock.js')).ServerLock(address, this.role, this.mode);
    try {
      return (await this.server.hold()) && (this.role === 'worker' || (await this.server.isFreeOfWorkers()));
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return true;
    }
  }

  private tryFile(path: string): FileLock | undefined {
    const workers = `${path}.workers`;
    if (this.role === 'worker') return FileLock.tryAcquire(workers, 'shared');
    const lock = FileLock.tryAcquire(`${path}.lock`, this.mode);
    if (!lock) return undefined;
    const others = FileLock.tryAcquire(workers);
    others?.release();
    if (!others) lock.release();
    return others && lock;
  }

  /** A connection that broke took the lock with it: it is taken again as soon as there is another connection. */
  private watch(): void {
    if (this.released) return;
    this.cancel = this.clock.after(WATCH_MS, () => void this.lookAfter().then(() => this.watch()));
  }

  private async lookAfter(): Promise<void> {
    try {
      const held = (await this.server?.hold()) ?? true;
      if (!held && !this.lost) this.logger.error(`Another process took this database over. ${REFUSALS[this.mode]}`);
      this.lost = !held;
    } catch (error) {
      // An outage is told by the database itself.
      if (!isUnavailable(error)) this.logger.error({ err: error }, 'the lock on the database cannot be looked after');
    }
  }
}

const WAYS = 'Set REDIS_URL to a Redis that all of them share, or give this one another DATABASE_URL.';
const REFUSALS: Readonly<Record<LockMode, string>> = {
  alone: `Asbru cannot start: another process uses the same database, and REDIS_URL is not set. Without Redis each process counts budgets and rate limits alone, so that two would allow everything twice. ${WAYS}`,
  shared: `Asbru cannot start: another process uses the same database, and counts budgets and rate limits alone, because its REDIS_URL is not set. Together they would allow everything twice. Stop that process first, and start it with the REDIS_URL of this one. ${WAYS}`,
};
