import { GatewayError } from '../../common/errors/gateway-error.js';
import { missing } from '../../common/validation/violations.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { invalid } from '../../common/validation/invalid.js';
import type { PolicyScopes } from './policy-scopes.port.js';
import type { PolicyRule, PolicyScope } from './policy.types.js';

/** Whose a rule is. */
export type PolicyOwner = Pick<PolicyRule, 'organizationId' | 'scope' | 'scopeId'>;

/** Longest id, and the characters of one: a database refuses some others. */
const ID = /^[\w.:-]{1,64}$/;

/**
 * Whose a rule is that an administrator writes for a scope. What belongs to another organisation is not there.
 * @throws GatewayError 400, 403 for the installation, 404 for an entity that he does not see
 */
export async function ownerOf(
  { organizationId }: AdminPrincipal,
  scope: PolicyScope,
  given: string | null | undefined,
  scopes: PolicyScopes,
): Promise<PolicyOwner> {
  if (scope === 'installation') return installation(organizationId, given);
  const scopeId = given ?? (scope === 'organization' ? organizationId : null);
  if (scopeId === null) throw invalid(missing('scope_id'));
  const owner = ID.test(scopeId) ? await scopes.organizationOf(scope, scopeId) : undefined;
  if (owner === undefined || (organizationId !== null && owner !== organizationId)) {
    throw new GatewayError('not_found', `There is no ${scope.replace('_', ' ')} with this id.`, { param: 'scope_id' });
  }
  return { organizationId: owner, scope, scopeId };
}

function installation(organizationId: string | null, given: string | null | undefined): PolicyOwner {
  if (organizationId !== null) {
    throw new GatewayError('permission_denied', 'Only administrators of the installation write rules for all.', {
      param: 'scope',
    });
  }
  if (given !== undefined && given !== null) {
    throw new GatewayError('invalid_value', "'scope_id' is not for the installation.", { param: 'scope_id' });
  }
  return { organizationId: null, scope: 'installation', scopeId: null };
}
