import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort, isReady, startChild, stopChild, until } from '../harness/children.js';
import { AsbruAdmin } from './asbru-admin.js';
import { attemptsIn, cloneKeys } from './asbru-database.js';
import { startRedis } from './redis.js';
import { CHAT_PATH, type Gateway, MODEL, NODE_FLAGS, type Place, type Target } from './target.js';

const ROOT = join(import.meta.dirname, '../..');
/** For profiles, as `--cpu-prof --cpu-prof-dir=/tmp/profiles`. */
const NODE_ARGS = (process.env.ASBRU_BENCH_NODE_ARGS ?? '').split(' ').filter((argument) => argument !== '');
/** More than this are written into the database as copies of one; the API makes some hundred a second. */
const MOST_BY_API = 20;
/** A ledger that has not grown for so long has all that it will get. */
const AT_REST_MS = 10_000;
const LOOK_MS = 50;

export interface AsbruOptions {
  readonly name: string;
  readonly title: string;
  /** Keys with limits and budgets, log lines and metrics. 0: callers without a key, and all of that off. */
  readonly keys: number;
  readonly redis?: boolean;
  /** Of Node, as `--cpu-prof`. Default: those of ASBRU_BENCH_NODE_ARGS. */
  readonly nodeArgs?: readonly string[];
}

/** The gateway of this repository, as `npm run build` left it. */
export function asbru({ name, title, keys, redis = false, nodeArgs = NODE_ARGS }: AsbruOptions): Target {
  return {
    name,
    title,
    missing: () => {
      if (!existsSync(join(ROOT, 'dist/main.js'))) return 'dist/main.js is missing: npm run build';
      return redis ? startRedis.missing() : undefined;
    },
    start: (place) => startAsbru(place, keys, redis, nodeArgs),
  };
}

/** What is said of the figures, and would not be set so in production. */
const FOR_ALL = {
  // One request after the other without a pause is what overload looks like; it is wanted here.
  ASBRU_SHED_LOOP_DELAY_MS: '60000',
  ASBRU_MAX_IN_FLIGHT: '100000',
  CEREBRAS_API_KEY: 'csk-bench',
  // As `npm start` and the image.
  MALLOC_ARENA_MAX: '1',
};
const OFF = {
  ASBRU_AUTH: 'open',
  ASBRU_LOG_LEVEL: 'silent',
  ASBRU_METRICS: 'off',
  ASBRU_TRACING: 'off',
  ASBRU_RESPONSE_STORE: 'off',
};
const ON = { ASBRU_AUTH: 'required', ASBRU_LOG_LEVEL: 'info', ASBRU_METRICS: 'on' };

async function startAsbru(
  place: Place,
  keyCount: number,
  withRedis: boolean,
  nodeArgs: readonly string[],
): Promise<Gateway> {
  const redis = withRedis ? await startRedis(place) : undefined;
  const port = await freePort();
  const database = join(place.folder, 'asbru.db');
  const [secret, setupToken] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const env = {
    ...FOR_ALL,
    ...(keyCount > 0 ? ON : OFF),
    ...(redis && { REDIS_URL: redis.url }),
    ...(place.core !== undefined && { ASBRU_WORKERS: '1' }),
    PORT: String(port),
    CEREBRAS_BASE_URL: `http://127.0.0.1:${place.upstreamPort}`,
    DATABASE_URL: `sqlite:${database}`,
    ASBRU_DATA_DIR: join(place.folder, 'data'),
    ASBRU_SECRET: secret,
    ASBRU_SETUP_TOKEN: setupToken,
  };
  let readyMs = 0;
  const boot = async (): Promise<ChildProcess> => {
    // In the folder, so that no .env and no asbru.yaml of the repository counts.
    const log = join(place.folder, 'asbru.log');
    // As `npm start` and the image start it.
    const args = [...NODE_FLAGS, ...nodeArgs, join(ROOT, 'dist/main.js')];
    const started = startChild(process.execPath, args, {
      env,
      core: place.core,
      cwd: place.folder,
      log,
    });
    readyMs = await until(`Asbru (${log})`, () => isReady(`http://127.0.0.1:${port}/health/ready`), { child: started });
    return started;
  };
  let child = await boot();
  let keys: readonly string[] = [];
  if (keyCount > 0) {
    const admin = await AsbruAdmin.setUp(port, setupToken);
    keys = await admin.makeKeys(Math.min(keyCount, MOST_BY_API));
    if (keyCount > MOST_BY_API) {
      await stopChild(child);
      keys = [...keys, ...cloneKeys(database, secret, keys[0] ?? '', keyCount - keys.length)];
      child = await boot();
    }
  }
  const running = child;
  return {
    port,
    pid: running.pid,
    path: CHAT_PATH,
    model: MODEL,
    headers: {},
    keys,
    readyMs,
    ledgerRows: (expected) => rowsAtRest(database, expected),
    stop: async () => {
      await stopChild(running);
      await redis?.stop();
    },
  };
}

/** How many attempts the ledger has when it has as many as there were, or when no more come. */
async function rowsAtRest(database: string, expected: number): Promise<number> {
  let rows = attemptsIn(database);
  for (let since = performance.now(); rows < expected && performance.now() - since < AT_REST_MS;) {
    await sleep(LOOK_MS);
    const now = attemptsIn(database);
    if (now !== rows) since = performance.now();
    rows = now;
  }
  return rows;
}
