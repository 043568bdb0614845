import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { REDIS } from './redis.js';
import { MikroORM, PostgreSqlDriver } from '@mikro-orm/postgresql';

/** A server that tests may make databases on, as `postgres://postgres@127.0.0.1:5432/postgres`; .ci/run starts one. */
const POSTGRES = process.env['ASBRU_TEST_POSTGRES_URL'];

/** A database that is there for one test file. */
export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** How to make an empty database of an engine. */
export type MakeDatabase = () => Promise<TestDatabase>;

/**
 * The engines that a suite has to pass on, for `describe.each`. Without a server PostgreSQL's tests are skipped, which
 * .ci/run counts as failed.
 */
export const ENGINES: ReadonlyArray<readonly [name: string, describe: jest.Describe, make: MakeDatabase]> = [
  ['SQLite', describe, sqliteFile],
  ['PostgreSQL', POSTGRES === undefined ? describe.skip : describe, postgresDatabase],
];

/** The same for suites in which several gateways share a database: they count together in Redis. */
export const SHARED_ENGINES = ENGINES.map(
  ([name, suite, make]) => [name, REDIS === '' ? describe.skip : suite, make] as const,
);

export const [, describeOnPostgres] = ENGINES[1] as (typeof ENGINES)[number];

/** A file in a folder of its own, which is not there yet. */
export async function sqliteFile(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'asbru-database-'));
  return { url: `sqlite:${join(folder, 'data', 'asbru.db')}`, drop: () => rm(folder, { recursive: true }) };
}

/**
 * A database on the real server, of a role of its own that owns it and is no superuser, as the gateway's should be: for a
 * superuser row-level security does not hold, and no test would see what it keeps back.
 */
export async function postgresDatabase(): Promise<TestDatabase> {
  const name = `asbru_test_${randomBytes(6).toString('hex')}`;
  const url = new URL(POSTGRES ?? '');
  url.pathname = `/${name}`;
  url.username = name;
  await onServer(
    `create role ${name} login password '${decodeURIComponent(url.password)}'`,
    `create database ${name} owner ${name}`,
  );
  return { url: url.href, drop: () => onServer(`drop database ${name} with (force)`, `drop role ${name}`) };
}

async function onServer(...statements: readonly string[]): Promise<void> {
  const orm = new MikroORM({
    driver: PostgreSqlDriver,
    entities: [],
    dbName: 'postgres',
    driverOptions: { connectionString: POSTGRES },
    discovery: { warnWhenNoEntities: false },
  });
  try {
    for (const sql of statements) await orm.em.getConnection().execute(sql);
  } finally {
    await orm.close(true);
  }
}

/** Stands between a gateway and its database, and can take it away. */
export class Outage {
  private readonly sockets = new Set<Socket>();
  private down = false;

  private constructor(
    private readonly server: Server,
    private readonly target: URL,
  ) {}

  static async before(url: string): Promise<Outage> {
    const server = createServer();
    const outage = new Outage(server, new URL(url));
    server.on('connection', (socket) => outage.forward(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return outage;
  }

  /** The database's URL by way of here. */
  get url(): string {
    const url = new URL(this.target.href);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Cuts every connection, and takes none. */
  begin(): void {
    this.down = true;
    for (const socket of this.sockets) socket.destroy();
  }

  end(): void {
    this.down = false;
  }

  async close(): Promise<void> {
    this.begin();
    this.server.close();
    await once(this.server, 'close');
  }

  private forward(socket: Socket): void {
    if (this.down) return void socket.destroy();
    const upstream = connect(Number(this.target.port || 5432), this.target.hostname);
    for (const [one, other] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.sockets.add(one);
      one.pipe(other);
      one.on('error', () => one.destroy());
      one.once('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
    }
  }
}
