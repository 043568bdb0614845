import { type RawQuery, readPageQuery } from '../../common/http/query.js';
import { invalid } from '../../common/validation/invalid.js';
import { wrongValue } from '../../common/validation/violations.js';
import type { PolicyFilter, PolicyPage } from './policy-store.port.js';
import { SCOPES } from './policy.types.js';

/** Reads which rules are asked for. @throws GatewayError (400) that names what is wrong, or unknown */
export function readPolicyQuery(query: RawQuery): { page: PolicyPage; filter: PolicyFilter } {
  const { limit, after, filters } = readPageQuery(query, ['scope', 'scope_id']);
  const { scope, scope_id: scopeId } = filters;
  const known = SCOPES.find((one) => one === scope);
  if (scope !== undefined && known === undefined) throw invalid(wrongValue('scope', scope, SCOPES));
  return {
    page: { limit, ...(after !== undefined && { after }) },
    filter: { ...(known && { scope: known }), ...(scopeId !== undefined && { scopeId }) },
  };
}
