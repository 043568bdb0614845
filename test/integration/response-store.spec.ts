import { Logger } from '@nestjs/common';
import { ManualClock } from '../../src/common/time/manual-clock.js';
import { readDatabaseUrl } from '../../src/config/database-url.js';
import { FakeResponseStore } from '../../src/gateway/responses/store/fake-response-store.js';
import type {
  ResponseEntry,
  ResponseStore,
  StoredResponse,
} from '../../src/gateway/responses/store/response-store.port.js';
import { OrmResponseStore } from '../../src/gateway/responses/store/response-store.repository.js';
import { Database } from '../../src/persistence/database.js';
import { ENGINES } from '../support/databases.js';

beforeAll(() => Logger.overrideLogger(false));

type OpenStore = () => Promise<{ store: ResponseStore; close: () => Promise<void> }>;

const STORES: ReadonlyArray<readonly [string, jest.Describe, OpenStore]> = [
  ['the fake', describe, () => Promise.resolve({ store: new FakeResponseStore(), close: () => Promise.resolve() })],
  ...ENGINES.map(([name, run, make]): readonly [string, jest.Describe, OpenStore] => [
    name,
    run,
    async () => {
      const made = await make();
      const address = readDatabaseUrl(made.url);
      if (!address) throw new Error('no database');
      const database = new Database(address, new ManualClock());
      await database.start();
      return {
        store: new OrmResponseStore(database),
        close: async () => {
          await database.close();
          await made.drop();
        },
      };
    },
  ]),
];

const NOW = new Date('2026-01-01T00:00:00.123Z');
const LATER = new Date('2026-01-31T00:00:00.456Z');
const SCOPE = 'team-a';
const at = (ms: number): Date => new Date(NOW.getTime() + ms);

function response(id: string, changes: Partial<StoredResponse> = {}): StoredResponse {
  return {
    scope: SCOPE,
    id,
    status: 'completed',
    background: false,
    previousId: null,
    body: JSON.stringify({ id, z: 1, a: "it's “quoted”\\ \u0000 \ud83d\ude00 ? $1 :x" }),
    input: '[]',
    createdAt: NOW,
    expiresAt: LATER,
    ...changes,
  };
}

function entry(stored: StoredResponse, parts: Partial<ResponseEntry> = {}): ResponseEntry {
  return { response: stored, events: [], itemIds: [], ...parts };
}

const run = (first: number, last: number) => ({ first, last, frames: new Uint8Array([0, 255, first, last]) });
const ids = (list: readonly StoredResponse[]): string[] => list.map(({ id }) => id);

