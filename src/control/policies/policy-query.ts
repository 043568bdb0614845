import { GatewayError } from '../../common/errors/gateway-error.js';
import type { Violation } from '../../common/validation/satisfies.decorator.js';
import { unknownField, wrongType, wrongValue } from '../../common/validation/violations.js';
import type { PolicyFilter, PolicyPage } from './policy-store.port.js';
import { SCOPES } from './policy.types.js';

const NAMES = ['limit', 'after', 'scope', 'scope_id'];
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** A query string as Fastify reads it. */
export type RawQuery = Readonly<Record<string, unknown>>;

/** Reads which rules are asked for. @throws GatewayError (400) that names what is wrong, or unknown */
export function readPolicyQuery(query: RawQuery): { page: PolicyPage; filter: PolicyFilter } {
  for (const [name, value] of Object.entries(query)) {
    if (!NAMES.includes(name)) throw refused(unknownField('', name, NAMES));
    if (typeof value !== 'string') throw refused(wrongType(name, 'a string', value));
  }
  const { after, scope, scope_id: scopeId } = query;
  const known = SCOPES.find((one) => one === scope);
  if (scope !== undefined && known === undefined) throw refused(wrongValue('scope', scope, SCOPES));
  return {
    page: { limit: limitOf(query['limit']), ...(typeof after === 'string' && { after }) },
    filter: { ...(known && { scope: known }), ...(typeof scopeId === 'string' && { scopeId }) },
  };
}

function limitOf(text: unknown): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new GatewayError('invalid_value', `Invalid 'limit': expected an integer from 1 to ${MAX_LIMIT}.`, {
    param: 'limit',
  });
}

export function refused({ code, message, param }: Violation): GatewayError {
  return new GatewayError(code, message, { param });
}
