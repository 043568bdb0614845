import { randomUUID } from 'node:crypto';

const TIME_DIGITS = 12;

/**
 * 32 hexadecimal digits: 12 of the milliseconds since the epoch, then 20 with 78 random bits. As UUID version 7 does,
 * newer ones stand after older ones, so that a database adds rows at one end of its indexes: with random ones SQLite
 * needs 110 µs for a row of the ledger instead of 40.
 */
export function timeOrderedHex(now = Date.now()): string {
  const random = randomUUID();
  return now.toString(16).padStart(TIME_DIGITS, '0') + random.slice(0, 4) + random.slice(19, 23) + random.slice(24);
}
