/** Finds the first of some texts in a stream of pieces, and holds back what may be the beginning of one. */
export class StopScanner {
  private held = '';
  /** The text that was found; the answer ends before it. */
  found: string | undefined;
  private readonly longest: number;

  constructor(private readonly stops: readonly string[]) {
    this.longest = Math.max(0, ...stops.map((stop) => stop.length));
  }

  /** The part of the answer that is certain now. */
  push(piece: string): string {
    if (this.longest === 0) return piece;
    if (this.found !== undefined) return '';
    const text = this.held + piece;
    const end = this.search(text);
    if (end === undefined) return this.holdBack(text);
    this.held = '';
    return text.slice(0, end);
  }

  /** What was held back, when nothing more comes. */
  flush(): string {
    const { held } = this;
    this.held = '';
    return held;
  }

  /** Notes the stop that ends first, as a model would meet it, and gives where it begins; of two, the longer. */
  private search(text: string): number | undefined {
    let begin: number | undefined;
    let end = Number.POSITIVE_INFINITY;
    for (const stop of this.stops) {
      const at = text.indexOf(stop);
      const until = at + stop.length;
      if (at === -1 || until > end || (until === end && at >= (begin ?? 0))) continue;
      [begin, end, this.found] = [at, until, stop];
    }
    return begin;
  }

  private holdBack(text: string): string {
    const most = Math.min(text.length, this.longest - 1);
    for (let length = most; length > 0; length--) {
      const tail = text.slice(text.length - length);
      if (!this.stops.some((stop) => stop.startsWith(tail))) continue;
      this.held = tail;
      return text.slice(0, text.length - length);
    }
    this.held = '';
    return text;
  }
}
