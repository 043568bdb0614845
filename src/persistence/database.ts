import { Logger } from '@nestjs/common';
import { type EntityManager, MikroORM } from '@mikro-orm/sql';
import { GatewayError } from '../common/errors/gateway-error.js';
import type { Clock } from '../common/time/clock.port.js';
import { isUnavailable } from './database-failure.js';
import { type DatabaseAddress, type DatabaseEngine, isInMemory } from '../config/database-url.js';
import { migrate } from './migrate.js';
import { type ChangeRecorder, notedChanges } from './noted-changes.js';
import { ormOptions } from './orm-options.js';
import { enterRows, type RowScope, unboundRole } from './row-level-security.js';
import { SqliteCheckpoints } from './sqlite-checkpoints.js';
import { prepareFile, tuneConnection } from './sqlite-file.js';

/**
 * `starting` until the first attempt is over. `failed`: it can be reached, and its schema could not be brought up to
 * date. `unreachable`: it may come back, and is asked again and again.
 */
export type DatabaseState = 'starting' | 'ready' | 'unreachable' | 'failed' | 'closed';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The one way to the database. Nothing here keeps the gateway from starting or from answering what needs no state:
 * while the database is away, `run` fails at once with 503, and works again as soon as it is back.
 */
export class Database {
  private readonly logger = new Logger('Database');
  private orm: MikroORM | undefined;
  private current: DatabaseState = 'starting';
  private migrated = false;
  private roleKnown = false;
  private pause = FIRST_PAUSE_MS;
  private cancelRetry: (() => void) | undefined;
  private attempt: Promise<void> | undefined;
  private recorder: ChangeRecorder | undefined;
  private checkpoints: SqliteCheckpoints | undefined;
  private readonly lastWork: Array<() => Promise<void>> = [];

  constructor(
    private readonly address: DatabaseAddress,
    private readonly clock: Clock,
  ) {}

  get engine(): DatabaseEngine {
    return this.address.engine;
  }

  get state(): DatabaseState {
    return this.current;
  }

  /** Connects and migrates; a failure is logged, and tried again later. Never rejects. */
  start(): Promise<void> {
    // Whoever needs it first starts it; a retry comes only after a failure.
    if (this.current === 'ready') return Promise.resolve();
    this.attempt ??= this.tryOnce().finally(() => {
      this.attempt = undefined;
    });
    return this.attempt;
  }

  /**
   * Does one unit of work, which sees no tenant's rows on PostgreSQL: these are for `within` and `transaction`.
   * @throws GatewayError `storage_unavailable` (503) while the database cannot be used
   */
  async run<T>(work: (em: EntityManager) => Promise<T>): Promise<T> {
    if (!this.orm || this.current !== 'ready') throw storageUnavailable();
    try {
      return await work(this.orm.em.fork());
    } catch (error) {
      if (!isUnavailable(error)) throw error;
      this.noteOutage(error);
      throw storageUnavailable(error);
    }
  }

  /**
   * Does one unit of work in a transaction, which is not to be nested. Goes round the ORM's own: that one keeps its
   * connection for ever when it breaks at the begin or the end, and after ten such outages the pool is empty.
   * @param options.rows whose rows of tenants it sees on PostgreSQL; without it: of nobody
   * @param options.snapshot reads only, and sees nothing that others commit meanwhile
   * @throws GatewayError `storage_unavailable` (503) while the database cannot be used
   */
  transaction<T>(
    work: (em: EntityManager) => Promise<T>,
    { rows, snapshot = false }: { readonly rows?: RowScope; readonly snapshot?: boolean } = {},
  ): Promise<T> {
    return this.run((em) => {
      const plain = em.getKysely().transaction();
      const begin =
        snapshot && this.engine === 'postgresql'
          ? plain.setIsolationLevel('repeatable read').setAccessMode('read only')
          : plain;
      return begin.execute(async (transaction) => {
        em.setTransactionContext(transaction);
        if (rows !== undefined && this.engine === 'postgresql') await enterRows(em, rows);
        const result = await work(em);
        await em.flush();
        await this.record(em);
        return result;
      });
    });
  }

