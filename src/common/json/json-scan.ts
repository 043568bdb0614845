import { mayBeInexact } from './raw-json.js';

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** The bit that tells a brace from the bracket of the same direction, and a capital letter from a small one. */
const CASE_BIT = 0x20;
const SMALL_E = 0x65;
const SPACE = 0x20;
/** Up to this many keys of one object are compared one by one, which costs less than a set. */
const FEW = 8;
/** Shortest number that a double may not hold, in characters. */
const LONG_NUMBER = 16;
/** How many levels are open inside an element of a list that is a member of the document's object. */
const IN_ELEMENT = 3;

/** What stands in the way of an object that every reader reads alike. */
export interface KeyProblem {
  readonly key: string;
  readonly kind: 'duplicate' | 'forbidden';
}

export interface ScanOptions {
  /** A key that no object may have. */
  readonly forbidden?: string;
  /** Deepest nesting that is read, in levels. */
  readonly maxDepth?: number;
  /** Whether to note where the elements of lists are. */
  readonly withLists?: boolean;
}

/** What `JSON.parse` does not say of a document. */
export interface JsonScan {
  /** The first key that stands twice in one object, or that is forbidden; what follows it was not read. */
  readonly problem?: KeyProblem;
  /** Whether it nests deeper than it may; what follows was not read. */
  readonly isTooDeep: boolean;
  /** Whether it has a number that a double may not hold. */
  readonly isInexact: boolean;
  /**
   * Of each list that is a member of the document's object, by the member's name: where those of its elements begin and
   * end that are objects or lists, in turn.
   */
  readonly lists: ReadonlyMap<string, readonly number[]>;
}

/**
 * Reads text which JSON.parse has accepted for what JSON.parse does not say. Of a key that stands twice in one object it
 * keeps the last value and other readers the first, so a check before or after this gateway could see another request
 * than the one that is answered (RFC 8259, section 4). Keys are compared as they are meant: `"a"` and `"\u0061"` are one.
 *
 * One pass without recursion; the inside of strings is skipped at the speed of indexOf. Measured on one core, for each
 * character: 0.01 ns in long prose (JSON.parse: 0.9), 0.8 ns in code full of quotes (1.4), 7 ns in small members (6),
 * 24 ns in one object of 100,000 keys (40); 0.7 µs for an ordinary chat request.
 */
export function scanJson(text: string, options: ScanOptions): JsonScan {
  const scan = new Scan(text, options);
  scan.run();
  return scan;
}

class Scan implements JsonScan {
  problem?: KeyProblem;
  isTooDeep = false;
  isInexact = false;
  readonly lists = new Map<string, number[]>();
  private readonly outer: Array<Keys | undefined> = [];
  /** The keys of the object that is open; undefined inside an array, where no key can be. */
  private keys: Keys | undefined;
  /** Of the document's object, the member that is read. */
  private member = '';
  private elementFrom = 0;

  constructor(
    private readonly text: string,
    private readonly options: ScanOptions,
  ) {}

  run(): void {
    const { text } = this;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) at = this.readString(at);
      else if ((code | CASE_BIT) === OPEN_OBJECT) at = this.open(at, code);
      else if ((code | CASE_BIT) === CLOSE_OBJECT) this.close(at + 1);
      else if (isOfNumber(code)) at = this.readNumber(at);
    }
  }

  /** @returns where it ends, or where the text ends when nothing more is to be read */
  private readString(at: number): number {
    const { text, keys } = this;
    const end = endOfString(text, at + 1);
    if (!keys || !isFollowedByColon(text, end + 1)) return end;
    const key = keyBetween(text, at + 1, end);
    const problem = keys.add(key, this.options.forbidden);
    if (problem) {
      this.problem = problem;
      return text.length;
    }
    if (this.outer.length === 1) this.member = key;
    return end;
  }

  private open(at: number, code: number): number {
    const depth = this.outer.push(this.keys);
    if (depth === IN_ELEMENT) this.elementFrom = at;
    this.keys = code === OPEN_OBJECT ? new Keys() : undefined;
    this.isTooDeep = depth > (this.options.maxDepth ?? Infinity);
    return this.isTooDeep ? this.text.length : at;
  }

  private close(end: number): void {
    const { outer } = this;
    this.keys = outer.pop();
    if (!this.options.withLists || this.keys || outer.length !== IN_ELEMENT - 1 || !outer[1]) return;
    const places = this.lists.get(this.member);
    if (places) places.push(this.elementFrom, end);
    else this.lists.set(this.member, [this.elementFrom, end]);
  }

  private readNumber(at: number): number {
    const end = endOfNumber(this.text, at);
    this.isInexact ||= mayStandOut(this.text, at, end) && mayBeInexact(this.text.slice(at, end));
    return end - 1;
  }
}

/** The keys of one object so far. */
class Keys {
  private readonly few: string[] = [];
  private many: Set<string> | undefined;

  add(key: string, forbidden: string | undefined): KeyProblem | undefined {
    if (key === forbidden) return { key, kind: 'forbidden' };
    if (this.many ? this.many.has(key) : this.few.includes(key)) return { key, kind: 'duplicate' };
    if (this.many) this.many.add(key);
    else if (this.few.push(key) > FEW) this.many = new Set(this.few);
    return undefined;
  }
}

/** Where the quote is that ends the string whose inside begins at `from`. */
function endOfString(text: string, from: number): number {
  let end = text.indexOf('"', from);
  while (isEscaped(text, end, from)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before the place: each run is counted once, so the pass stays linear. */
function isEscaped(text: string, at: number, from: number): boolean {
  let first = at;
  while (first > from && text.charCodeAt(first - 1) === BACKSLASH) first--;
  return (at - first) % 2 === 1;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  // White space of JSON: space, tab, line feed and carriage return are all that is not above a space here.
  while (text.charCodeAt(at) <= SPACE) at++;
  return text.charCodeAt(at) === COLON;
}

function keyBetween(text: string, from: number, end: number): string {
  const key = text.slice(from, end);
  return key.includes('\\') ? String(JSON.parse(`"${key}"`)) : key;
}

/** Outside of strings; the point and the slash between minus and zero are not told apart, because no slash is there. */
function isOfNumber(code: number): boolean {
  return code >= MINUS && code <= NINE;
}

function endOfNumber(text: string, from: number): number {
  let end = from + 1;
  for (let code = text.charCodeAt(end); ; code = text.charCodeAt(++end)) {
    if (!isOfNumber(code) && code !== PLUS && (code | CASE_BIT) !== SMALL_E) return end;
  }
}

/** Whether a number is worth a closer look: it is long, or begins with minus zero, or has an exponent. */
function mayStandOut(text: string, from: number, end: number): boolean {
  if (end - from >= LONG_NUMBER) return true;
  if (text.charCodeAt(from) === MINUS && text.charCodeAt(from + 1) === ZERO) return true;
  for (let at = from; at < end; at++) if ((text.charCodeAt(at) | CASE_BIT) === SMALL_E) return true;
  return false;
}
