/** Longer inputs are cut: the cost of a refusal must not be the caller's choice. */
const MAX_INPUT = 256;
/** From which similarity on (0 … 1) a candidate is worth naming. */
const THRESHOLD = 0.5;

/**
 * Optimal string alignment distance (Damerau-Levenshtein without overlapping edits):
 * insertions, deletions, substitutions and swaps of neighbours count 1.
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(at(last, j) + 1, at(row, j - 1) + 1, substituted);
      if (isSwap(a, b, i, j)) best = Math.min(best, at(beforeLast, j - 2) + 1);
      row.push(best);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

/** The routes that a caller who wrote `input` may have meant, best first. */
export function nearMatches(input: string, routes: readonly string[], limit = 3): string[] {
  const wanted = fold(input);
  return routes
    .map((route) => ({ route, score: similarity(wanted, route) }))
    .filter(({ score }) => score >= THRESHOLD)
    .toSorted((a, b) => b.score - a.score || a.route.localeCompare(b.route))
    .slice(0, limit)
    .map(({ route }) => route);
}

interface Folded {
  readonly text: string;
  readonly tokens: ReadonlySet<string>;
}

function fold(input: string): Folded {
  const text = bare(input.slice(0, MAX_INPUT).toLowerCase());
  return { text, tokens: new Set(text.match(/[a-z]+|\d+/g)) };
}

/** Compares ids without their prefix, which all models of a provider share. */
function bare(route: string): string {
  return route.slice(route.indexOf('/') + 1);
}

function similarity(wanted: Folded, route: string): number {
  const candidate = fold(route);
  const longest = Math.max(wanted.text.length, candidate.text.length);
  // The distance is at least the difference in length, so hopeless pairs are not measured.
  const apart = Math.abs(wanted.text.length - candidate.text.length);
  const byEdits = apart > longest * THRESHOLD ? 0 : 1 - editDistance(wanted.text, candidate.text) / longest;
  return Math.max(byEdits, commonTokens(wanted.tokens, candidate.tokens));
}

/** The share of the smaller token set that the other one has too: `gpt-oss` is all of `gpt-oss-120b`. */
function commonTokens(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const smaller = Math.min(a.size, b.size);
  return smaller === 0 ? 0 : a.intersection(b).size / smaller;
}

function isSwap(a: string, b: string, i: number, j: number): boolean {
  return i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
