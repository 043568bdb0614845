import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';

/** Any number that nothing else locks in the same database. */
const LOCK = 4_190_773_012;
/** In which every worker takes a part. */
const WORKERS_LOCK = 4_190_773_013;
const CONNECT_MS = 2_000;

/** The lock of a gateway or of its worker in a session of PostgreSQL, on a connection that does nothing else. */
export class ServerLock {
  private readonly orm: MikroORM;
  private backend: number | undefined;

  constructor(
    { url, name }: { url: string; name: string },
    private readonly role: 'gateway' | 'worker',
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
      `select ${this.role === 'gateway' ? `pg_try_advisory_lock(${LOCK})` : `pg_try_advisory_lock_shared(${WORKERS_LOCK})`} as held, pg_backend_pid() as pid`,
    );
    this.backend = taken?.held === true ? taken.pid : undefined;
    return this.backend !== undefined;
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
