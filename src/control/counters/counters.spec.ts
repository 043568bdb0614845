import { Logger } from '@nestjs/common';
import {
  claim,
  type CountersNode,
  type CountersWorld,
  lease,
  randomScope,
  WORLDS,
} from '../../../test/support/counters.js';
import type { Claim, Standing, Verdict } from './counters.port.js';

const requests = (more: Partial<Claim> = {}): Claim =>
  claim({ counter: 'requests', kind: 'rate', limit: 10, amount: 1, windowMs: 60_000, ...more });
const concurrency = (more: Partial<Claim> = {}): Claim =>
  claim({ counter: 'concurrency', kind: 'concurrency', limit: 2, amount: 1, ...more });

const uses = (standings: readonly Standing[]): number[][] => standings.map(({ used, held }) => [used, held]);

beforeAll(() => Logger.overrideLogger(false));

describe.each(WORLDS)('Counters in %s', (_name, describeHere, makeWorld) => {
  describeHere('which keep the contract', () => {
    let world: CountersWorld;
    let node: CountersNode;
    let scope: string;
    const nodes: CountersNode[] = [];

    const join = async (): Promise<CountersNode> => {
      const joined = await world.node();
      nodes.push(joined);
      return joined;
    };
    const admit = async (id: string, claims: readonly Claim[]): Promise<Verdict> =>
      node.counters.admit(lease(scope, id, claims));
    const settle = async (id: string, claims: readonly Claim[], actual: readonly number[]): Promise<void> => {
      node.counters.settle(lease(scope, id, claims), actual);
      await node.settled();
    };
    const read = async (...claims: Claim[]): Promise<number[][]> => uses(await node.counters.read(scope, claims));

    beforeEach(async () => {
      world = makeWorld();
      scope = randomScope();
      node = await join();
    });

    afterEach(() => {
      for (const one of nodes.splice(0)) one.abandon();
    });

    it('hold, and then count what was used', async () => {
      const verdict = await admit('a', [claim({ amount: 300 })]);
      expect(verdict).toEqual({
        admitted: true,
        degraded: false,
        standings: [{ used: 0, held: 300, limit: 1_000, resetMs: 0 }],
      });
      await settle('a', [claim()], [120]);
      expect(await read(claim())).toEqual([[120, 0]]);
    });

    it('take from all counters or from none', async () => {
      const claims = [
        claim({ amount: 100 }),
        claim({ counter: 'team', limit: 150, amount: 100 }),
        requests(),
        concurrency(),
      ];
      expect((await admit('a', claims)).admitted).toBe(true);
      const before = await read(...claims);
      expect(await admit('b', claims)).toMatchObject({ admitted: false, claim: 1, retryAfterMs: undefined });
      expect(await read(...claims)).toEqual(before);
      expect(before).toEqual([
        [0, 100],
        [0, 100],
        [0, 1],
        [0, 1],
      ]);
    });

    it('admit a call once, however often it is asked', async () => {
      for (let times = 0; times < 3; times++) expect((await admit('a', [claim(), requests()])).admitted).toBe(true);
      expect(await read(claim(), requests())).toEqual([
        [0, 100],
        [0, 1],
      ]);
    });

    it('settle once', async () => {
      await admit('a', [claim(), requests(), concurrency()]);
      for (let times = 0; times < 3; times++) await settle('a', [claim(), requests(), concurrency()], [70, 1, 0]);
      expect(await read(claim(), requests(), concurrency())).toEqual([
        [70, 0],
        [1, 0],
        [0, 0],
      ]);
    });

    it('count what a call used that nobody admitted here', async () => {
      await settle('elsewhere', [claim(), requests(), concurrency()], [70, 1, 1]);
      await settle('elsewhere', [claim(), requests(), concurrency()], [70, 1, 1]);
      expect(await read(claim(), requests(), concurrency())).toEqual([
        [70, 0],
        [1, 0],
        [0, 0],
      ]);
    });

    it('fill a hard budget to the last unit, and no further', async () => {
      expect((await admit('a', [claim({ amount: 999 })])).admitted).toBe(true);
      expect((await admit('b', [claim({ amount: 2 })])).admitted).toBe(false);
      expect((await admit('b', [claim({ amount: 1 })])).admitted).toBe(true);
      expect((await admit('c', [claim({ amount: 1 })])).admitted).toBe(false);
      expect((await admit('d', [claim({ amount: 0 })])).admitted).toBe(true);
    });

    it('let soft budgets be passed, and count', async () => {
      const soft = claim({ counter: 'soft', limit: 50, amount: 400, soft: true });
      expect((await admit('a', [soft])).admitted).toBe(true);
      expect((await admit('b', [soft])).admitted).toBe(true);
      expect(await read(soft)).toEqual([[0, 800]]);
    });

    it('free concurrency when a call ends', async () => {
      expect((await admit('a', [concurrency()])).admitted).toBe(true);
      expect((await admit('b', [concurrency()])).admitted).toBe(true);
      expect(await admit('c', [concurrency()])).toMatchObject({ admitted: false, claim: 0, retryAfterMs: undefined });
      await settle('a', [concurrency()], [0]);
      expect((await admit('c', [concurrency()])).admitted).toBe(true);
    });

    it('hold more on an open lease, or leave it as it was', async () => {
      const claims = [claim({ amount: 100 }), requests({ limit: 1 })];
      const open = lease(scope, 'a', claims);
      await admit('a', claims);
      expect(await node.counters.extend(open, [800, 0])).toMatchObject({ admitted: true });
      expect(await node.counters.extend(open, [200, 0])).toMatchObject({ admitted: false, claim: 0 });
      expect(await read(...claims)).toEqual([
        [0, 900],
        [0, 1],
      ]);
      await settle('a', claims, [850, 1]);
      expect(await read(...claims)).toEqual([
        [850, 0],
        [1, 0],
      ]);
    });

    it('give back what is not settled by name', async () => {
      const claims = [claim({ amount: 100 }), requests({ amount: 2 }), concurrency()];
      await admit('a', claims);
      await node.counters.extend(lease(scope, 'a', claims), [50, 1, 1]);
      await settle('a', [claim()], [80]);
      expect(await read(...claims)).toEqual([
        [80, 0],
        [0, 0],
        [0, 0],
      ]);
    });

    it('count in another place after the window of a limit was changed', async () => {
      const [old, changed] = [requests({ limit: 1 }), requests({ limit: 1, windowMs: 3_600_000 })];
      expect((await admit('a', [old])).admitted).toBe(true);
      expect((await admit('b', [changed])).admitted).toBe(true);
      expect((await admit('c', [old])).admitted).toBe(false);
      expect((await admit('d', [changed])).admitted).toBe(false);
      await settle('a', [old], [1]);
      await settle('b', [changed], [0]);
      expect(await read(old, changed)).toEqual([
        [1, 0],
        [0, 0],
      ]);
    });

    it('give back what a rate held and did not use, and count what it used beyond', async () => {
      const tokens = requests({ counter: 'tokens', limit: 1_000, amount: 600 });
      await admit('a', [tokens]);
      expect((await admit('b', [tokens])).admitted).toBe(false);
      await settle('a', [tokens], [250]);
      expect((await admit('b', [tokens])).admitted).toBe(true);
      await settle('b', [tokens], [900]);
      expect(await read(tokens)).toEqual([[1_150, 0]]);
    });

    it('take a limit that changed while leases were open', async () => {
      await admit('a', [claim({ amount: 600 })]);
      expect((await admit('b', [claim({ amount: 100, limit: 500 })])).admitted).toBe(false);
      expect((await admit('b', [claim({ amount: 100, limit: 700 })])).admitted).toBe(true);
    });

    it('begin with what the ledger knows, once', async () => {
      let asked = 0;
      const seed = (): Array<[number, number]> => {
        asked++;
        return [
          [0, 300],
          [world.now(), 500],
        ];
      };
      const seeded = claim({ amount: 150, seed });
      expect(await read(seeded)).toEqual([[800, 0]]);
      asked = 0;
      expect(await admit('a', [seeded])).toMatchObject({ admitted: true, standings: [{ used: 800, held: 150 }] });
      expect(await admit('b', [seeded])).toMatchObject({ admitted: false, claim: 0 });
      expect(asked).toBe(1);
    });

    it('seed a sliding budget with what is still in its window', async () => {
      const windowMs = 3_600_000;
      const seed = (): Array<[number, number]> => [
        [world.now() - 2 * windowMs, 900],
        [world.now() - windowMs / 2, 300],
        [world.now() + 60_000, 100],
      ];
      const seeded = claim({ counter: 'rolling', windowMs, seed });
      const verdict = await admit('a', [seeded]);
      expect(verdict).toMatchObject({ admitted: true, standings: [{ used: 400, held: 100 }] });
      const refused = await admit('b', [{ ...seeded, amount: 600 }]);
      const { retryAfterMs } = refused as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThan(windowMs / 2 - 60_000);
      expect(retryAfterMs).toBeLessThan(windowMs / 2 + 60_000);
    });

    it('count the oldest bucket until its last moment is out', async () => {
      const windowMs = 3_600_000;
      const bucketMs = windowMs / 128;
      const now = world.now();
      const seed = (): Array<[number, number]> => [
        [now - windowMs + 2_000, 300],
        [now - windowMs - 2 * bucketMs, 500],
      ];
      const seeded = claim({ counter: 'rolling', windowMs, limit: 400, seed });
      expect(await admit('a', [seeded])).toMatchObject({ admitted: true, standings: [{ used: 300 }] });
      expect(await read(seeded)).toEqual([[300, 100]]);
      const refused = await admit('b', [seeded]);
      const { retryAfterMs } = refused as { retryAfterMs: number };
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(2_000 + bucketMs);
    });

    it('charge a lease that nobody renewed, and correct it when its end is known', async () => {
      const dead = await join();
      const claims = [claim({ amount: 400 }), requests({ windowMs: 3_600_000 }), concurrency()];
      await dead.counters.admit(lease(scope, 'a', claims));
      dead.abandon();
      await world.pass(world.leaseMs + 50);
      expect(await read(...claims)).toEqual([
        [400, 0],
        [1, 0],
        [0, 0],
      ]);
      expect(await node.orphaned(scope, claim())).toBe(400);
      for (let times = 0; times < 2; times++) await settle('a', claims, [150, 1, 0]);
      expect(await read(...claims)).toEqual([
        [150, 0],
        [1, 0],
        [0, 0],
      ]);
      expect(await node.orphaned(scope, claim())).toBe(0);
    });

    it('correct an expired lease without touching what others hold', async () => {
      const dead = await join();
      const claims = [claim({ amount: 400 }), requests({ windowMs: 3_600_000 }), concurrency()];
      await dead.counters.admit(lease(scope, 'a', claims));
      dead.abandon();
      await world.pass(world.leaseMs + 50);
      await admit('b', claims);
      await settle('a', claims, [150, 1, 0]);
      expect(await read(...claims)).toEqual([
        [150, 400],
        [1, 1],
        [0, 1],
      ]);
    });

    it.each([
      ['a counter for ever', 0],
      ['a sliding counter', 3_600_000],
    ])('hold again what an expired lease was charged, when its call goes on, on %s', async (_of, windowMs) => {
      const dead = await join();
      const claims = [claim({ amount: 400, windowMs }), requests({ windowMs: 3_600_000 }), concurrency()];
      await dead.counters.admit(lease(scope, 'a', claims));
      dead.abandon();
      await world.pass(world.leaseMs + 50);
      expect(await read(...claims)).toMatchObject([[400, 0], {}, [0, 0]]);
      expect(await node.counters.extend(lease(scope, 'a', claims), [100, 0, 0])).toMatchObject({ admitted: true });
      expect(await read(...claims)).toEqual([
        [0, 500],
        [0, 1],
        [0, 1],
      ]);
      expect(await node.orphaned(scope, claims[0] as Claim)).toBe(0);
      await settle('a', claims, [450, 1, 0]);
      expect(await read(...claims)).toEqual([
        [450, 0],
        [1, 0],
        [0, 0],
      ]);
    });

    it('keep the leases of a node that lives', async () => {
      await admit('a', [claim({ amount: 400 }), concurrency()]);
      await world.pass(3 * world.leaseMs);
      expect(await read(claim(), concurrency())).toEqual([
        [0, 400],
        [0, 1],
      ]);
      expect(await node.orphaned(scope, claim())).toBe(0);
    });

    it('settle on another node', async () => {
      const other = await join();
      await admit('a', [claim()]);
      other.counters.settle(lease(scope, 'a', [claim()]), [40]);
      await other.settled();
      expect(await read(claim())).toEqual([[40, 0]]);
    });

    it('keep scopes apart', async () => {
      await admit('a', [claim({ amount: 1_000 })]);
      const other = await node.counters.admit(lease(randomScope(), 'a', [claim({ amount: 1_000 })]));
      expect(other.admitted).toBe(true);
    });

    it('refuse what nobody can count, loudly', async () => {
      for (const amount of [Number.NaN, -1, 0.5, 2 ** 53, Infinity]) {
        await expect(admit('a', [claim({ amount })])).rejects.toThrow(RangeError);
        await expect((async () => node.counters.extend(lease(scope, 'a', [claim()]), [amount]))()).rejects.toThrow(
          RangeError,
        );
      }
      await expect(admit('a', [claim(), claim()])).rejects.toThrow('budget twice');
      await expect(admit('a', [claim({ limit: Number.NaN })])).rejects.toThrow(RangeError);
      await expect(admit('a', [claim({ seed: () => [[0, -5]] })])).rejects.toThrow(RangeError);
      expect(await read(claim())).toEqual([[0, 0]]);
    });

    it('charge as held what is settled with an amount that is none', async () => {
      await admit('a', [claim({ amount: 250 })]);
      await settle('a', [claim()], [Number.NaN]);
      expect(await read(claim())).toEqual([[250, 0]]);
    });

    it('count the largest amounts exactly', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      const large = claim({ limit: most, amount: most - 1 });
      await admit('a', [large]);
      expect(await read(large)).toEqual([[0, most - 1]]);
      expect((await admit('b', [{ ...large, amount: 2 }])).admitted).toBe(false);
      expect((await admit('b', [{ ...large, amount: most }])).admitted).toBe(false);
      await settle('a', [large], [most - 3]);
      expect(await read(large)).toEqual([[most - 3, 0]]);
    });

    it.each([1_000, 60_000, 3_600_000])(
      'never say that a rate of %i ms frees later than after its window',
      async (windowMs) => {
        const rate = requests({ limit: 2, windowMs });
        // Whatever the part of its bucket that has passed by then.
        for (let turn = 0; turn < 20; turn++) {
          const counter = `requests ${turn}`;
          for (const id of ['a', 'b']) await admit(`${counter} ${id}`, [{ ...rate, counter }]);
          const refused = await admit(`${counter} c`, [{ ...rate, counter }]);
          const { retryAfterMs, standings } = refused as { retryAfterMs: number } & Verdict;
          expect(retryAfterMs).toBeLessThanOrEqual(windowMs);
          expect(retryAfterMs).toBeGreaterThan(windowMs - 500);
          expect(standings[0]?.resetMs).toBeLessThanOrEqual(windowMs);
          await world.pass(7);
        }
      },
    );

    it('say when a rate frees, to the millisecond', async () => {
      const rate = requests({ limit: 3, windowMs: 1_000 });
      for (const id of ['a', 'b', 'c']) await admit(id, [rate]);
      const refused = await admit('d', [rate]);
      const { retryAfterMs, standings } = refused as { retryAfterMs: number; standings: readonly Standing[] } & Verdict;
      expect(retryAfterMs).toBeGreaterThan(900);
      expect(retryAfterMs).toBeLessThanOrEqual(1_000);
      expect(standings[0]?.resetMs).toBeGreaterThanOrEqual(retryAfterMs);
      await world.pass(retryAfterMs + 1);
      expect((await admit('d', [rate])).admitted).toBe(true);
      expect(await admit('e', [requests({ limit: 3, windowMs: 1_000, amount: 4 })])).toMatchObject({
        retryAfterMs: undefined,
      });
    });
  });
});
