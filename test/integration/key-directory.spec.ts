import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { validateConfig } from '../../src/config/app.config.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { DirectoryFollower } from '../../src/control/keys/directory-follower.js';
import { KeyDirectory } from '../../src/control/keys/key-directory.port.js';
import { KeySnapshot } from '../../src/control/keys/key-snapshot.js';
import { MemoryKeyDirectory } from '../../src/control/keys/memory-key-directory.js';
import { FakeNotices } from '../../src/control/notices/fake-notices.js';
import { KeyHasher } from '../../src/control/tenancy/key-hasher.js';
import { keySecrets } from '../../src/control/secrets/key-secrets.port.js';
import { Tenancy } from '../../src/control/tenancy/tenancy.js';
import { Database } from '../../src/persistence/database.js';
import { ControlApp } from '../support/control-app.js';
import {
  describeOnPostgres,
  ENGINES,
  Outage,
  postgresDatabase,
  sqliteFile,
  type TestDatabase,
} from '../support/databases.js';
import { until } from '../support/within.js';

beforeAll(() => Logger.overrideLogger(false));

const SECRET = 'a secret of at least thirty-two characters';
const OTHER = 'another secret of at least thirty-two characters';

/** Another node on the same database, whose time the test owns. */
class Node {
  readonly clock = new ManualClock();
  readonly directory: MemoryKeyDirectory;
  readonly database: Database;
  private readonly follower: DirectoryFollower;

  constructor(url: string, notices: FakeNotices, secrets = [SECRET], disk?: string) {
    const address = readDatabaseUrl(url);
    if (!address) throw new Error(url);
    const hasher = new KeyHasher(secrets);
    this.database = new Database(address, this.clock);
    this.directory = new MemoryKeyDirectory(hasher, this.clock);
    const tenancy = new Tenancy(this.database, notices, this.clock);
    const snapshot = disk === undefined ? undefined : new KeySnapshot(disk, hasher);
    this.follower = new DirectoryFollower(this.directory, this.database, tenancy, notices, this.clock, snapshot);
  }

  start(): Promise<void> {
    return this.follower.start();
  }

  look(): Promise<void> {
    return this.follower.look();
  }

  reason(key: string): string {
    const lookup = this.directory.find(key, Date.now());
    return lookup.found ? 'found' : lookup.reason;
  }

  async stop(): Promise<void> {
    await this.follower.stop();
    await this.database.close();
  }
}

describe.each(ENGINES)('Directories of two nodes on %s', (_name, describeEngine, make) => {
  describeEngine('', () => {
    let made: TestDatabase;
    let control: ControlApp;
    let notices: FakeNotices;
    let node: Node;
    beforeAll(async () => {
      made = await make();
      notices = new FakeNotices();
      control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET }, notices);
      node = new Node(made.url, notices);
      await node.start();
    });
    afterAll(async () => {
      await node.stop();
      await control.close();
      await made.drop();
    });

    it('know of a new key, and of its end, by a notice', async () => {
      const { id, key } = await control.make('virtual-keys', { name: 'k' });
      await until(2_000, 'the key is known', () => node.reason(key) === 'found');
      await control.make(`virtual-keys/${id}/revoke`, {});
      // The notice itself says it: nothing has been read yet.
      expect(node.reason(key)).toBe('unknown');
      await node.look();
      expect(node.reason(key)).toBe('unknown');
    });

    it('know of it within a second of their clock when the notice is lost', async () => {
      notices.lossy = true;
      const { id, key } = await control.make('virtual-keys', { name: 'k' });
      expect(node.reason(key)).toBe('unknown');
      node.clock.advance(1_000);
      await until(2_000, 'the key is known', () => node.reason(key) === 'found');
      await control.make(`virtual-keys/${id}/rotate`, {});
      expect(node.reason(key)).toBe('found');
      await until(2_000, 'the old secret is gone', () => {
        node.clock.advance(1_000);
        return node.reason(key) === 'unknown';
      });
      notices.lossy = false;
    });

    it('read everything anew when they are far behind', async () => {
      const { key } = await control.make('virtual-keys', { name: 'far' });
      await control
        .get(Database)
        .run((em) => em.execute('update control_version set version = version + 20000', [], 'run'));
      const { key: later } = await control.make('virtual-keys', { name: 'later' });
      await node.look();
      expect([node.reason(key), node.reason(later)]).toEqual(['found', 'found']);
    });

    it('start only with the secret of every live key, and say how many lack it', async () => {
      const other = new Node(made.url, new FakeNotices(), [OTHER]);
      await expect(other.start()).rejects.toThrow(/ASBRU_SECRET lacks a secret: \d+ live virtual keys were hashed/);
      await other.stop();
      const both = new Node(made.url, new FakeNotices(), [OTHER, SECRET]);
      await both.start();
      const { key } = await control.make('virtual-keys', { name: 'old pepper' });
      await both.look();
      expect(both.reason(key)).toBe('found');
      await both.stop();
    });
  });
});

