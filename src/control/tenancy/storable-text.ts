const MAX_ID = 130;

/** Whether a text can be an id at all: PostgreSQL refuses to look for a zero character. */
export function isStorableText(id: string): boolean {
  return id.length <= MAX_ID && /^[\w.:-]+$/.test(id);
}
