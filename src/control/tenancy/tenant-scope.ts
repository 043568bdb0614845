import { EVERYBODY } from './tenant-columns.js';

/** Whose rows a piece of work sees: of one organisation, or of the whole installation. */
export interface TenantScope {
  /** null: of all organisations. */
  readonly organizationId: string | null;
}

/** The gateway itself, and administrators of the whole installation. */
export const INSTALLATION: TenantScope = { organizationId: null };
/** Organisation of those who name none; it is there from the first start, and cannot be deleted. */
export const DEFAULT_ORGANIZATION = 'org_default';

/** As the filter and row-level security are told. */
export function settingOf({ organizationId }: TenantScope): string {
  // An empty id would be taken for no id.
  return organizationId === null ? EVERYBODY : organizationId;
}

export function sees({ organizationId }: TenantScope, other: string): boolean {
  return organizationId === null || organizationId === other;
}
