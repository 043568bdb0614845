import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { ChangedLevelDto, NewMemberLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';

@Closed()
export class CreateProjectDto extends NewMemberLevelDto {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The team that it belongs to.' })
  @IsOptional()
  @IsString()
  team_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The customer that it belongs to.' })
  @IsOptional()
  @IsString()
  customer_id?: string | null;
}

@Closed(TERMS_ELSEWHERE)
export class UpdateProjectDto extends ChangedLevelDto {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The team that it belongs to.' })
  @IsOptional()
  @IsString()
  team_id?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'The customer that it belongs to.' })
  @IsOptional()
  @IsString()
  customer_id?: string | null;
}

export class ProjectDto extends LevelDto {
  @ApiProperty({ type: String, nullable: true })
  external_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  team_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  customer_id!: string | null;
}
