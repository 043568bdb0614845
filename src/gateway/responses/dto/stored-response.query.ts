import { invalid } from '../../../common/validation/invalid.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { RawQuery } from '../../../common/http/query.js';
import { wrongType, wrongValue } from '../../../common/validation/violations.js';

/** How a response is retrieved. */
export interface RetrieveQuery {
  readonly stream: boolean;
  /** Number of the last event that the reader has; -1 when none. */
  readonly startingAfter: number;
  readonly include: readonly string[];
}

/** A page of input items. */
export interface ItemPageQuery {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  /** Id of the last item of the page before. */
  readonly after: string | undefined;
  readonly include: readonly string[];
}

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

export function readRetrieveQuery(query: RawQuery): RetrieveQuery {
  const startingAfter = wholeNumber(query, 'starting_after', -1, { min: -1 });
  return { stream: oneOf(query, 'stream', ['false', 'true']) === 'true', startingAfter, include: readInclude(query) };
}

export function readItemPageQuery(query: RawQuery): ItemPageQuery {
  const { after } = query;
  if (after !== undefined && typeof after !== 'string') throw invalid(wrongType('after', 'a string', after));
  return {
    limit: wholeNumber(query, 'limit', DEFAULT_LIMIT, { min: 1, max: MAX_LIMIT }),
    order: oneOf(query, 'order', ['desc', 'asc']),
    after: after === '' ? undefined : after,
    include: readInclude(query),
  };
}

/** `include=a&include=b`, or as SDKs write lists: `include[]=a` and `include[0]=a`. */
function readInclude(query: RawQuery): string[] {
  return Object.entries(query)
    .filter(([name]) => /^include(\[\d*\])?$/.test(name))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === 'string');
}

/** The first of the values is the default. */
function oneOf<const V extends string>(query: RawQuery, name: string, values: readonly [V, ...V[]]): V {
  const value = query[name] ?? values[0];
  const found = values.find((one) => one === value);
  if (found === undefined) throw invalid(wrongValue(name, value, values));
  return found;
}

function wholeNumber(
  query: RawQuery,
  name: string,
  fallback: number,
  { min, max }: { min: number; max?: number },
): number {
  const value = query[name];
  if (value === undefined || value === '') return fallback;
  if (typeof value !== 'string' || !/^-?\d{1,9}$/.test(value)) throw invalid(wrongType(name, 'an integer', value));
  const number = Number(value);
  const says = `Invalid '${name}': integer`;
  if (number < min) {
    throw new GatewayError(
      'integer_below_min_value',
      `${says} below minimum value. Expected a value >= ${min}, but got ${number} instead.`,
      { param: name },
    );
  }
  if (max !== undefined && number > max) {
    throw new GatewayError(
      'integer_above_max_value',
      `${says} above maximum value. Expected a value <= ${max}, but got ${number} instead.`,
      { param: name },
    );
  }
  return number;
}
