import type { Permission } from '../../../common/access/access.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { AdminToken, Role } from '../store/admin-records.types.js';
import { cannotGrant } from './denials.js';
import { ALL_PERMISSIONS } from './permissions.js';

/** What an administrator may do at this moment, read in the same transaction as what he changes. */
export interface Authority {
  readonly tokenId: string;
  readonly organizationId: string | null;
  readonly permissions: ReadonlySet<string>;
  /** The end of his own token. */
  readonly expiresAt: Date | null;
}

/** Something that would be given: permissions, where they hold, and until when. */
export interface Grant {
  readonly organizationId: string | null;
  readonly permissions: Iterable<Permission>;
  /** null: without an end. Left out where it is nothing that ends, such as a role. */
  readonly expiresAt?: Date | null;
}

/** What a token may do: its role, narrowed to its own list when it has one. A role that is gone permits nothing. */
export function permissionsOf(
  { roleId, permissions }: Pick<AdminToken, 'roleId' | 'permissions'>,
  role: Pick<Role, 'permissions'> | undefined,
): ReadonlySet<Permission> {
  if (roleId === null) return new Set(permissions ?? []);
  if (!role) return new Set();
  if (permissions === null) return new Set(role.permissions);
  const own = new Set(permissions);
  return new Set(role.permissions.filter((permission) => own.has(permission)));
}

/** The first permission, in the order of the table, that somebody lacks. */
export function lackedBy(held: ReadonlySet<string>, wanted: Iterable<string>): Permission | undefined {
  const set = new Set(wanted);
  return ALL_PERMISSIONS.find((permission) => set.has(permission) && !held.has(permission));
}

/**
 * Nobody gives what he does not hold: no permission that he lacks, not beyond his organisation, and not for longer than
 * his own token lives.
 * @param param the request's field that asks for the permissions
 * @throws GatewayError 403 `permission_denied`, which names what is missing; 404 `not_found` for another organisation
 */
export function checkGrant(authority: Authority, grant: Grant, param: string | null): void {
  checkScope(authority, grant.organizationId);
  const lacked = lackedBy(authority.permissions, grant.permissions);
  if (lacked !== undefined) throw cannotGrant(lacked, param);
  if (grant.expiresAt === undefined || authority.expiresAt === null) return;
  if (grant.expiresAt === null || grant.expiresAt > authority.expiresAt) {
    throw new GatewayError(
      'permission_denied',
      `You cannot give what lives longer than your own token, which expires at ${authority.expiresAt.toISOString()}.`,
      { param: 'expires_at' },
    );
  }
}

/**
 * @throws GatewayError when an organisation's administrator reaches beyond it: 404 `not_found` for another one, which is
 *   not there for him; 403 `permission_denied` for the whole installation
 */
export function checkScope(authority: Authority, organizationId: string | null): void {
  if (authority.organizationId === null || authority.organizationId === organizationId) return;
  const param = 'organization_id';
  if (organizationId !== null)
    throw new GatewayError('not_found', `There is no organization with the id '${organizationId}'.`, { param });
  const message = 'You administer one organization. You cannot make or change what belongs to the whole installation.';
  throw new GatewayError('permission_denied', message, { param });
}
