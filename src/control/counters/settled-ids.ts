/** A day in four generations, and the one that is being filled. */
const GENERATIONS = 5;
const GENERATION_MS = 6 * 3_600_000;
/** Slots of a generation at first, and at most: 8 MB, enough for half a million ids in six hours. */
const FIRST_SLOTS = 1 << 10;
const MOST_SLOTS = 1 << 20;

/**
 * The ids that were settled in the last day, as 53-bit digests: 16 to 32 bytes for each. Beyond half a million in six
 * hours the oldest go early. It is only asked about leases that are not open, so a digest that two ids share does no
 * harm while both are.
 */
export class SettledIds {
  private readonly generations: Generation[] = [];

  has(id: string, now: number): boolean {
    this.forget(now);
    const digest = digestOf(id);
    return this.generations.some((generation) => generation.has(digest));
  }

  add(id: string, now: number): void {
    this.forget(now);
    let newest = this.generations.at(-1);
    if (!newest || newest.isFull || now - newest.since >= GENERATION_MS) {
      newest = new Generation(now);
      this.generations.push(newest);
      if (this.generations.length > GENERATIONS) this.generations.shift();
    }
    newest.add(digestOf(id));
  }

  private forget(now: number): void {
    const [oldest] = this.generations;
    if (oldest && now - oldest.since >= GENERATIONS * GENERATION_MS) this.generations.shift();
  }
}

/** A hash table of numbers above zero, with open addressing. */
class Generation {
  private slots = new Float64Array(FIRST_SLOTS);
  private count = 0;

  constructor(readonly since: number) {}

  get isFull(): boolean {
    return this.count >= MOST_SLOTS / 2;
  }

  has(digest: number): boolean {
    return this.slots[this.slotOf(digest)] === digest;
  }

  add(digest: number): void {
    if (this.count >= this.slots.length / 2) this.grow();
    const slot = this.slotOf(digest);
    if (this.slots[slot] === digest) return;
    this.slots[slot] = digest;
    this.count++;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Float64Array(old.length * 2);
    for (const digest of old) if (digest > 0) this.slots[this.slotOf(digest)] = digest;
  }

  /** Where a digest is, or the free slot where it would be. */
  private slotOf(digest: number): number {
    const mask = this.slots.length - 1;
    let slot = digest % this.slots.length;
    while (this.slots[slot] !== 0 && this.slots[slot] !== digest) slot = (slot + 1) & mask;
    return slot;
  }
}

/** Two 32-bit FNV-like hashes, joined to an integer from 1 to 2^53. */
function digestOf(id: string): number {
  let high = 0x811c9dc5;
  let low = 0x1b873593;
  for (let at = 0; at < id.length; at++) {
    const code = id.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b);
    low ^= low >>> 15;
  }
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x9e3779b1);
  return ((high ^ (high >>> 15)) >>> 11) * 2 ** 32 + ((low ^ (low >>> 16)) >>> 0) + 1;
}
