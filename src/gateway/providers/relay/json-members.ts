const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const SPACE = 32;
const OPENING = new Set([123, 91]);
const CLOSING = new Set([125, 93]);

/** Longest value that is kept, in bytes: `usage` has some hundred. */
const MAX_KEPT = 16 * 1024;
/** Longest name of a member that is looked for, in bytes. */
const MAX_NAME = 8;

export interface JsonMemberRules {
  /** The text of a JSON string that takes the place of the string `model`; undefined leaves it. */
  readonly model?: string;
}

/**
 * Looks at the members of a JSON object while its bytes pass, however large it is: puts another string in the place of
 * `model`, keeps the text of `usage`, and knows whether the object is whole. Every other byte goes out as it came.
 * What stands deeper in the object is not looked at.
 */
export class JsonMembers {
  /** Whether what was read can be the beginning of an object or a list; true while nothing but white space was. */
  isPossible = true;
  private begun = false;
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** At the top level: whether the next string is a member's name. */
  private expectsName = true;
  private name = '';
  private replacing = false;
  private keeping = false;
  private kept: Buffer[] = [];
  private keptLength = 0;
  /** Of the portion that is being read: what goes out, and where what is not out or not kept begins. */
  private out: Buffer[] = [];
  private from = 0;
  private keptFrom = 0;

  constructor(private readonly rules: JsonMemberRules) {}

  /** Whether the object has been closed. */
  get isWhole(): boolean {
    return this.begun && this.depth === 0;
  }

  /** The value of `usage`; undefined when there was none, or none that can be read. */
  get usage(): unknown {
    if (this.keeping || this.keptLength === 0 || this.keptLength > MAX_KEPT) return undefined;
    try {
      return JSON.parse(Buffer.concat(this.kept).toString('utf8')) as unknown;
    } catch {
      return undefined;
    }
  }

  /** The bytes to send on. */
  feed(bytes: Buffer): Buffer[] {
    this.out = [];
    this.from = 0;
    this.keptFrom = 0;
    let at = 0;
    while (at < bytes.length) at = this.inString ? this.readString(bytes, at) : this.readSign(bytes, at);
    if (this.keeping) this.keep(bytes.subarray(this.keptFrom));
    if (!this.replacing && this.from < bytes.length) this.out.push(bytes.subarray(this.from));
    return this.out;
  }

  /** Reads on in a string, to its end or the portion's. */
  private readString(bytes: Buffer, start: number): number {
    const isName = this.depth === 1 && this.expectsName;
    for (let at = start; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.escaped) this.escaped = false;
      else if (byte === BACKSLASH) this.escaped = true;
      else if (byte === QUOTE) return this.endString(at);
      if (isName && this.name.length <= MAX_NAME) this.name += String.fromCharCode(byte);
    }
    return bytes.length;
  }

  private endString(at: number): number {
    this.inString = false;
    if (this.replacing) {
      this.replacing = false;
      this.out.push(Buffer.from(this.rules.model ?? ''));
      this.from = at + 1;
    }
    return at + 1;
  }

  private readSign(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0;
    if (byte <= SPACE) return at + 1;
    if (!this.begun) {
      this.begun = true;
      this.isPossible = OPENING.has(byte);
    }
    if (byte === QUOTE) this.beginString(bytes, at);
    else if (OPENING.has(byte)) this.depth++;
    else if (CLOSING.has(byte)) {
      this.depth--;
      if (this.depth === 0) this.stopKeeping(bytes, at);
    } else if (this.depth === 1) this.readSeparator(byte, bytes, at);
    return at + 1;
  }

  private beginString(bytes: Buffer, at: number): void {
    this.inString = true;
    if (this.depth !== 1) return;
    if (this.expectsName) this.name = '';
    else if (this.name === 'model' && this.rules.model !== undefined) {
      this.out.push(bytes.subarray(this.from, at));
      this.replacing = true;
    }
  }

  private readSeparator(byte: number, bytes: Buffer, at: number): void {
    if (byte === COMMA) {
      this.stopKeeping(bytes, at);
      this.expectsName = true;
    } else if (byte === COLON) {
      this.expectsName = false;
      if (this.name !== 'usage') return;
      this.keeping = true;
      this.kept = [];
      this.keptLength = 0;
      this.keptFrom = at + 1;
    }
  }

  private stopKeeping(bytes: Buffer, to: number): void {
    if (!this.keeping) return;
    this.keep(bytes.subarray(this.keptFrom, to));
    this.keeping = false;
  }

  private keep(bytes: Buffer): void {
    this.keptLength += bytes.length;
    if (this.keptLength <= MAX_KEPT) this.kept.push(Buffer.from(bytes));
  }
}