describeOnPostgres('A directory whose database goes away', () => {
  it('goes on with the keys that it knows, cannot say of others, hears of revocations, and recovers', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const notices = new FakeNotices();
    const control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET }, notices);
    const node = new Node(outage.url, notices);
    await node.start();
    const one = await control.make('virtual-keys', { name: 'one' });
    const two = await control.make('virtual-keys', { name: 'two' });
    await until(2_000, 'both are known', () => node.reason(two.key) === 'found');

    outage.begin();
    await expect(node.look()).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(node.reason('sk-asbru-nobody')).toBe('unknown');
    node.clock.advance(10_001);
    expect(node.reason('sk-asbru-nobody')).toBe('unavailable');
    expect(node.reason(one.key)).toBe('found');
    await control.make(`virtual-keys/${one.id}/revoke`, {});
    expect([node.reason(one.key), node.reason(two.key)]).toEqual(['unknown', 'found']);

    outage.end();
    await until(10_000, 'strangers are unknown again', () => {
      node.clock.advance(250);
      return node.reason('sk-asbru-nobody') === 'unknown';
    });
    expect([node.reason(one.key), node.reason(two.key)]).toEqual(['unknown', 'found']);
    await node.stop();
    await control.close();
    await outage.close();
    await made.drop();
  });

  it('says that it cannot say before it has read anything', async () => {
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    outage.begin();
    const node = new Node(outage.url, new FakeNotices());
    await node.start();
    expect(node.reason('sk-asbru-anything')).toBe('unavailable');
    await node.stop();
    await outage.close();
    await made.drop();
  });

  it('starts with what is on its disk when it may, for a day, and only as it was written', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asbru-snapshot-'));
    const disk = join(folder, 'keys.snapshot');
    const made = await postgresDatabase();
    const outage = await Outage.before(made.url);
    const control = await ControlApp.start({ DATABASE_URL: made.url, ASBRU_SECRET: SECRET });
    const { key } = await control.make('virtual-keys', { name: 'kept', budgets: [{ amount_usd: 1, period: 'day' }] });
    const first = new Node(outage.url, new FakeNotices(), [SECRET], disk);
    await first.start();
    await first.stop();
    expect((await stat(disk)).mode & 0o777).toBe(0o600);
    const bytes = await readFile(disk);
    expect(bytes.includes('kept')).toBe(false);

    outage.begin();
    const started = async (secrets: string[], waitMs = 0): Promise<string[]> => {
      const node = new Node(outage.url, new FakeNotices(), secrets, disk);
      node.clock.advance(waitMs);
      await node.start();
      const budgets = node.directory.find(key, Date.now()).found?.budgets.map(({ amount }) => `${amount}`) ?? [];
      const reasons = [node.reason(key), node.reason('sk-asbru-nobody'), ...budgets];
      await node.stop();
      return reasons;
    };
    const KNOWN = ['found', 'unavailable', '1000000'];
    const NOTHING = ['unavailable', 'unavailable'];
    expect(await started([SECRET])).toEqual(KNOWN);
    expect(await started([OTHER, SECRET])).toEqual(KNOWN);
    expect(await started([OTHER])).toEqual(NOTHING);
    expect(await started([SECRET], 86_400_001)).toEqual(NOTHING);
    for (const at of [bytes.indexOf('"version":') + 11, bytes.length - 40, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await writeFile(disk, changed);
      expect(await started([SECRET])).toEqual(NOTHING);
    }
    await control.close();
    await outage.close();
    await made.drop();
    await rm(folder, { recursive: true });
  });
});

describe('The secret of keys', () => {
  it('is made once beside a file of SQLite, for this user alone', async () => {
    const made = await sqliteFile();
    const folder = await mkdtemp(join(tmpdir(), 'asbru-secret-'));
    const config = validateConfig({ DATABASE_URL: made.url, ASBRU_DATA_DIR: join(folder, 'data') });
    const [secret = ''] = keySecrets(config);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(keySecrets(config)).toEqual([secret]);
    expect((await stat(join(folder, 'data', 'secret'))).mode & 0o777).toBe(0o600);
    await writeFile(join(folder, 'data', 'secret'), 'short');
    expect(() => keySecrets(config)).toThrow('holds no secret');
    await rm(folder, { recursive: true });
    await made.drop();
  });

  it('has to be set with PostgreSQL where keys are required, because nodes share it', () => {
    const env = { DATABASE_URL: 'postgres://u@h/d', ASBRU_AUTH: 'required' };
    expect(() => keySecrets(validateConfig(env))).toThrow('ASBRU_SECRET is not set');
    expect(keySecrets(validateConfig({ ...env, ASBRU_SECRET: `${SECRET},${OTHER}` }))).toEqual([SECRET, OTHER]);
  });
});

describe('The admin API’s own node', () => {
  it('finds a key as soon as it was answered, with the port alone', async () => {
    const control = await ControlApp.start({ DATABASE_URL: 'sqlite::memory:' });
    const { id, key } = await control.make('virtual-keys', { name: 'k' });
    expect(control.get(KeyDirectory).find(key, Date.now()).found?.id).toBe(id);
    await control.close();
  });
});
