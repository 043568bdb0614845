const OPENING = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Follows the text of a JSON object to tell where it ends, without parsing it. */
export class JsonEnd {
  private depth = 0;
  private inString = false;
  private escaped = false;
  private begun = false;
  private done = false;

  /** Whether the object is whole. */
  get isReached(): boolean {
    return this.done;
  }

  push(text: string): void {
    for (let i = 0; i < text.length && !this.done; i++) this.take(text.charCodeAt(i));
  }

  private take(code: number): void {
    if (this.inString) return this.takeInString(code);
    if (code === QUOTE) this.inString = true;
    else if (code === OPENING || code === 0x5b) this.open(code);
    else if (code === 0x7d || code === 0x5d) this.depth--;
    this.done = this.begun && this.depth === 0;
  }

  private takeInString(code: number): void {
    if (this.escaped) this.escaped = false;
    else if (code === BACKSLASH) this.escaped = true;
    else if (code === QUOTE) this.inString = false;
  }

  private open(code: number): void {
    this.depth++;
    this.begun ||= code === OPENING;
  }
}
