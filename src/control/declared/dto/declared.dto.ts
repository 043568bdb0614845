import { ApiProperty } from '@nestjs/swagger';
import { ITEM_KINDS } from '../item.types.js';

/** Something that the file owns. */
export class DeclaredEntityDto {
  /** Always `declared_entity`. */
  object: 'declared_entity';

  /** Of the entity, at its own route. */
  id: string;

  @ApiProperty({ enum: ITEM_KINDS })
  kind: string;

  /** Where the file declares it. */
  @ApiProperty({ example: 'organizations/acme/teams/research' })
  address: string;

  /** Null: the whole installation. */
  @ApiProperty({ type: String, nullable: true })
  organization_id: string | null;
}

/** What is in force. */
export class InForceDto {
  /** Names the content of the section. */
  @ApiProperty({ example: '5c1b0f6c2e7a' })
  version: string;

  @ApiProperty({ type: 'integer' })
  revision: number;

  /** When a node took it up, at its start or because the file changed. */
  deployed_at: string;

  applied_at: string;

  /** Host and process. */
  applied_by: string;
}

/** Why the section of the node that answers could not be applied. */
export class DeclaredErrorDto {
  message: string;

  at: string;
}

/** What the file declares, and what became of it. */
export class DeclaredListDto {
  /** Always `list`. */
  object: 'list';

  /** Null until a file was applied. */
  @ApiProperty({ type: InForceDto, nullable: true })
  in_force: InForceDto | null;

  /** Of the section that the node that answers has read; null without one. */
  @ApiProperty({ type: String, nullable: true })
  version: string | null;

  /** Whether another node's file is in force. */
  superseded: boolean;

  /** Of the node that answers; its last good state stays in force. */
  @ApiProperty({ type: DeclaredErrorDto, nullable: true })
  last_error: DeclaredErrorDto | null;

  @ApiProperty({ type: [DeclaredEntityDto] })
  data: DeclaredEntityDto[];

  has_more: boolean;

  @ApiProperty({ type: String, nullable: true })
  first_id: string | null;

  @ApiProperty({ type: String, nullable: true })
  last_id: string | null;
}
