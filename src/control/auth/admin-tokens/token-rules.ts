import { GatewayError } from '../../../common/errors/gateway-error.js';
import { type Authority, checkGrant, checkScope, lackedBy, permissionsOf } from '../authority/authority.js';
import { roleById } from '../authority/current-authority.js';
import type { AdminToken, Role } from '../store/admin-records.types.js';
import type { AdminTransaction } from '../store/admin-store.port.js';
import { isVisibleTo } from '../tenant-scope.js';

type Meaning = Pick<AdminToken, 'organizationId' | 'roleId' | 'permissions' | 'expiresAt'>;

/**
 * Whether the administrator may make a token mean this.
 * @throws GatewayError 400 when it makes no sense, 403 when it goes beyond what he holds
 */
export async function checkMeaning(records: AdminTransaction, authority: Authority, token: Meaning): Promise<void> {
  checkScope(authority, token.organizationId);
  const role = await usableRole(records, authority, token);
  checkList(token, role);
  const { organizationId, expiresAt } = token;
  const param = token.permissions === null ? 'role_id' : 'permissions';
  checkGrant(authority, { organizationId, permissions: permissionsOf(token, role), expiresAt }, param);
}

/**
 * A token that the administrator sees, in his scope, and that may do nothing that he may not: nobody changes who stands
 * above him.
 */
export async function changeableToken(
  records: AdminTransaction,
  authority: Authority,
  id: string,
): Promise<AdminToken> {
  const token = await records.token(id);
  if (!token || (authority.organizationId !== null && token.organizationId !== authority.organizationId)) {
    throw unknownToken();
  }
  const permissions = permissionsOf(token, await roleById(records, token.roleId));
  checkGrant(authority, { organizationId: token.organizationId, permissions }, null);
  return token;
}

/** At the end of each change of tokens. @throws GatewayError 409 when nobody would own the installation any more */
export async function checkOwnerRemains(records: AdminTransaction, { organizationId }: Authority): Promise<void> {
  // A tenant's administrator changes no owner of the installation, and sees none.
  if (organizationId !== null || (await records.countOwners()) > 0) return;
  throw new GatewayError(
    'conflict',
    "This is the last owner: make another token with the role 'owner', for the whole installation and without an end, first.",
  );
}

export const unknownToken = (): GatewayError => new GatewayError('not_found', 'There is no admin token with this id.');

async function usableRole(
  records: AdminTransaction,
  authority: Authority,
  { roleId, organizationId }: Meaning,
): Promise<Role | undefined> {
  if (roleId === null) return undefined;
  const role = await roleById(records, roleId);
  if (!role || !isVisibleTo(authority, role)) throw invalid('role_id', 'there is no such role');
  // Who changes an organisation's role must not thereby change who works beyond it.
  if (role.organizationId !== null && role.organizationId !== organizationId) {
    throw invalid('role_id', 'the role belongs to an organization that the token is not bound to');
  }
  return role;
}

function checkList({ roleId, permissions }: Meaning, role: Role | undefined): void {
  if (roleId === null && permissions === null) {
    throw new GatewayError('missing_required_parameter', "Missing required parameter: 'role_id' or 'permissions'.", {
      param: 'role_id',
    });
  }
  if (!role || permissions === null) return;
  const beyond = lackedBy(new Set(role.permissions), permissions);
  if (beyond !== undefined) throw invalid('permissions', `the role '${role.name}' does not have '${beyond}'`);
}

const invalid = (param: string, why: string): GatewayError =>
  new GatewayError('invalid_value', `Invalid '${param}': ${why}.`, { param });
