import type { TenantRow } from './tenant-columns.js';

/** What every answer about one entity begins with. */
export interface EntityAnswer {
  readonly id: string;
  readonly object: string;
  readonly organization_id: string;
  readonly managed_by: string;
  readonly created_at: string;
  readonly updated_at: string;
}

export interface ListAnswer<T> {
  readonly object: 'list';
  readonly data: readonly T[];
  readonly has_more: boolean;
  readonly first_id: string | null;
  readonly last_id: string | null;
}

export interface DeletedAnswer {
  readonly id: string;
  readonly object: string;
  readonly deleted: true;
}

export function entityAnswer(object: string, row: TenantRow): EntityAnswer {
  return {
    id: row.id,
    object,
    organization_id: row.organizationId,
    managed_by: row.managedBy,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}

/** @param rows one more than the page has, when there are more */
export function listAnswer<R extends { id: string }, T>(
  rows: readonly R[],
  limit: number,
  present: (row: R) => T,
): ListAnswer<T> {
  const page = rows.slice(0, limit);
  return {
    object: 'list',
    data: page.map(present),
    has_more: rows.length > limit,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}
