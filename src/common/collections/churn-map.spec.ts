import * as fc from 'fast-check';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ChurnMap } from './churn-map.js';

type Churned = Pick<Map<number, object>, 'delete'> & { set(key: number, value: object): unknown };

describe('ChurnMap', () => {
  it('is a map, in the order in which its entries came', () => {
    const commands = fc.array(fc.tuple(fc.constantFrom('set', 'delete', 'clear'), fc.nat(40)), { maxLength: 300 });
    fc.assert(
      fc.property(commands, (list) => {
        const map = new ChurnMap<number, { at: number }>();
        const model = new Map<number, { at: number }>();
        const deleted: boolean[][] = [];
        for (const [at, [what, key]] of list.entries()) {
          if (what === 'set') {
            map.set(key, { at });
            model.set(key, { at });
          } else if (what === 'delete') {
            deleted.push([map.delete(key), model.delete(key)]);
          } else if (key < 3) {
            map.clear();
            model.clear();
          }
          expect([...map]).toEqual([...model]);
          expect([map.size, map.has(key), map.get(key)]).toEqual([model.size, model.has(key), model.get(key)]);
        }
        for (const [is, should] of deleted) expect(is).toBe(should);
        expect([...map.keys()]).toEqual([...model.keys()]);
        expect([...map.values()]).toEqual([...model.values()]);
      }),
    );
  });

  it('keeps what is there when thousands have come and gone', () => {
    const map = new ChurnMap<number, { key: number }>();
    for (let key = 0; key < 20_000; key++) {
      map.set(key, { key });
      if (key >= 3 && key !== 100) map.delete(key - 3);
    }
    expect([...map.keys()]).toEqual([97, 19_997, 19_998, 19_999]);
  });

  it('leaves out what is deleted while it is read', () => {
    const map = new ChurnMap<string, object>();
    for (const key of ['a', 'b', 'c']) map.set(key, {});
    const read: string[] = [];
    for (const [key] of map) {
      read.push(key);
      map.delete('b');
    }
    expect(read).toEqual(['a', 'c']);
  });

  it('leaves it out also when its entries have moved into another table', () => {
    const map = new ChurnMap<number, object>();
    for (let key = 0; key < 1_024; key++) map.set(key, {});
    const read: number[] = [];
    for (const [key] of map) {
      read.push(key);
      if (key !== 0) continue;
      for (let more = 2_000; more < 4_000; more++) map.set(more, {});
      map.delete(1);
    }
    expect(read.slice(0, 3)).toEqual([0, 2, 3]);
  });

  it('lets go of what has left without a full collection, as a Map does not', () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void;
    const grown = (map: Churned): number => {
      map.set(-1, {});
      map.delete(-1);
      // From here on its table is in the old half of the heap.
      collect();
      const before = process.memoryUsage().heapUsed;
      for (let key = 0; key < 4_000; key++) {
        map.set(key, { held: Array.from({ length: 100 }, () => key) });
        if (key >= 3) map.delete(key - 3);
        if (key % 400 === 399) collect({ type: 'minor' });
      }
      collect({ type: 'minor' });
      return process.memoryUsage().heapUsed - before;
    };
    const [ours, theirs] = [new ChurnMap<number, object>(), new Map<number, object>()].map(grown);
    expect(ours).toBeLessThan((theirs ?? 0) / 2);
  });
});
