/** A mapping without prototype: names of callers must not find `constructor`. */
export function dictionary<V, T>(
  entries: Readonly<Record<string, V>>,
  make: (value: V, name: string) => T,
): Record<string, T> {
  const made: Record<string, T> = Object.create(null);
  for (const [name, value] of Object.entries(entries)) made[name] = make(value, name);
  return made;
}
