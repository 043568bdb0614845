/** The middle value; 0 when there is none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/** The median of ratios of what was measured in the same round, where the machine was as fast for both. */
export function pairedRatio(values: readonly number[], bases: readonly number[]): number {
  const ratios = values.map((value, index) => value / (bases[index] ?? Number.NaN));
  return median(ratios.filter(Number.isFinite));
}
