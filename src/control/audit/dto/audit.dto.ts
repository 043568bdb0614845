import { ApiProperty } from '@nestjs/swagger';

export class AuditActorDto {
  @ApiProperty({ enum: ['admin_token', 'setup', 'file', 'gateway', 'unknown'] })
  kind!: string;

  @ApiProperty({ type: String, nullable: true })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
}

export class AuditTargetDto {
  @ApiProperty({ example: 'virtual_key' })
  type!: string;

  @ApiProperty()
  id!: string;
}

export class AuditEventDto {
  @ApiProperty()
  id!: string;

  @ApiProperty({ enum: ['audit_event'] })
  object!: string;

  @ApiProperty({ format: 'date-time' })
  created_at!: string;

  @ApiProperty({ type: AuditActorDto })
  actor!: AuditActorDto;

  @ApiProperty({ example: 'virtual_keys.update' })
  action!: string;

  @ApiProperty({ type: String, nullable: true, example: 'PATCH /admin/v1/virtual-keys/:id' })
  route!: string | null;

  @ApiProperty({ type: [AuditTargetDto] })
  targets!: readonly AuditTargetDto[];

  @ApiProperty({ type: String, nullable: true })
  organization_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  request_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  client_address!: string | null;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'New values, without secrets.' })
  fields!: Readonly<Record<string, unknown>>;

  @ApiProperty({ enum: ['succeeded', 'refused'] })
  outcome!: string;

  @ApiProperty({ description: 'Id of an organization, or `platform`.' })
  chain!: string;

  @ApiProperty({ type: 'integer' })
  seq!: number;

  @ApiProperty({ description: 'Hash of the row before.' })
  prev!: string;

  @ApiProperty()
  hash!: string;
}

export class AuditListDto {
  @ApiProperty({ enum: ['list'] })
  object!: string;

  @ApiProperty({ type: [AuditEventDto] })
  data!: AuditEventDto[];

  @ApiProperty()
  has_more!: boolean;

  @ApiProperty({ type: String, nullable: true })
  first_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  last_id!: string | null;
}
