const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
const OPENING = new Set([123, 91]);
const CLOSING = new Set([125, 93]);

/** Longest value that is kept, in bytes: `usage` has some hundred. */
const MAX_KEPT = 16 * 1024;

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
  private depth = 0;
  private inString = false;
  private escaped = false;
  /** At the top level: whether the next string is a member's name. */
  private expectsName = true;
  private name = '';
  private begun = false;
  private replacing = false;
  private keeping = false;
  private kept: Buffer[] = [];
  private keptLength = 0;

  constructor(private readonly rules: JsonMemberRules) {}

  /** Whether the object has been closed. */
  get isWhole(): boolean {
    return this.begun && this.depth === 0;
  }

  /** Whether what was read can be the beginning of an object or a list; true while nothing but white space was. */
  isPossible = true;

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
    const out: Buffer[] = [];
    let from = 0;
    let keepFrom = 0;
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (this.inString) {
        if (this.escaped) this.escaped = false;
        else if (byte === BACKSLASH) this.escaped = true;
        else if (byte === QUOTE) {
          this.inString = false;
          if (this.replacing) {
            this.replacing = false;
            out.push(Buffer.from(this.rules.model ?? ''));
            from = at + 1;
          }
          continue;
        }
        if (this.depth === 1 && this.expectsName && this.name.length <= 8) this.name += String.fromCharCode(byte);
        continue;
      }
      if (byte <= 32) continue;
      if (!this.begun) {
        this.begun = true;
        this.isPossible = OPENING.has(byte);
      }
      if (byte === QUOTE) {
        this.inString = true;
        if (this.depth !== 1) continue;
        if (this.expectsName) this.name = '';
        else if (this.name === 'model' && this.rules.model !== undefined && !this.keeping) {
          out.push(bytes.subarray(from, at));
          this.replacing = true;
        }
      } else if (OPENING.has(byte)) {
        this.depth++;
      } else if (CLOSING.has(byte)) {
        this.depth--;
        if (this.depth === 0) this.stopKeeping(bytes, keepFrom, at);
      } else if (this.depth === 1 && byte === COLON) {
        this.expectsName = false;
        if (this.name === 'usage') {
          this.startKeeping();
          keepFrom = at + 1;
        }
      } else if (this.depth === 1 && byte === COMMA) {
        this.stopKeeping(bytes, keepFrom, at);
        this.expectsName = true;
      }
    }
    if (this.keeping) this.keep(bytes.subarray(keepFrom));
    if (!this.replacing && from < bytes.length) out.push(bytes.subarray(from));
    return out;
  }

  private startKeeping(): void {
    this.keeping = true;
    this.kept = [];
    this.keptLength = 0;
  }

  private stopKeeping(bytes: Buffer, from: number, to: number): void {
    if (!this.keeping) return;
    this.keep(bytes.subarray(from, to));
    this.keeping = false;
  }

  private keep(bytes: Buffer): void {
    this.keptLength += bytes.length;
    if (this.keptLength <= MAX_KEPT) this.kept.push(Buffer.from(bytes));
  }
}
