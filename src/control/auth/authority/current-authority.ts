import type { Permission } from '../../../common/access/access.js';
import { systemRole } from '../roles/system-roles.js';
import type { AdminPrincipal } from '../admin.port.js';
import type { Role } from '../store/admin-records.types.js';
import type { AdminTransaction } from '../store/admin-store.port.js';
import { type Authority, permissionsOf } from './authority.js';
import { lacksPermission, notAuthenticated } from './denials.js';

/** A role by its id, the system's own included. */
export async function roleById(records: AdminTransaction, id: string | null): Promise<Role | undefined> {
  return id === null ? undefined : (systemRole(id) ?? (await records.role(id)));
}

/**
 * What the administrator may do now, not when his request came in: his token may have been revoked meanwhile, or his
 * role been changed, on another node.
 * @throws GatewayError 401 when his token is gone, 403 when he has lost the permission
 */
export async function currentAuthority(
  records: AdminTransaction,
  { id }: AdminPrincipal,
  needed: Permission,
  now: Date,
): Promise<Authority> {
  const token = await records.token(id);
  if (!token || token.revokedAt !== null || (token.expiresAt !== null && token.expiresAt <= now)) {
    throw notAuthenticated();
  }
  const permissions = permissionsOf(token, await roleById(records, token.roleId));
  if (!permissions.has(needed)) throw lacksPermission(needed);
  return { tokenId: id, organizationId: token.organizationId, permissions, expiresAt: token.expiresAt };
}
