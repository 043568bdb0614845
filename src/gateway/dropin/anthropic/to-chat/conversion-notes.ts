/** What a conversion could not say in chat as the caller said it; paths are those of the Messages request. */
export class ConversionNotes {
  /** Left out, although it means something. */
  readonly unsent = new Set<string>();
  /** Said in another way. */
  readonly adapted = new Set<string>();

  /** Names the members of an object that are neither in `known` nor empty. */
  unsentKeys(object: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, path: string): void {
    for (const key in object) if (!known.has(key) && !isNothing(object[key])) this.unsent.add(`${path}${key}`);
  }
}

/** A value that asks for nothing. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && !JSON.isRawJSON(value) && Object.keys(value).length === 0;
}
