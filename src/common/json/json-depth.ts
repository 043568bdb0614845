/**
 * Whether a parsed JSON value nests deeper than `limit` levels. Deep nesting parses, but overflows
 * the stack when it is written again, so it is refused at the door.
 */
export function isDeeperThan(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  const members: unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) if (typeof member === 'object' && isDeeperThan(member, limit - 1)) return true;
  return false;
}
