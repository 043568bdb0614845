import type { TenantScope } from './store/admin-records.types.js';

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
