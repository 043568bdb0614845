import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { Clock } from '../common/time/clock.port.js';
import { ConfigError } from '../config/config-error.js';
import { type DatabaseAddress, isInMemory } from '../config/database-url.js';
import { isUnavailable } from './database-failure.js';
import { FileLock, type LockMode } from './file-lock.js';

/** Any number that nothing else locks in the same database. */
const LOCK = 4_190_773_012;
/** How long a start waits for a process that is just ending, and how often it looks, in milliseconds. */
const GRACE_MS = 2_000;
const RETRY_MS = 100;
/** How often the lock of a server is looked after. */
const WATCH_MS = 2_000;
const CONNECT_MS = 2_000;

/**
 * Without Redis a process counts alone, and with another one on its database, whether that has Redis or not, would allow
 * everything twice: the second refuses to start. Those with Redis share the lock. It falls with its process, however
 * that ends.
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
  ) {
    this.mode = shared ? 'shared' : 'alone';
  }

  /**
   * Takes the lock before the application listens. A server that cannot be reached is asked again later.
   * @throws ConfigError when another process has it that this one must not count beside
   */
  async acquire(): Promise<void> {
    if (isInMemory(this.address)) return;
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
      this.file = FileLock.tryAcquire(`${address.path}.lock`, this.mode);
      return this.file !== undefined;
    }
    this.server ??= new ServerLock(address, this.mode);
    try {
      return await this.server.hold();
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      return true;
    }
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

const TRY: Readonly<Record<LockMode, string>> = {
  alone: 'pg_try_advisory_lock',
  shared: 'pg_try_advisory_lock_shared',
};
/** A machine that is gone without a word does not keep its lock for the two hours that TCP waits by itself. */
const NOTICE_LOSS = Object.entries({ tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 })
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ');

/** A lock of a session of PostgreSQL, on a connection that does nothing else. */
class ServerLock {
  private readonly orm: MikroORM;
  private backend: number | undefined;

  constructor(
    { url, name }: { url: string; name: string },
    private readonly mode: LockMode,
  ) {
    this.orm = new MikroORM({
      driver: PostgreSqlDriver,
      dbName: name,
      entities: [],
      preferEnvVars: false,
      discovery: { warnWhenNoEntities: false },
      driverOptions: {
        connectionString: url,
        application_name: 'asbru lock',
        connectionTimeoutMillis: CONNECT_MS,
        query_timeout: CONNECT_MS,
        keepAlive: true,
        max: 1,
        idleTimeoutMillis: 0,
      },
    });
  }

  /** Takes the lock unless this session has it. */
  async hold(): Promise<boolean> {
    const connection = this.orm.em.getConnection();
    const [row] = await connection.execute<Array<{ pid: number }>>('select pg_backend_pid() as pid');
    if (row?.pid === this.backend) return true;
    const [taken] = await connection.execute<Array<{ held: boolean; pid: number }>>(
      `select ${TRY[this.mode]}(${LOCK}) as held, pg_backend_pid() as pid, ${NOTICE_LOSS}`,
    );
    this.backend = taken?.held === true ? taken.pid : undefined;
    return this.backend !== undefined;
  }

  close(): Promise<void> {
    return this.orm.close(true);
  }
}
