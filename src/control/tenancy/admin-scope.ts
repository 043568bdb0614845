import type { Action, Resource } from '../../common/access/access.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { AdminPrincipal } from '../auth/admin.port.js';
import { ORGANIZATION } from './kinds.js';
import type { TenantRow } from './tenant-columns.js';
import { DEFAULT_ORGANIZATION, INSTALLATION, type TenantScope } from './tenant-scope.js';
import type { TenantReader } from './tenant-session.js';

/** Whose rows an administrator sees. */
export function scopeOf({ organizationId }: AdminPrincipal): TenantScope {
  return organizationId === null ? INSTALLATION : { organizationId };
}

/**
 * The organisation of something new: an administrator's own, or the one that he names.
 * @throws GatewayError `not_found` (404) for one that he does not see
 */
export async function organizationFor(reader: TenantReader, given: string | null | undefined): Promise<string> {
  const id = given ?? reader.scope.organizationId ?? DEFAULT_ORGANIZATION;
  return (await reader.get(ORGANIZATION, id, 'organization_id')).id;
}

/** @throws GatewayError `permission_denied` (403): nobody does by a detour what he may not do */
export function demand({ permissions }: AdminPrincipal, resource: Resource, action: Action): void {
  if (permissions.has(`${resource}:${action}`)) return;
  throw new GatewayError('permission_denied', `This needs the permission ${resource}:${action} too.`);
}

/** @throws GatewayError `conflict` (409) for what the file declares */
export function assertOwnedByApi({ managedBy }: TenantRow, what: string): void {
  if (managedBy === 'api') return;
  throw new GatewayError('conflict', `${what} is declared in asbru.yaml: change it there. The API only reads it.`);
}
