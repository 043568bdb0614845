import { GatewayError } from '../errors/gateway-error.js';
import { invalid } from '../validation/invalid.js';
import { unknownField, wrongType } from '../validation/violations.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/;
const SHOWN = 64;

/** A query string as Fastify reads it: a name that comes twice has a list. */
export type RawQuery = Readonly<Record<string, unknown>>;

/** One page of a list. */
export interface Page {
  /** From 1 to 100. */
  readonly limit: number;
  /** Id of the last member of the page before. */
  readonly after: string | undefined;
}

/** A page, and what the list is narrowed by. */
export interface PageQuery extends Page {
  /** By the names that the list may be narrowed by. */
  readonly filters: Readonly<Record<string, string>>;
}

/** Reads `limit`, `after` and filters, and takes nothing else. @throws GatewayError (400) that names what is wrong */
export function readPageQuery(query: RawQuery, filters: readonly string[] = []): PageQuery {
  const { limit, after, ...others } = readTexts(query, ['limit', 'after', ...filters]);
  return { limit: readLimit(limit), after, filters: others };
}

/** Reads parameters that are one text each; an empty one was not given. @throws GatewayError (400) for any other name */
export function readTexts(query: RawQuery, known: readonly string[]): Record<string, string> {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(unknownField('', unknown, known));
  const texts: Record<string, string> = {};
  for (const name of known) {
    const text = readText(name, query[name]);
    if (text !== undefined) texts[name] = text;
  }
  return texts;
}

/** Reads one text; an empty one was not given. @throws GatewayError (400) for one that comes twice */
export function readText(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  // PostgreSQL takes no NUL in a text.
  if (typeof value !== 'string' || value.includes('\0')) throw invalid(wrongType(name, 'a string', value));
  return value;
}

/** @throws GatewayError (400) for anything but an integer from 1 to 100 */
export function readLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new GatewayError('invalid_value', `Invalid 'limit': expected an integer from 1 to ${MAX_LIMIT}.`, {
    param: 'limit',
  });
}

/**
 * Reads a moment. A date is its first moment in UTC; a time without an offset is in UTC too.
 * @returns milliseconds since the epoch
 */
export function readTime(name: string, value: unknown): number | undefined {
  const text = readText(name, value);
  if (text === undefined) return undefined;
  const isTime = TIME.test(text);
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(text);
  const ms = isTime || DATE.test(text) ? Date.parse(isTime && !hasZone ? `${text}Z` : text) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new GatewayError(
    'invalid_value',
    `Invalid '${name}': expected a date or time as 2026-01-31 or 2026-01-31T12:00:00Z, but got '${text.slice(0, SHOWN)}'.`,
    { param: name },
  );
}

/** The `after` of a list names none of its members. */
export function unknownCursor(): GatewayError {
  return new GatewayError('invalid_value', "Invalid 'after': the list has no member with this id.", { param: 'after' });
}
