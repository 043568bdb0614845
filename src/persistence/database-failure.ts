/** Network errors, and SQLSTATEs of PostgreSQL: connection exceptions, too many connections, shutting down, starting up. */
const CODES = /^(E[A-Z_]+|08\w{3}|53\w{3}|57P0\d|57014|55P03|25006)$/;
/** What pg says without a code when a connection breaks, or none is to be had in time. */
const TEXTS =
  /connection (terminated|ended|timeout)|timeout exceeded when trying to connect|query read timeout|not queryable/i;
/** Result codes of SQLite: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. The extended ones have these in their low byte. */
const SQLITE = new Set([5, 6, 8, 10, 13, 14]);
const DEPTH = 5;

/** Whether an operation failed because the database cannot work now, rather than because it was asked something wrong. */
export function isUnavailable(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < DEPTH && typeof current === 'object' && current !== null; depth++) {
    if (tellsOutage(current)) return true;
    current = 'cause' in current ? current.cause : undefined;
  }
  return false;
}

function tellsOutage(error: object): boolean {
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true;
  if ('errcode' in error && typeof error.errcode === 'number') return SQLITE.has(error.errcode & 0xff);
  if ('code' in error && typeof error.code === 'string' && CODES.test(error.code)) return true;
  return error instanceof Error && TEXTS.test(error.message);
}
