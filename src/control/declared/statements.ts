import type { Level } from '../contract/level.types.js';

/** Tables of the levels. */
export const TABLES: Readonly<Record<Level, string>> = {
  organization: 'organizations',
  customer: 'customers',
  team: 'teams',
  project: 'projects',
  user: 'users',
  virtual_key: 'virtual_keys',
};

/** Values of one statement; both engines limit them. */
export const CHUNK = 500;

export function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += CHUNK) yield list.slice(at, at + CHUNK);
}

/** Placeholders for the values of an `in`. */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ');
}
