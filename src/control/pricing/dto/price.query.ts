import { type Page, type RawQuery, readPageQuery } from '../../../common/http/query.js';
import { invalid } from '../../../common/validation/invalid.js';
import { readMoment } from '../document/price-record.js';
import { checkMoment } from './price-checks.js';

export interface PriceQueryFields extends Page {
  readonly provider: string | undefined;
  readonly model: string | undefined;
  readonly organizationId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number | undefined;
}

const COMMON = ['provider', 'model', 'organization_id'];

/** Which prices are listed. */
export function readPriceQuery(query: RawQuery): PriceQueryFields {
  return readQuery(query, [...COMMON, 'at']);
}

/** Which overrides are listed. */
export function readOverrideQuery(query: RawQuery): PriceQueryFields {
  return readQuery(query, COMMON);
}

function readQuery(query: RawQuery, filters: readonly string[]): PriceQueryFields {
  const { limit, after, filters: given } = readPageQuery(query, filters);
  const { at } = given;
  const violation = at === undefined ? undefined : checkMoment(at, 'at');
  if (violation) throw invalid(violation);
  return {
    limit,
    after,
    provider: given['provider'],
    model: given['model'],
    organizationId: given['organization_id'],
    at: at === undefined ? undefined : readMoment(at),
  };
}
