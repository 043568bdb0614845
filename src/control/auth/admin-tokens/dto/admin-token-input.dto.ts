import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import type { Permission } from '../../../../common/access/access.js';
import { Satisfies } from '../../../../common/validation/satisfies.decorator.js';
import { Closed } from '../../../../common/validation/closed.decorator.js';
import { ALL_PERMISSIONS } from '../../authority/permissions.js';
import { checkName, checkPermissions, checkTime } from '../../dto-checks.js';

/** An admin token to be made: with a role, with permissions, or with some of a role's permissions. */
@Closed()
export class CreateAdminTokenDto {
  /** Who or what it is for. */
  @ApiProperty({ example: 'deploy pipeline', maxLength: 100 })
  @Satisfies(checkName(100))
  name: string;

  /** Its role: `owner`, `admin`, `developer`, `viewer`, `auditor`, `billing` or the id of a custom one. */
  @ApiPropertyOptional({ type: String, nullable: true, example: 'developer' })
  @IsOptional()
  @Satisfies(checkName(64))
  role_id?: string | null;

  /** With a role: only these of its permissions. Without: what it may do. You must hold each of them yourself. */
  @ApiPropertyOptional({ isArray: true, enum: ALL_PERMISSIONS, nullable: true, example: ['virtual_keys:create'] })
  @IsOptional()
  @Satisfies(checkPermissions)
  permissions?: Permission[] | null;

  /** Organization that it is bound to; null: the whole installation. Default: yours. */
  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @Satisfies(checkName(64))
  organization_id?: string | null;

  /** From when on it is not accepted (ISO 8601); null: never. Not later than the end of your own token. */
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true, example: '2030-01-31T00:00:00Z' })
  @IsOptional()
  @Satisfies(checkTime)
  expires_at?: string | null;
}

/** What is to be changed of an admin token; what is left out stays. Of your own token only the name can be changed. */
@Closed()
export class UpdateAdminTokenDto {
  /** New name. */
  @ApiPropertyOptional({ maxLength: 100 })
  @IsOptional()
  @Satisfies(checkName(100))
  name?: string;

  /** New role; null takes it away, and `permissions` are then all that it may do. */
  @ApiPropertyOptional({ type: String, nullable: true })
  @IsOptional()
  @Satisfies(checkName(64))
  role_id?: string | null;

  /** New list of permissions; null: the whole role. */
  @ApiPropertyOptional({ isArray: true, enum: ALL_PERMISSIONS, nullable: true })
  @IsOptional()
  @Satisfies(checkPermissions)
  permissions?: Permission[] | null;

  /** New end; null: never. */
  @ApiPropertyOptional({ type: String, format: 'date-time', nullable: true })
  @IsOptional()
  @Satisfies(checkTime)
  expires_at?: string | null;
}
