import { Logger } from '@nestjs/common';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { FakePriceOverrideStore } from '../../src/control/pricing/overrides/fake-price-override-store.js';
import { OverrideSet } from '../../src/control/pricing/overrides/override-set.js';
import { PriceOverrideFeed } from '../../src/control/pricing/overrides/price-override-feed.js';
import type {
  OverrideDraft,
  PriceOverrideStore,
} from '../../src/control/pricing/overrides/price-override-store.port.js';
import { OrmPriceOverrideStore } from '../../src/control/pricing/overrides/price-override.repository.js';
import { Database } from '../../src/persistence/database.js';
import { ENGINES } from '../support/databases.js';
import { until } from '../support/within.js';

type OpenStore = () => Promise<{ store: PriceOverrideStore; close: () => Promise<void> }>;

const STORES: ReadonlyArray<readonly [name: string, describe: jest.Describe, open: OpenStore]> = [
  ['memory', describe, async () => ({ store: new FakePriceOverrideStore(), close: async () => {} })],
  ...ENGINES.map(([name, run, make]): readonly [string, jest.Describe, OpenStore] => [
    name,
    run,
    async () => {
      const database = await make();
      const address = readDatabaseUrl(database.url);
      if (!address) throw new Error(`no address: ${database.url}`);
      const clock = new ManualClock(0, Date.UTC(2026, 10, 22));
      const orm = new Database(address, clock);
      await orm.start();
      const close = async () => {
        await orm.close();
        await database.drop();
      };
      return { store: new OrmPriceOverrideStore(orm, clock), close };
    },
  ]),
];

const draft = (more: Partial<OverrideDraft> = {}): OverrideDraft => ({
  organizationId: null,
  provider: 'cerebras',
  model: 'gpt-oss-120b',
  pricing: { input: 300_000, output: 700_000, longContext: [{ above: 10, input: 1, output: 9_000_000_000 }] },
  from: -Infinity,
  until: Infinity,
  note: null,
  ...more,
});
const A = { organizationId: 'org_a' };

beforeAll(() => Logger.overrideLogger(false));

describe.each(STORES)('Price overrides in %s', (_name, describeStore, openStore) => {
  describeStore('', () => {
    let store: PriceOverrideStore;
    let close: () => Promise<void>;
    beforeEach(async () => ({ store, close } = await openStore()));
    afterEach(() => close());

    it('come back as they were', async () => {
      const from = Date.UTC(2027, 0, 1);
      const added = await store.add('all', draft({ ...A, from, until: from + 1.5e9, note: 'Vertrag „2027“' }), 'adm_1');
      expect(added).toMatchObject({ revision: 1, from, id: expect.stringMatching(/^pov_/) });
      expect(await store.find('all', added.id)).toEqual(added);
      expect((await store.all()).overrides).toEqual([added]);
      const endless = await store.add('all', draft(), 'adm_1');
      expect(await store.find('all', endless.id)).toMatchObject({ from: -Infinity, until: Infinity, note: null });
    });

    it("of another organisation, or everybody's, are not there for an organisation", async () => {
      const own = await store.add('all', draft(A), 'adm_1');
      const foreign = await store.add('all', draft({ organizationId: 'org_b' }), 'adm_1');
      const all = await store.add('all', draft(), 'adm_1');
      for (const { id } of [foreign, all]) {
        expect(await store.find(A, id)).toBeUndefined();
        expect(await store.change(A, id, (old) => old, 'adm_1')).toBeUndefined();
        expect(await store.remove(A, id)).toBe(false);
        expect(await store.page(A, {}, 10, id)).toBeUndefined();
        expect(await store.find('all', id)).toBeDefined();
      }
      expect((await store.page(A, {}, 10, undefined))?.data).toEqual([own]);
      expect((await store.page(A, { organizationId: 'org_b' }, 10, undefined))?.data).toEqual([]);
    });

    it('change with their revision, and go', async () => {
      const { id } = await store.add('all', draft(), 'adm_1');
      const changed = await store.change('all', id, (old) => ({ ...old, pricing: { input: 1, output: 2 } }), 'adm_2');
      expect(changed).toMatchObject({ id, revision: 2, pricing: { input: 1, output: 2 } });
      expect(await store.find('all', id)).toEqual(changed);
      expect(await store.remove('all', id)).toBe(true);
      expect(await store.remove('all', id)).toBe(false);
      expect(await store.find('all', id)).toBeUndefined();
    });

    it('for the same do not hold at the same time', async () => {
      const day = (n: number) => Date.UTC(2027, 0, n);
      const first = await store.add('all', draft({ from: day(1), until: day(10) }), 'adm_1');
      await expect(store.add('all', draft({ from: day(9) }), 'adm_1')).rejects.toMatchObject({ code: 'conflict' });
      await expect(store.add('all', draft(), 'adm_1')).rejects.toMatchObject({ code: 'conflict' });
      const second = await store.add('all', draft({ from: day(10) }), 'adm_1');
      await store.add('all', draft({ ...A, from: day(5) }), 'adm_1');
      await store.add('all', draft({ model: 'other' }), 'adm_1');
      const late = store.change('all', first.id, (old) => ({ ...old, until: day(11) }), 'adm_1');
      await expect(late).rejects.toMatchObject({ code: 'conflict' });
      expect((await store.find('all', first.id))?.revision).toBe(1);
      expect(await store.change('all', second.id, (old) => ({ ...old, from: day(11) }), 'adm_1')).toBeDefined();
    });

    it('for the same that are added at once are one', async () => {
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => store.add('all', draft(), 'adm_1')));
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await store.all()).overrides).toHaveLength(1);
    });

    it('are listed in pages', async () => {
      for (let i = 0; i < 5; i++) await store.add('all', draft({ model: `m${i}` }), 'adm_1');
      const ids: string[] = [];
      let after: string | undefined;
      for (let more = true; more;) {
        const page = await store.page('all', { provider: 'cerebras' }, 2, after);
        if (!page) throw new Error('no page');
        ids.push(...page.data.map(({ id }) => id));
        more = page.hasMore;
        after = ids.at(-1);
      }
      expect(ids).toEqual(ids.toSorted());
      expect(new Set(ids).size).toBe(5);
      expect((await store.page('all', { model: 'm3' }, 2, undefined))?.data).toHaveLength(1);
    });

    it('have a version that grows with each change', async () => {
      const versions = [await store.version()];
      const { id } = await store.add('all', draft(), 'adm_1');
      versions.push(await store.version());
      await store.change('all', id, (old) => ({ ...old, note: 'x' }), 'adm_1');
      versions.push(await store.version());
      await store.remove('all', id);
      versions.push(await store.version());
      expect(new Set(versions).size).toBe(4);
      expect((await store.all()).version).toBe(versions[3]);
    });

    it('reach a node that nobody told within two seconds', async () => {
      const clock = new ManualClock();
      let applied = OverrideSet.EMPTY;
      const feed = new PriceOverrideFeed(store, clock, undefined, (set) => (applied = set));
      await feed.start();
      await store.add('all', draft(), 'adm_1');
      clock.advance(1_000);
      await until(5_000, 'the override applies', () => applied.of(null).length === 1);
      await feed.stop();
      expect(clock.pending).toBe(0);
    });
  });
});
