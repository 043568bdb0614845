import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';
import type { LockMode } from './file-lock.js';

/** Any number that nothing else locks in the same database. */
const LOCK = 4_190_773_012;
/** In which every worker takes a part. */
const WORKERS_LOCK = 4_190_773_013;
const CONNECT_MS = 2_000;
const TRY: Readonly<Record<LockMode, string>> = {
  alone: 'pg_try_advisory_lock',
  shared: 'pg_try_advisory_lock_shared',
};
/** A machine that is gone without a word does not keep its lock for the two hours that TCP waits by itself. */
const NOTICE_LOSS = Object.entries({ tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 })
  .map(([name, value]) => `set_config('${name}', '${value}', false)`)
  .join(', ');

/** The lock of a gateway or of its worker in a session of PostgreSQL, on a connection that does nothing else. */
export class ServerLock {
  private readonly orm: MikroORM;
  private backend: number | undefined;

  constructor(
    { url, name }: { url: string; name: string },
    private readonly role: 'gateway' | 'worker',
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
      `select ${this.attempt} as held, pg_backend_pid() as pid, ${NOTICE_LOSS}`,
    );
    this.backend = taken?.held === true ? taken.pid : undefined;
    return this.backend !== undefined;
  }

  private get attempt(): string {
    return this.role === 'worker' ? `${TRY.shared}(${WORKERS_LOCK})` : `${TRY[this.mode]}(${LOCK})`;
  }

  /** Whether no worker is left of a gateway that has ended. */
  async isFreeOfWorkers(): Promise<boolean> {
    const connection = this.orm.em.getConnection();
    const [row] = await connection.execute<Array<{ free: boolean }>>(
      `select case when pg_try_advisory_lock(${WORKERS_LOCK}) then pg_advisory_unlock(${WORKERS_LOCK}) else false end as free`,
    );
    return row?.free === true;
  }

  close(): Promise<void> {
    return this.orm.close(true);
  }
}