describe.each(STORES)('A response store: %s', (_name, describeStore, open) => {
  describeStore('', () => {
    let store: ResponseStore;
    let close: () => Promise<void>;

    beforeAll(async () => {
      ({ store, close } = await open());
    });
    afterAll(() => close());

    it('gives back what was saved, to the character and the millisecond', async () => {
      const stored = response('resp_a', { previousId: 'resp_0', input: '[{"id":"msg_1"}]' });
      await store.save([entry(stored)]);
      expect(await store.find(SCOPE, 'resp_a', NOW)).toEqual(stored);
      expect(store.available).toBe(true);
    });

    it('replaces what has the same id', async () => {
      await store.save([entry(response('resp_same', { body: 'one' }))]);
      await store.save([entry(response('resp_same', { body: 'two' }))]);
      expect((await store.find(SCOPE, 'resp_same', NOW))?.body).toBe('two');
    });

    it('shows nothing to another scope, in any way', async () => {
      const mine = response('resp_mine');
      await store.save([entry(mine, { events: [run(0, 3)], itemIds: ['msg_mine'] })]);
      expect(await store.find('team-b', 'resp_mine', NOW)).toBeUndefined();
      expect(await store.chain('team-b', 'resp_mine', NOW, 9)).toEqual([]);
      expect(await store.withItems('team-b', ['msg_mine'], NOW)).toEqual([]);
      expect(await store.events('team-b', 'resp_mine', -1, 9)).toEqual([]);
      expect(await store.remove('team-b', 'resp_mine', NOW)).toBe(false);
      expect(await store.settle(entry({ ...mine, scope: 'team-b' }), 'running')).toBe(false);
      expect(await store.find(SCOPE, 'resp_mine', NOW)).toEqual(mine);
    });

    it('keeps responses of two scopes with one id apart', async () => {
      await store.save([
        entry(response('resp_both', { body: 'a' })),
        entry(response('resp_both', { scope: 'team-b', body: 'b' })),
      ]);
      expect((await store.find(SCOPE, 'resp_both', NOW))?.body).toBe('a');
      expect((await store.find('team-b', 'resp_both', NOW))?.body).toBe('b');
    });

    it('finds nothing that has expired', async () => {
      await store.save([entry(response('resp_old', { expiresAt: at(1) }), { itemIds: ['msg_old'] })]);
      expect(ids(await store.withItems(SCOPE, ['msg_old'], NOW))).toEqual(['resp_old']);
      expect(await store.find(SCOPE, 'resp_old', at(1))).toBeUndefined();
      expect(await store.chain(SCOPE, 'resp_old', at(1), 9)).toEqual([]);
      expect(await store.withItems(SCOPE, ['msg_old'], at(1))).toEqual([]);
      expect(await store.remove(SCOPE, 'resp_old', at(1))).toBe(false);
    });

    it('gives a chain with the oldest first, up to a gap or the limit', async () => {
      await store.save([
        entry(response('resp_1')),
        entry(response('resp_2', { previousId: 'resp_1' })),
        entry(response('resp_3', { previousId: 'resp_2' })),
        entry(response('resp_4', { previousId: 'resp_3' })),
        entry(response('resp_x', { previousId: 'resp_2' })),
      ]);
      expect(ids(await store.chain(SCOPE, 'resp_4', NOW, 9))).toEqual(['resp_1', 'resp_2', 'resp_3', 'resp_4']);
      expect(ids(await store.chain(SCOPE, 'resp_x', NOW, 9))).toEqual(['resp_1', 'resp_2', 'resp_x']);
      expect(ids(await store.chain(SCOPE, 'resp_4', NOW, 2))).toEqual(['resp_3', 'resp_4']);
      await store.remove(SCOPE, 'resp_2', NOW);
      expect(ids(await store.chain(SCOPE, 'resp_4', NOW, 9))).toEqual(['resp_3', 'resp_4']);
      expect(await store.chain(SCOPE, 'resp_none', NOW, 9)).toEqual([]);
    });

    it('does not hang on a response that continues itself', async () => {
      await store.save([entry(response('resp_loop', { previousId: 'resp_loop' }))]);
      expect((await store.chain(SCOPE, 'resp_loop', NOW, 5)).length).toBeLessThanOrEqual(5);
    });

    it('finds the responses of items', async () => {
      await store.save([
        entry(response('resp_i1'), { itemIds: ['msg_i1', 'fc_i1'] }),
        entry(response('resp_i2'), { itemIds: ['msg_i2'] }),
      ]);
      const found = await store.withItems(SCOPE, ['fc_i1', 'msg_i2', 'msg_none'], NOW);
      expect(ids(found).toSorted()).toEqual(['resp_i1', 'resp_i2']);
      expect(await store.withItems(SCOPE, [], NOW)).toEqual([]);
    });

    it('gives runs of events in order, from a number on', async () => {
      await store.save([entry(response('resp_e'), { events: [run(4, 9), run(0, 3), run(10, 10)] })]);
      expect(await store.events(SCOPE, 'resp_e', -1, 9)).toEqual([run(0, 3), run(4, 9), run(10, 10)]);
      expect(await store.events(SCOPE, 'resp_e', 3, 9)).toEqual([run(4, 9), run(10, 10)]);
      expect(await store.events(SCOPE, 'resp_e', 4, 1)).toEqual([run(4, 9)]);
      expect(await store.events(SCOPE, 'resp_e', 10, 9)).toEqual([]);
    });

    it('deletes a response with all that belongs to it, once', async () => {
      await store.save([entry(response('resp_d'), { events: [run(0, 3)], itemIds: ['msg_d'] })]);
      expect(await store.remove(SCOPE, 'resp_d', NOW)).toBe(true);
      expect(await store.remove(SCOPE, 'resp_d', NOW)).toBe(false);
      expect(await store.find(SCOPE, 'resp_d', NOW)).toBeUndefined();
      expect(await store.events(SCOPE, 'resp_d', -1, 9)).toEqual([]);
      expect(await store.withItems(SCOPE, ['msg_d'], NOW)).toEqual([]);
    });

    describe('with a running response', () => {
      const queued = (id: string) => response(id, { status: 'queued', background: true, input: null });
      const lease = { owner: 'node-1', until: at(60_000) };

      it('lets only the owner of the lease go on', async () => {
        const running = queued('resp_r1');
        await store.begin(running, lease);
        const going = { ...running, status: 'in_progress', input: '["seen"]' };
        expect(await store.renew(entry(going, { events: [run(0, 2)] }), { owner: 'node-2', until: at(90_000) })).toBe(
          false,
        );
        expect(await store.find(SCOPE, 'resp_r1', NOW)).toEqual(running);
        expect(await store.renew(entry(going, { events: [run(0, 2)] }), { ...lease, until: at(90_000) })).toBe(true);
        expect(await store.find(SCOPE, 'resp_r1', NOW)).toEqual(going);
        expect(await store.events(SCOPE, 'resp_r1', -1, 9)).toEqual([run(0, 2)]);
      });

      it('is settled once, and then by nobody else', async () => {
        const running = queued('resp_r2');
        const done = { ...running, status: 'completed' };
        const cancelled = { ...running, status: 'cancelled' };
        await store.begin(running, lease);
        expect(await store.settle(entry(done), { owner: 'node-2' })).toBe(false);
        expect(await store.settle(entry(done, { itemIds: ['msg_r2'] }), { owner: 'node-1' })).toBe(true);
        expect(await store.settle(entry(cancelled), 'running')).toBe(false);
        expect(await store.settle(entry(cancelled), { owner: 'node-1' })).toBe(false);
        expect(await store.renew(entry(running), lease)).toBe(false);
        expect(await store.find(SCOPE, 'resp_r2', NOW)).toEqual(done);
        expect(ids(await store.withItems(SCOPE, ['msg_r2'], NOW))).toEqual(['resp_r2']);
      });

      it('can be cancelled by anybody, and the owner learns of it', async () => {
        const running = queued('resp_r3');
        await store.begin(running, lease);
        expect(await store.settle(entry({ ...running, status: 'cancelled' }), 'running')).toBe(true);
        expect(await store.renew(entry(running), lease)).toBe(false);
        expect(await store.settle(entry({ ...running, status: 'completed' }), { owner: 'node-1' })).toBe(false);
        expect((await store.find(SCOPE, 'resp_r3', NOW))?.status).toBe('cancelled');
      });

      it('is an orphan when its lease has ended, for one of the others', async () => {
        const running = queued('resp_r4');
        await store.begin(running, { owner: 'node-1', until: at(1_000) });
        expect(ids(await store.orphans(at(1_000), 99))).not.toContain('resp_r4');
        expect(ids(await store.orphans(at(1_001), 99))).toContain('resp_r4');
        const failed = entry({ ...running, status: 'failed' });
        expect(await store.settle(failed, { expired: at(1_000) })).toBe(false);
        const winners = await Promise.all([1, 2, 3].map(() => store.settle(failed, { expired: at(1_001) })));
        expect(winners.filter(Boolean)).toHaveLength(1);
        expect(ids(await store.orphans(at(1_001), 99))).not.toContain('resp_r4');
      });

      it('ends when it is deleted', async () => {
        const running = queued('resp_r5');
        await store.begin(running, lease);
        expect(await store.remove(SCOPE, 'resp_r5', NOW)).toBe(true);
        expect(await store.renew(entry(running), lease)).toBe(false);
      });
    });

    it('purges what has expired, in batches', async () => {
      const soon = Array.from({ length: 5 }, (_, index) =>
        entry(response(`resp_p${index}`, { scope: 'purge', expiresAt: at(2) }), { events: [run(0, 0)] }),
      );
      await store.save([...soon, entry(response('resp_kept', { scope: 'purge' }))]);
      let purged = 0;
      for (let batch = 0; batch < 9; batch++) {
        const count = await store.purge(at(2), 3);
        expect(count).toBeLessThanOrEqual(3);
        purged += count;
      }
      expect(purged).toBeGreaterThanOrEqual(5);
      expect(await store.events('purge', 'resp_p0', -1, 9)).toEqual([]);
      expect(await store.find('purge', 'resp_kept', NOW)).toBeDefined();
    });
  });
});
