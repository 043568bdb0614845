/**
 * A JSON text with another string at a path of members (`['response', 'model']`), every other character as it was. The
 * same text when there is no string at the path. The text must be JSON.
 */
export function replaceString(text: string, path: readonly string[], value: string): string {
  const place = find(text, path);
  return place ? text.slice(0, place.from) + JSON.stringify(value) + text.slice(place.to) : text;
}

interface Place {
  readonly from: number;
  readonly to: number;
}

/** Where the string at the path stands, its quotes included. */
function find(text: string, path: readonly string[]): Place | undefined {
  let depth = 0;
  /** How many of the path's names lead to the object that is being read. */
  let matched = 0;
  let name: string | undefined;
  let at = 0;
  while (at < text.length) {
    const char = text[at];
    if (char === '"') {
      const to = endOfString(text, at);
      const isName = depth === matched + 1 && nextSign(text, to) === ':';
      if (isName) name = text.slice(at + 1, to - 1);
      else if (depth === matched + 1 && matched === path.length - 1 && name === path[matched]) return { from: at, to };
      at = to;
      continue;
    }
    if (char === '{') {
      if (depth === matched + 1 && name === path[matched] && matched < path.length - 1) matched++;
      depth++;
      name = undefined;
    } else if (char === '[') {
      depth++;
    } else if (char === '}' || char === ']') {
      depth--;
      // An object on the path has ended, and it did not have the rest of it.
      if (depth <= matched && matched > 0) return undefined;
    } else if (char === ',' && depth === matched + 1) {
      name = undefined;
    }
    at++;
  }
  return undefined;
}

function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}

function nextSign(text: string, from: number): string | undefined {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  return text[at];
}
