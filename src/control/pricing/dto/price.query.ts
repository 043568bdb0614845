import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Violation } from '../../../common/validation/satisfies.decorator.js';
import { unknownField, wrongType } from '../../../common/validation/violations.js';
import { readMoment } from '../document/price-record.js';
import { checkMoment } from './price-checks.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A query string as Fastify reads it: a name that comes twice has a list. */
export type RawQuery = Readonly<Record<string, unknown>>;

export interface PriceQueryFields {
  readonly limit: number;
  readonly after: string | undefined;
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly organizationId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number | undefined;
}

const COMMON = ['limit', 'after', 'provider', 'model', 'organization_id'];

/** Which prices are listed. */
export function readPriceQuery(query: RawQuery): PriceQueryFields {
  return readQuery(query, [...COMMON, 'at']);
}

/** Which overrides are listed. */
export function readOverrideQuery(query: RawQuery): PriceQueryFields {
  return readQuery(query, COMMON);
}

/** Turns a broken rule into the error that the caller gets. */
export function invalid({ code, message, param }: Violation): GatewayError {
  return new GatewayError(code, message, { param });
}

/** The `after` of a list names none of its members. */
export function unknownCursor(): GatewayError {
  return new GatewayError('invalid_value', "Invalid 'after': the list has no member with this id.", { param: 'after' });
}

function readQuery(query: RawQuery, known: readonly string[]): PriceQueryFields {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(unknownField('', unknown, known));
  const at = text(query, 'at');
  const violation = at === undefined ? undefined : checkMoment(at, 'at');
  if (violation) throw invalid(violation);
  return {
    limit: limitOf(text(query, 'limit')),
    after: text(query, 'after'),
    provider: text(query, 'provider'),
    model: text(query, 'model'),
    organizationId: text(query, 'organization_id'),
    at: at === undefined ? undefined : readMoment(at),
  };
}

function text(query: RawQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || value === '') return undefined;
  // PostgreSQL takes no NUL in a text.
  if (typeof value !== 'string' || value.includes('\0')) throw invalid(wrongType(name, 'a string', value));
  return value;
}

function limitOf(value: string | undefined): number {
  if (value === undefined) return DEFAULT_LIMIT;
  if (!/^\d{1,9}$/.test(value)) throw invalid(wrongType('limit', 'an integer', value));
  const number = Number(value);
  if (number >= 1 && number <= MAX_LIMIT) return number;
  throw new GatewayError('invalid_value', `Invalid 'limit': expected an integer from 1 to ${MAX_LIMIT}.`, {
    param: 'limit',
  });
}
