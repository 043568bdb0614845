import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Violation } from '../../common/validation/satisfies.decorator.js';
import { unknownField, wrongType } from '../../common/validation/violations.js';
import type { PageQuery } from './store/admin-records.types.js';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A query string as Fastify reads it. */
export type RawQuery = Readonly<Record<string, unknown>>;

/** Reads `limit` and `after`, and takes nothing else. */
export function readPageQuery({ limit, after, ...others }: RawQuery): PageQuery {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalid(unknownField('', unknown, ['limit', 'after']));
  if (after !== undefined && typeof after !== 'string') throw invalid(wrongType('after', 'a string', after));
  return { limit: limitOf(limit), after: after === '' ? undefined : after };
}

/** The `after` of a list names none of its members. */
export function unknownCursor(): GatewayError {
  return new GatewayError('invalid_value', "Invalid 'after': the list has no member with this id.", { param: 'after' });
}

function limitOf(limit: unknown): number {
  if (limit === undefined || limit === '') return DEFAULT_LIMIT;
  if (typeof limit !== 'string' || !/^\d{1,9}$/.test(limit)) throw invalid(wrongType('limit', 'an integer', limit));
  const number = Number(limit);
  if (number >= 1 && number <= MAX_LIMIT) return number;
  throw new GatewayError('invalid_value', `Invalid 'limit': expected an integer from 1 to ${MAX_LIMIT}.`, {
    param: 'limit',
  });
}

function invalid({ code, message, param }: Violation): GatewayError {
  return new GatewayError(code, message, { param });
}
