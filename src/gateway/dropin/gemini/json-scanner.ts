/** Follows a JSON text that comes in pieces, looking once at each character: how deep it is, and whether in a string. */
export class JsonScanner {
  /** Open objects and arrays; -1 behind the end of one that was open before the text. */
  depth = 0;
  /** Whether an object or an array has been opened. */
  begun = false;
  private inString = false;
  private escaped = false;

  step(char: string): void {
    if (this.inString) this.stringStep(char);
    else if (char === '"') this.inString = true;
    else if (char === '{' || char === '[') {
      this.begun = true;
      this.depth++;
    } else if (char === '}' || char === ']') this.depth--;
  }

  private stringStep(char: string): void {
    if (this.escaped) this.escaped = false;
    else if (char === '\\') this.escaped = true;
    else if (char === '"') this.inString = false;
  }
}
