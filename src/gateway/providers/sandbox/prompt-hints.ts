/** What a prompt offers as values for tool arguments and JSON answers. */
export interface PromptHints {
  readonly text: string;
  /** Names of places or things, in the order of the text: `Paris`, `New York`. */
  readonly names: readonly string[];
  readonly numbers: readonly number[];
  readonly quoted: readonly string[];
}

const CITIES =
  /\b(?:Amsterdam|Athens|Bangalore|Beijing|Berlin|Boston|Cairo|Chicago|Dallas|Delhi|Dublin|Geneva|Istanbul|Lagos|Lisbon|London|Los Angeles|Madrid|Melbourne|Miami|Milan|Moscow|Mumbai|Munich|New York|Oslo|Paris|Prague|Rome|San Francisco|Seattle|Seoul|Singapore|Stockholm|Sydney|Tokyo|Toronto|Vienna|Warsaw|Zurich)\b/gi;
/** A capitalised name where names of places stand: after a preposition, or after another name in a list. */
const NAMED = /\b(?:in|for|at|of|to|from|near|about|and|or|,)\s+((?:\p{Lu}[\p{L}'-]+)(?:\s\p{Lu}[\p{L}'-]+){0,2})/gu;
const MAX_LOOK = 2000;

function namesIn(text: string): string[] {
  const found = new Map<string, { name: string; at: number }>();
  for (const match of text.matchAll(CITIES)) {
    found.set(match[0].toLowerCase(), { name: match[0], at: match.index });
  }
  for (const match of text.matchAll(NAMED)) {
    const name = match[1] ?? '';
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, { name, at: match.index });
  }
  return [...found.values()].toSorted((a, b) => a.at - b.at).map(({ name }) => name);
}

/** Looks through a prompt for values that a model would take from it. */
export function hintsOf(prompt: string): PromptHints {
  const text = prompt.slice(0, MAX_LOOK).trim();
  return {
    text,
    names: namesIn(text),
    numbers: (text.match(/-?\d+(?:\.\d+)?/g) ?? []).map(Number),
    quoted: [...text.matchAll(/["“]([^"”]+)["”]/g)].map((match) => match[1] ?? ''),
  };
}
