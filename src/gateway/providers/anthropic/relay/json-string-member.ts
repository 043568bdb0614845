/** What gives a JSON text its form; all other characters are white space, numbers and literals. */
const SIGN = /["{}[\]:,]/g;
const LIST = '[]';

/**
 * The JSON text with another string at a path of member names (`model`; `message`, `model`), every other character as it
 * came. The text itself when there is no string at that place. `text` must be JSON.
 */
export function withStringMember(text: string, path: readonly string[], value: string): string {
  const walk = new JsonWalk();
  for (const { token, index } of tokensOf(text)) {
    if (walk.isStringAt(token, path)) {
      return text.slice(0, index) + JSON.stringify(value) + text.slice(index + token.length);
    }
    walk.pass(token);
  }
  return text;
}

function* tokensOf(text: string): Generator<{ token: string; index: number }> {
  const sign = new RegExp(SIGN);
  for (let match = sign.exec(text); match; match = sign.exec(text)) {
    const { index } = match;
    const token = match[0] === '"' ? text.slice(index, endOfString(text, index)) : match[0];
    yield { token, index };
    sign.lastIndex = index + token.length;
  }
}

/** Behind the closing quotation mark. A pattern for whole strings would overflow on long ones. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes++;
    if (escapes % 2 === 0) return at + 1;
  }
  return text.length;
}

/** Where in a JSON text one is. */
class JsonWalk {
  /** Of each open object or list the name under which it stands; the root has none. */
  private readonly open: string[] = [];
  private expectsName = false;
  private name = '';

  isStringAt(token: string, path: readonly string[]): boolean {
    if (!token.startsWith('"') || this.expectsName) return false;
    if (this.open.length !== path.length || this.name !== path.at(-1)) return false;
    return this.open.slice(1).every((name, i) => name === path[i]);
  }

  pass(token: string): void {
    switch (token[0]) {
      case '{':
      case '[':
        this.open.push(token === '[' ? LIST : this.name);
        this.expectsName = token === '{';
        break;
      case '}':
      case ']':
        this.open.pop();
        this.expectsName = false;
        break;
      case ',':
        this.expectsName = this.open.at(-1) !== LIST;
        break;
      case ':':
        this.expectsName = false;
        break;
      case '"':
        if (this.expectsName) this.name = String(JSON.parse(token));
        break;
      default:
    }
  }
}
