import { ApiProperty } from '@nestjs/swagger';
import { inOrder } from '../../authority/permissions.js';
import type { Role } from '../../store/admin-records.types.js';

/** A role: a named set of permissions. */
export class RoleDto {
  /** Always `role`. */
  object: 'role';

  /** Id; of the system's roles the name. */
  @ApiProperty({ example: 'developer' })
  id: string;

  name: string;

  @ApiProperty({ type: String, nullable: true })
  description: string | null;

  /** Organization that it belongs to; null: the whole installation. */
  @ApiProperty({ type: String, nullable: true })
  organization_id: string | null;

  /** Whether it is one of the system's own, which nobody can change. */
  system: boolean;

  /** `file`: declared in asbru.yaml, and read-only here. Null for the system's own. */
  @ApiProperty({ type: String, enum: ['api', 'file'], nullable: true })
  managed_by: 'api' | 'file' | null;

  /** What it permits, as `resource:action`. */
  @ApiProperty({ type: [String] })
  permissions: string[];

  /** Id of the admin token that made it; null for the system's own. */
  @ApiProperty({ type: String, nullable: true })
  created_by: string | null;

  /** When it was made (ISO 8601); null for the system's own. */
  @ApiProperty({ type: String, nullable: true })
  created_at: string | null;

  /** When it was changed last. */
  @ApiProperty({ type: String, nullable: true })
  updated_at: string | null;
}

/** A page of roles: the system's own, then the custom ones, the newest first. */
export class RoleListDto {
  /** Always `list`. */
  object: 'list';

  @ApiProperty({ type: [RoleDto] })
  data: RoleDto[];

  /** Whether there are more after these. */
  has_more: boolean;

  @ApiProperty({ type: String, nullable: true })
  first_id: string | null;

  /** Id for `after` of the next page. */
  @ApiProperty({ type: String, nullable: true })
  last_id: string | null;
}

/** What was deleted. */
export class DeletedRoleDto {
  id: string;

  /** Always `role`. */
  object: 'role';

  /** Always true. */
  deleted: true;
}

export function presentRole(role: Role): RoleDto {
  return {
    object: 'role',
    id: role.id,
    name: role.name,
    description: role.description,
    organization_id: role.organizationId,
    system: role.createdAt === null,
    managed_by: role.createdAt === null ? null : (role.managedBy ?? 'api'),
    permissions: inOrder(role.permissions),
    created_by: role.createdBy,
    created_at: role.createdAt?.toISOString() ?? null,
    updated_at: role.updatedAt?.toISOString() ?? null,
  };
}
