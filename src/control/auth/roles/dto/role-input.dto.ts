import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { Permission } from '../../../../common/access/access.js';
import { Satisfies } from '../../../../common/validation/satisfies.decorator.js';
import { Closed } from '../../../../common/validation/closed.decorator.js';
import { ALL_PERMISSIONS } from '../../authority/permissions.js';
import { checkName, checkPermissions } from '../../dto-checks.js';

/** A custom role to be made. */
@Closed()
export class CreateRoleDto {
  /** Name, which no other role of the organization or installation has. */
  @ApiProperty({ example: 'key-desk', maxLength: 100 })
  @Satisfies(checkName(100))
  name: string;

  /** What it is for. */
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500 })
  @IsOptional()
  @Satisfies(checkName(500))
  description?: string | null;

  /** What it permits. You must hold each of them yourself. */
  @ApiProperty({ isArray: true, enum: ALL_PERMISSIONS, example: ['virtual_keys:read', 'virtual_keys:create'] })
  @Satisfies(checkPermissions)
  permissions: Permission[];

  /** Organization that it belongs to; null: the whole installation. Default: yours. */
  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @Satisfies(checkName(64))
  organization_id?: string | null;
}

/** What is to be changed of a custom role; what is left out stays. */
@Closed()
export class UpdateRoleDto {
  /** New name. */
  @ApiPropertyOptional({ maxLength: 100 })
  @IsOptional()
  @Satisfies(checkName(100))
  name?: string;

  /** New description; null takes it away. */
  @ApiPropertyOptional({ type: String, nullable: true, maxLength: 500 })
  @IsOptional()
  @Satisfies(checkName(500))
  description?: string | null;

  /** All that it permits from now on. You must hold each of them, and each that it permitted before. */
  @ApiPropertyOptional({ isArray: true, enum: ALL_PERMISSIONS })
  @IsOptional()
  @Satisfies(checkPermissions)
  permissions?: Permission[];
}
