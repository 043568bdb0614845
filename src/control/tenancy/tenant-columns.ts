import { p } from '@mikro-orm/core';

/** Who wrote a row: the admin API, or `asbru.yaml`, whose rows the API only reads. */
export const MANAGERS = ['api', 'file'] as const;
export type Manager = (typeof MANAGERS)[number];

/** Name of the filter that keeps the rows of other organisations out of every statement of the ORM. */
export const TENANT_FILTER = 'tenant';
/** Stands for all organisations, in the filter as in row-level security. */
export const EVERYBODY = '*';

/** What every table of a tenant has. */
export interface TenantRow {
  id: string;
  organizationId: string;
  managedBy: string;
  /** Name by which the file declares it. */
  declaredKey: string | null | undefined;
  createdAt: Date;
  updatedAt: Date;
}

/** The columns of `TenantRow`, anew for each entity. */
export function tenantColumns() {
  return {
    id: p.string().length(64).primary(),
    organizationId: p.string().length(64),
    managedBy: p.string().length(8),
    declaredKey: p.string().length(200).nullable(),
    createdAt: p.datetime(3),
    updatedAt: p.datetime(3),
  };
}

/**
 * On by default, and without a value by default: a statement that was not told whose rows it may see fails instead of
 * seeing all.
 */
export function tenantFilter() {
  return {
    [TENANT_FILTER]: {
      name: TENANT_FILTER,
      cond: ({ organizationId }: { organizationId: string }) =>
        organizationId === EVERYBODY ? {} : { organizationId },
      default: true,
    },
  };
}
