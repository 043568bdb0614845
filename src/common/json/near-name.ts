/** The one of `names` that `written` is most likely a slip of, if any is near enough. */
export function nearName(written: string, names: readonly string[]): string | undefined {
  // Two neighbours that are swapped count as two slips.
  const limit = written.length < 4 ? 1 : Math.max(2, Math.floor(written.length / 3));
  const near = names
    .filter((name) => Math.abs(name.length - written.length) <= limit)
    .map((name) => ({ name, distance: distance(written.toLowerCase(), name.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return near[0]?.name;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substituted));
    }
    last = row;
  }
  return last[b.length] ?? 0;
}
