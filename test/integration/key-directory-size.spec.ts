import { Logger } from '@nestjs/common';
import { DirectoryState } from '../../src/control/keys/directory/directory-state.js';
import type { Row } from '../../src/control/keys/directory/directory-rows.js';
import { MemoryKeyDirectory } from '../../src/control/keys/memory-key-directory.js';
import { KeyHasher, newKey } from '../../src/control/tenancy/key-hasher.js';
import { writeTerms } from '../../src/control/tenancy/key-terms.js';
import { ManualClock } from '../../src/common/time/manual-clock.js';

beforeAll(() => Logger.overrideLogger(false));

const TEAMS = 200;
const LOOKUPS = 20_000;
const hasher = new KeyHasher(['a secret of at least thirty-two characters']);

/** A directory of so many keys in 200 teams, each with its own user, and some of the keys. */
function directoryOf(count: number): { directory: MemoryKeyDirectory; keys: string[]; loadMs: number } {
  const state = new DirectoryState(1);
  const keys: string[] = [];
  const rows: Row[] = [];
  const secrets: Row[] = [];
  const users: Row[] = [];
  const none = { customer_id: null, project_id: null, expires_at: null };
  for (let n = 0; n < count; n++) {
    const { key, prefix } = newKey();
    if (keys.length < 1_000) keys.push(key);
    const terms = writeTerms({ allowed_providers: ['*'], allowed_models: [`model-${n % 50}`] });
    const [id, userId] = [`vk_${String(n).padStart(24, '0')}`, `user_${String(n).padStart(24, '0')}`];
    users.push({ id: userId, organization_id: 'org_default', name: `user ${n}` });
    const place = { organization_id: 'org_default', team_id: `team_${n % TEAMS}`, user_id: userId };
    rows.push({ id, name: `key ${n}`, status: 'active', terms, ...place, ...none });
    const { digest, pepperId } = hasher.hash(key);
    secrets.push({ id: `vks_${n}`, key_id: id, digest, pepper_id: pepperId, prefix, valid_until: null, created_at: 0 });
  }
  const teams = Array.from({ length: TEAMS }, (_, n) => ({
    id: `team_${n}`,
    organization_id: 'org_default',
    name: `t${n}`,
  }));
  const budgets = teams.map(({ id }): Row => ({
    id: `bud_${id}`,
    level: 'team',
    level_id: id,
    name: 'b',
    amount: 1,
    period: 'month',
    time_zone: 'UTC',
    mode: 'hard',
    thresholds: '[80,100]',
    models: '[]',
    providers: '[]',
    overrides: '[]',
  }));
  const start = performance.now();
  state.load({ kind: 'organization', rows: [{ id: 'org_default', organization_id: 'org_default', name: 'Default' }] });
  state.load({ kind: 'team', rows: teams });
  state.load({ kind: 'user', rows: users });
  state.load({ kind: 'budget', rows: budgets });
  state.load({ kind: 'virtual_key', rows });
  state.load({ kind: 'virtual_key_secret', rows: secrets });
  state.loaded();
  const loadMs = performance.now() - start;
  const directory = new MemoryKeyDirectory(hasher, new ManualClock());
  directory.replace(state);
  directory.noteSeen(0);
  return { directory, keys, loadMs };
}

function costOf(directory: MemoryKeyDirectory, keys: readonly string[]): number {
  const start = performance.now();
  for (let n = 0; n < LOOKUPS; n++) directory.find(keys[n % keys.length] ?? '', 1);
  return ((performance.now() - start) * 1_000) / LOOKUPS;
}

describe('100,000 keys', () => {
  it('cost a call what 10 cost it', () => {
    const few = directoryOf(10);
    const many = directoryOf(100_000);
    expect(many.directory.find(many.keys[999] ?? '', 1).found?.budgets).toHaveLength(1);
    costOf(few.directory, few.keys);
    costOf(many.directory, many.keys);
    const best = (one: typeof few): number =>
      Math.min(...Array.from({ length: 5 }, () => costOf(one.directory, one.keys)));
    const [cheap, dear] = [best(few), best(many)];
    if (process.env['ASBRU_SIZE_PRINT'] !== undefined) {
      process.stderr.write(
        `10 keys: ${cheap.toFixed(2)} us; 100,000: ${dear.toFixed(2)} us; built in ${many.loadMs.toFixed(0)} ms\n`,
      );
    }
    // Caches of the processor are the only difference; a busy machine measures them badly.
    expect(dear).toBeLessThan(cheap * 3 + 5);
  }, 60_000);
});
