/**
 * A JSON text with another value at a path of members (`['response', 'model']`), every other character as it was. The
 * same text when there is nothing at the path, or an object or a list. The text must be JSON.
 */
export function replaceScalar(text: string, path: readonly string[], value: string | boolean): string {
  const place = new Search(text, path).run();
  return place ? text.slice(0, place.from) + JSON.stringify(value) + text.slice(place.to) : text;
}

/** What numbers, `true`, `false` and `null` begin with, and how far they go. */
const BARE_START = /[-\dtfn]/;
const BARE_END = /[\s,}\]]|$/g;

interface Place {
  readonly from: number;
  readonly to: number;
}

/** Looks for the value at a path; a string's quotes are part of it. */
class Search {
  private depth = 0;
  /** How many of the path's names lead to the object that is being read. */
  private matched = 0;
  /** Of the member that is being read, in an object on the path. */
  private name: string | undefined;
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly path: readonly string[],
  ) {}

  run(): Place | undefined {
    // An object on the path that has ended did not have the rest of the path.
    while (this.at < this.text.length && (this.matched === 0 || this.depth > this.matched)) {
      const from = this.at++;
      const sign = this.text[from] ?? '';
      if (sign === '"') {
        this.at = this.endOfString(from);
        if (this.isValueAtPath()) return { from, to: this.at };
        this.readName(from);
      } else if (BARE_START.test(sign) && this.isValueAtPath()) {
        return { from, to: this.endOfBare(from) };
      } else {
        this.readSign(sign);
      }
    }
    return undefined;
  }

  private readSign(sign: string): void {
    if (sign === '{' || sign === '[') this.open(sign);
    else if (sign === '}' || sign === ']') this.depth--;
    else if (sign === ',' && this.isOnPath) this.name = undefined;
  }

  private get isOnPath(): boolean {
    return this.depth === this.matched + 1;
  }

  private get namesNext(): boolean {
    return this.isOnPath && this.name === this.path[this.matched];
  }

  private isValueAtPath(): boolean {
    return this.namesNext && this.name !== undefined && this.matched === this.path.length - 1;
  }

  private open(sign: string): void {
    if (sign === '{' && this.namesNext && this.matched < this.path.length - 1) this.matched++;
    this.depth++;
    if (this.isOnPath) this.name = undefined;
  }

  private readName(from: number): void {
    if (this.isOnPath && this.name === undefined && this.isFollowedByColon()) {
      this.name = this.text.slice(from + 1, this.at - 1);
    }
  }

  private isFollowedByColon(): boolean {
    let { at } = this;
    while (this.text.charCodeAt(at) <= 32) at++;
    return this.text[at] === ':';
  }

  private endOfBare(from: number): number {
    BARE_END.lastIndex = from;
    return BARE_END.exec(this.text)?.index ?? this.text.length;
  }

  private endOfString(from: number): number {
    let at = from + 1;
    for (;;) {
      const quote = this.text.indexOf('"', at);
      if (quote === -1) return this.text.length;
      let backslashes = 0;
      while (this.text[quote - 1 - backslashes] === '\\') backslashes++;
      if (backslashes % 2 === 0) return quote + 1;
      at = quote + 1;
    }
  }
}