  /**
   * Reads, or makes one statement, on some tenant's rows. PostgreSQL is told whose in a transaction; SQLite has one
   * connection, which nobody holds longer than he must.
   * @throws GatewayError `storage_unavailable` (503) while the database cannot be used
   */
  within<T>(rows: RowScope, work: (em: EntityManager) => Promise<T>): Promise<T> {
    return this.engine === 'postgresql' ? this.transaction(work, { rows }) : this.run(work);
  }

  /** Writes down what transactions note that they change, inside them. */
  recordChanges(recorder: ChangeRecorder): void {
    this.recorder = recorder;
  }

  /** Does some last work before the database is closed. */
  beforeClose(work: () => Promise<void>): void {
    this.lastWork.push(work);
  }

  async close(): Promise<void> {
    for (const work of this.lastWork) await work();
    this.current = 'closed';
    this.cancelRetry?.();
    await this.attempt;
    await this.checkpoints?.stop();
    await this.orm?.close(true);
    this.orm = undefined;
  }

  /** Last of all in a transaction: what is written down belongs to nobody's tenant, so it sees all rows from here on. */
  private async record(em: EntityManager): Promise<void> {
    const changes = notedChanges(em);
    if (changes.length === 0 || !this.recorder) return;
    if (this.engine === 'postgresql') await enterRows(em, 'all');
    await this.recorder(em, changes);
  }

  private async tryOnce(): Promise<void> {
    try {
      await this.open();
      if (this.current === 'closed') return;
      if (this.current !== 'starting') this.logger.log({ engine: this.engine }, 'the database is back');
      this.current = 'ready';
      this.pause = FIRST_PAUSE_MS;
    } catch (error) {
      if (this.current === 'closed') return;
      this.noteFailure(isUnavailable(error) ? 'unreachable' : 'failed', error);
    }
  }

  private async open(): Promise<void> {
    if (this.address.engine === 'sqlite') prepareFile(this.address);
    this.orm ??= new MikroORM(ormOptions(this.address, 'serving'));
    const { orm } = this;
    if (!(await orm.isConnected())) await orm.connect();
    if (this.migrated) await orm.em.getConnection().execute('select 1');
    else await this.bringUpToDate(orm);
    if (this.address.engine === 'sqlite') {
      await tuneConnection(orm);
      if (!isInMemory(this.address))
        (this.checkpoints ??= new SqliteCheckpoints(this.address.path, this.clock)).start();
    } else await this.checkRole(orm);
  }

  /** Tenants are kept apart all the same, but by the gateway alone. Told once, at the start. */
  private async checkRole(orm: MikroORM): Promise<void> {
    if (this.roleKnown) return;
    const role = await unboundRole(orm.em.fork());
    this.roleKnown = true;
    if (role === undefined) return;
    this.logger.warn(
      { role },
      "row-level security does not hold for the gateway's role in PostgreSQL, because it is a superuser or has BYPASSRLS: give the gateway a role of its own",
    );
  }

  private async bringUpToDate(orm: MikroORM): Promise<void> {
    // Memory belongs to its connection; a server's migration must not be ended by the limits of serving.
    const own = this.address.engine === 'sqlite' ? orm : new MikroORM(ormOptions(this.address, 'migrating'));
    try {
      await own.connect();
      const applied = await migrate(own);
      if (applied.length > 0 && !isInMemory(this.address)) this.logger.log({ applied }, 'the schema is up to date');
      this.migrated = true;
    } finally {
      if (own !== orm) await own.close(true);
    }
  }

  /** One statement may fail while others work: only one that cannot connect tells that the database is gone. */
  private noteOutage(error: unknown): void {
    if (this.current === 'ready' && this.engine === 'postgresql') this.noteFailure('unreachable', error);
  }

  private noteFailure(state: 'unreachable' | 'failed', error: unknown): void {
    const message = 'the database cannot be used: what needs stored state is answered with 503';
    // Each state is told once, not each attempt.
    if (this.current !== state) this.logger.error({ err: error, engine: this.engine, state }, message);
    this.current = state;
    this.cancelRetry?.();
    this.cancelRetry = this.clock.after(this.pause, () => void this.start());
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}

export function storageUnavailable(cause?: unknown): GatewayError {
  return new GatewayError(
    'storage_unavailable',
    'The database of this gateway cannot be reached, and the request needs stored state. Please try again later.',
    { headers: { 'retry-after': '1' }, cause },
  );
}
