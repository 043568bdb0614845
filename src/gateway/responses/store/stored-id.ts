/** Longest id that is stored, in characters: the columns hold no more. */
const MAX_ID = 200;

/**
 * Whether anything can be stored under an id. Callers and upstreams write ids too, and a database refuses some: too long
 * ones, and (PostgreSQL) a zero character. One of these must not keep the rows from being written that wait beside it.
 */
export function isStorableId(id: string): boolean {
  return id.length <= MAX_ID && /^[\x21-\x7e]+$/.test(id);
}
