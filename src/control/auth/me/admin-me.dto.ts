import { ApiProperty } from '@nestjs/swagger';

/** The administrator that calls. */
export class AdminMeDto {
  /** Always `admin`. */
  object: 'admin';

  /** Id of the token. */
  id: string;

  name: string;

  /** How the token begins. */
  prefix: string;

  /** Organization that it is bound to; null: the whole installation. */
  @ApiProperty({ type: String, nullable: true })
  organization_id: string | null;

  @ApiProperty({ type: String, nullable: true })
  role_id: string | null;

  @ApiProperty({ type: String, nullable: true })
  role_name: string | null;

  /** All that you may do. */
  @ApiProperty({ type: [String], example: ['usage:read'] })
  permissions: string[];

  @ApiProperty({ type: String, nullable: true })
  expires_at: string | null;

  created_at: string;
}
