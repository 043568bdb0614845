import { ApiProperty } from '@nestjs/swagger';
import { inOrder } from '../../authority/permissions.js';
import type { AdminToken } from '../../store/admin-records.types.js';

const STATUSES = ['active', 'expired', 'revoked'] as const;

/** An admin token, without its secret part. */
export class AdminTokenDto {
  /** Always `admin_token`. */
  object: 'admin_token';

  id: string;

  name: string;

  /** How the token begins. */
  @ApiProperty({ example: 'asbru-admin-7Qm3xR9k' })
  prefix: string;

  @ApiProperty({ enum: STATUSES })
  status: (typeof STATUSES)[number];

  @ApiProperty({ type: String, nullable: true, example: 'developer' })
  role_id: string | null;

  /** The only permissions that it has of its role, or all that it has; null: the whole role. */
  @ApiProperty({ type: [String], nullable: true })
  permissions: string[] | null;

  /** Organization that it is bound to; null: the whole installation. */
  @ApiProperty({ type: String, nullable: true })
  organization_id: string | null;

  /** From when on it is not accepted (ISO 8601). */
  @ApiProperty({ type: String, nullable: true })
  expires_at: string | null;

  /** When it was used last, to the minute. */
  @ApiProperty({ type: String, nullable: true })
  last_used_at: string | null;

  /** Id of the token that made it, or `setup`. */
  created_by: string;

  created_at: string;

  updated_at: string;

  @ApiProperty({ type: String, nullable: true })
  revoked_at: string | null;

  /** Id of the token that revoked it. */
  @ApiProperty({ type: String, nullable: true })
  revoked_by: string | null;
}

/** A token that was made just now. */
export class NewAdminTokenDto extends AdminTokenDto {
  /** The whole token. It is shown this once: nobody can find it out again. */
  @ApiProperty({ example: 'asbru-admin-7Qm3xR9k…' })
  token: string;
}

/** A page of admin tokens, the newest first. */
export class AdminTokenListDto {
  /** Always `list`. */
  object: 'list';

  @ApiProperty({ type: [AdminTokenDto] })
  data: AdminTokenDto[];

  /** Whether there are more after these. */
  has_more: boolean;

  @ApiProperty({ type: String, nullable: true })
  first_id: string | null;

  /** Id for `after` of the next page. */
  @ApiProperty({ type: String, nullable: true })
  last_id: string | null;
}

export function presentToken(token: AdminToken, now: Date): AdminTokenDto {
  return {
    object: 'admin_token',
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    status: statusOf(token, now),
    role_id: token.roleId,
    permissions: token.permissions && inOrder(token.permissions),
    organization_id: token.organizationId,
    expires_at: token.expiresAt?.toISOString() ?? null,
    last_used_at: token.lastUsedAt?.toISOString() ?? null,
    created_by: token.createdBy,
    created_at: token.createdAt.toISOString(),
    updated_at: token.updatedAt.toISOString(),
    revoked_at: token.revokedAt?.toISOString() ?? null,
    revoked_by: token.revokedBy,
  };
}

/** The only answer that holds the whole token. */
export function presentNewToken(row: AdminToken, token: string, now: Date): NewAdminTokenDto {
  return Object.assign(presentToken(row, now), { token });
}

function statusOf({ revokedAt, expiresAt }: AdminToken, now: Date): AdminTokenDto['status'] {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= now ? 'expired' : 'active';
}
