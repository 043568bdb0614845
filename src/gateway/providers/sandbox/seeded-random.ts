/** FNV-1a over the end of a text: equal prompts give equal answers, at a cost that long prompts do not raise. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = Math.max(0, text.length - 256); index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/** Whole numbers from 0 to below `bound`, always the same for the same seed (mulberry32). */
export class SeededRandom {
  constructor(private state: number) {}

  next(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick<Item>(items: readonly [Item, ...Item[]]): Item {
    return items[this.next(items.length)] ?? items[0];
  }
}
