import { Logger } from '@nestjs/common';
import { ManualClock } from '../../../common/time/manual-clock.js';
import { until } from '../../../../test/support/within.js';
import { Database } from '../../../persistence/database.js';
import type { Notices } from '../../notices/notices.port.js';
import { FakeKeyHasher } from '../../secrets/fake-key-hasher.js';
import { newAdminToken } from '../admin-tokens/admin-token-format.js';
import type { AdminToken } from '../store/admin-records.types.js';
import { OrmAdminStore } from '../store/admin-store.repository.js';
import { FakeKnownOrganizations } from '../fake-known-organizations.js';
import { AdminDirectory } from './admin-directory.js';

const hasher = new FakeKeyHasher();
const POLL_MS = 1_000;

/** Counts what is asked of the database. */
class CountingStore extends OrmAdminStore {
  asked: string[] = [];
  override version() {
    this.asked.push('version');
    return super.version();
  }
  override load(since: Date) {
    this.asked.push('load');
    return super.load(since);
  }
  override noteUse(uses: ReadonlyMap<string, Date>) {
    this.asked.push(`use of ${uses.size}`);
    return super.noteUse(uses);
  }
}

describe('The administrators in memory', () => {
  const clock = new ManualClock();
  let database: Database;
  let store: CountingStore;
  let directory: AdminDirectory;

  beforeAll(() => Logger.overrideLogger(false));
  beforeEach(async () => {
    database = new Database({ engine: 'sqlite', path: ':memory:' }, clock);
    await database.start();
    store = new CountingStore(database, new FakeKnownOrganizations());
    directory = new AdminDirectory(store, hasher, clock);
  });
  afterEach(async () => {
    directory.onModuleDestroy();
    await database.close();
  });

  async function insert(changes: Partial<AdminToken> = {}, by = hasher): Promise<string> {
    const { token, prefix } = newAdminToken();
    const now = new Date(clock.wallTime());
    const row: AdminToken = {
      id: `adm_${prefix.slice(-8)}`,
      organizationId: null,
      name: 'x',
      prefix,
      ...by.hash(token),
      roleId: 'viewer',
      permissions: null,
      expiresAt: null,
      lastUsedAt: null,
      createdBy: 'setup',
      createdAt: now,
      updatedAt: now,
      revokedAt: null,
      revokedBy: null,
      ...changes,
    };
    await store.change('all', (records) => records.insertToken(row));
    return token;
  }

  /** One poll, to its end. */
  async function poll(): Promise<void> {
    clock.advance(POLL_MS);
    await directory['reading'];
  }

  it('are unknown, not wrong, until they were read once', () => {
    expect(() => directory.find('asbru-admin-x')).toThrow(
      expect.objectContaining({ code: 'keys_unavailable', status: 503 }),
    );
  });

  it('cost one small query a second, and none for each request', async () => {
    const token = await insert();
    await directory.onApplicationBootstrap();
    expect(store.asked).toEqual(['version', 'load']);
    for (let n = 0; n < 10_000; n++) directory.find(token);
    for (let n = 0; n < 10_000; n++) directory.find(`asbru-admin-${n}`);
    expect(store.asked).toEqual(['version', 'load']);
    await poll();
    expect(store.asked.slice(2)).toEqual(['version', 'use of 1']);
  });

  it('are noted as used once a minute at most', async () => {
    const token = await insert();
    await directory.onApplicationBootstrap();
    for (let second = 0; second < 150; second++) {
      directory.find(token);
      await poll();
    }
    expect(store.asked.filter((what) => what === 'use of 1')).toHaveLength(3);
  });

  it('are read again after any change, also one that no notice told of', async () => {
    const token = await insert();
    await directory.onApplicationBootstrap();
    const { entry } = directory.find(token);
    const revokedAt = new Date(clock.wallTime());
    await store.change('all', (records) => records.updateToken(entry?.token.id ?? '', { revokedAt }));
    expect(directory.find(token).refusal).toBeUndefined();
    await poll();
    expect(directory.find(token).refusal).toBe('revoked');
  });

  it('are read again at once where a notice tells of it', async () => {
    const ears: Array<(message: string) => void> = [];
    const notices: Notices = {
      publish: (_topic, message) => Promise.resolve(ears.forEach((hear) => hear(message))),
      on: (topic, hear) => {
        if (topic === 'admin') ears.push(hear);
        return () => void ears.splice(ears.indexOf(hear), 1);
      },
    };
    const nodes = [1, 2].map(
      () => new AdminDirectory(new OrmAdminStore(database, new FakeKnownOrganizations()), hasher, clock, notices),
    );
    for (const node of nodes) await node.onApplicationBootstrap();
    const token = await insert();
    const [one, two] = nodes;
    expect(two?.find(token).refusal).toBe('unknown');
    await one?.changed();
    await until(1_000, 'the other node to know', () => two?.find(token).refusal === undefined);
    for (const node of nodes) node.onModuleDestroy();
    expect(ears).toEqual([]);
  });

  it('stay known while the database is away', async () => {
    const token = await insert();
    await directory.onApplicationBootstrap();
    await database.close();
    await poll();
    expect(directory.find(token).entry?.principal.permissions).toContain('usage:read');
    expect(directory.find('asbru-admin-x').refusal).toBe('unknown');
  });

  it('end at their time, without anybody looking', async () => {
    const token = await insert({ expiresAt: new Date(clock.wallTime() + 10) });
    await directory.onApplicationBootstrap();
    clock.advance(9);
    expect(directory.find(token).refusal).toBeUndefined();
    clock.advance(1);
    expect(directory.find(token).refusal).toBe('expired');
  });

  it('of which some were hashed with another secret are told of in the log, not let in', async () => {
    const lines: unknown[] = [];
    Logger.overrideLogger({ log() {}, warn() {}, error: (...parts: unknown[]) => lines.push(parts) });
    const token = await insert({}, new FakeKeyHasher(['another']));
    await directory.onApplicationBootstrap();
    Logger.overrideLogger(false);
    expect(directory.find(token).refusal).toBe('unknown');
    expect(JSON.stringify(lines)).toContain('ASBRU_SECRET');
  });
});
