import { isPermission } from '../authority/permissions.js';
import type { Permission } from '../../../common/access/access.js';
import type { AdminToken, Role } from './admin-records.types.js';
import type { AdminTokenRow } from './admin-token.entity.js';
import type { RoleRow } from './role.entity.js';

export function tokenOf(row: AdminTokenRow): AdminToken {
  return {
    id: row.id,
    organizationId: row.organizationId ?? null,
    name: row.name,
    prefix: row.prefix,
    digest: row.digest,
    pepperId: row.pepperId,
    roleId: row.roleId ?? null,
    permissions: row.permissions == null ? null : readPermissions(row.permissions),
    expiresAt: row.expiresAt ?? null,
    lastUsedAt: row.lastUsedAt ?? null,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    revokedAt: row.revokedAt ?? null,
    revokedBy: row.revokedBy ?? null,
  };
}

export function roleOf(row: RoleRow): Role {
  return {
    id: row.id,
    organizationId: row.organizationId ?? null,
    name: row.name,
    description: row.description ?? null,
    permissions: readPermissions(row.permissions),
    managedBy: row.managedBy === 'file' ? 'file' : 'api',
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

export function writtenPermissions(permissions: readonly Permission[] | null): string | null {
  return permissions === null ? null : JSON.stringify(permissions);
}

/** Whether text can be an id. PostgreSQL takes no text with a zero byte, not even to look for it. */
export function isId(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}

/** A later version may have written permissions that this one does not know: they permit nothing here. */
function readPermissions(text: string): Permission[] {
  const list: unknown = JSON.parse(text);
  return Array.isArray(list) ? list.filter(isPermission) : [];
}
