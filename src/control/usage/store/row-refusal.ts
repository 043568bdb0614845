/** SQLSTATEs of PostgreSQL: data exceptions and integrity violations. */
const CODES = /^2[23]\w{3}$/;
/** Result codes of SQLite: TOOBIG, CONSTRAINT, MISMATCH. */
const SQLITE = new Set([18, 19, 20]);
const DEPTH = 5;

/** Whether the database refused a statement for the values in it, so that it will refuse it for ever. */
export function isRowRefusal(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    if ('errcode' in current && typeof current.errcode === 'number') return SQLITE.has(current.errcode & 0xff);
    if ('code' in current && typeof current.code === 'string' && CODES.test(current.code)) return true;
    current = 'cause' in current ? current.cause : undefined;
  }
  return false;
}
