/**
 * Whether a parsed JSON value nests deeper than `limit` levels. Deep nesting parses, but overflows
 * the stack when it is written again, so it is refused at the door.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && isDeeperThan(item, limit - 1)) return true;
    return false;
  }
  for (const item of Object.values(value)) if (typeof item === 'object' && isDeeperThan(item, limit - 1)) return true;
  return false;
}
