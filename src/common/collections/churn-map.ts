/** Entries after which the table is made anew; the more are there, the more. */
const FEWEST = 1_024;

/**
 * A map whose entries come and go with every request. V8 gives a `Map` a new table after a few deletions, and each table
 * refers to the next: once one of them is old, all later ones are kept until the next full collection, and with them
 * what they held. That made each request's objects old: collections took three times as long. Here a
 * deleted entry is emptied, and after a thousand entries those that are left move into another map.
 */
export class ChurnMap<Key, Value extends object> {
  private table = new Map<Key, Value | undefined>();
  private count = 0;
  private room = FEWEST;

  get size(): number {
    return this.count;
  }

  get(key: Key): Value | undefined {
    return this.table.get(key);
  }

  has(key: Key): boolean {
    return this.table.get(key) !== undefined;
  }

  /** An entry that was not there becomes the last one. */
  set(key: Key, value: Value): void {
    if (!this.has(key)) {
      // An emptied entry would keep its old place.
      this.table.delete(key);
      if (this.table.size >= this.room) this.renew();
      this.count += 1;
    }
    this.table.set(key, value);
  }

  /** @returns whether it was there */
  delete(key: Key): boolean {
    if (!this.has(key)) return false;
    this.table.set(key, undefined);
    this.count -= 1;
    return true;
  }

  clear(): void {
    this.table = new Map();
    this.count = 0;
    this.room = FEWEST;
  }

  *keys(): Generator<Key> {
    for (const [key] of this) yield key;
  }

  *values(): Generator<Value> {
    for (const [, value] of this) yield value;
  }

  /** In the order in which they came; what is deleted meanwhile is left out, what comes meanwhile may be. */
  *[Symbol.iterator](): Generator<[Key, Value]> {
    for (const key of this.table.keys()) {
      // Of the map of now, which may be another one since the last turn.
      const value = this.table.get(key);
      if (value !== undefined) yield [key, value];
    }
  }

  private renew(): void {
    const left = new Map<Key, Value | undefined>();
    for (const [key, value] of this) left.set(key, value);
    this.table = left;
    this.room = Math.max(FEWEST, 2 * this.count);
  }
}
