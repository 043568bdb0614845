import { GatewayError } from '../../common/errors/gateway-error.js';
import type { TenantScope } from './store/admin-records.types.js';
import type { AdminTransaction } from './store/admin-store.port.js';

/** What an administrator's lists are made of: his organisation's, or all. */
export function scopeOf({ organizationId }: { readonly organizationId: string | null }): TenantScope {
  return organizationId === null ? 'all' : { organizationId };
}

/** Whether he may know of a role: his organisation's own, and the installation's. */
export function isVisibleTo(
  viewer: { readonly organizationId: string | null },
  { organizationId }: { readonly organizationId: string | null },
): boolean {
  return viewer.organizationId === null || organizationId === null || organizationId === viewer.organizationId;
}

/**
 * Whether there is an organisation that something is made for. Asked in the change itself: one that is removed at the
 * same time is not left with a token.
 * @throws GatewayError 400 when there is not
 */
export async function checkOrganization(
  records: AdminTransaction,
  authority: { readonly organizationId: string | null },
  id: string | null,
): Promise<void> {
  // His own is known, and others are none of his business: the grant is refused.
  if (id === null || authority.organizationId !== null || (await records.hasOrganization(id))) return;
  throw new GatewayError('invalid_value', "Invalid 'organization_id': there is no such organization.", {
    param: 'organization_id',
  });
}
