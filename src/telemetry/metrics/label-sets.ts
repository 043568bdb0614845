/** A name that stands for all that have no name of their own. */
export const OTHER = 'other';

/**
 * One object for each combination of label values, made on first use and kept. The number is bounded: what is
 * new beyond the bound shares one object, whose labels are all `other`, so a scrape cannot grow for ever.
 */
export class LabelSets<T> {
  private readonly known = new Map<string, T>();
  private shared: T | undefined;
  /** How often a combination found no place. */
  overflows = 0;

  constructor(
    private readonly max: number,
    private readonly make: (values: readonly string[]) => T,
  ) {}

  /** The combination's object, if it is there already. */
  find(...values: string[]): T | undefined {
    return this.known.get(keyOf(values));
  }

  get(...values: string[]): T {
    const key = keyOf(values);
    const found = this.known.get(key);
    if (found !== undefined) return found;
    if (this.known.size >= this.max) {
      this.overflows++;
      this.shared ??= this.make(values.map(() => OTHER));
      return this.shared;
    }
    const made = this.make(values);
    this.known.set(key, made);
    return made;
  }
}

/** A caller's text with a line feed in it has more parts than any key that is kept, so it is never taken for one. */
function keyOf(values: readonly string[]): string {
  return values.join('\n');
}
