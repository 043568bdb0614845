import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { ChangedLevelDto, NewMemberLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';

@Closed()
export class CreateTeamDto extends NewMemberLevelDto {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The customer that it belongs to.' })
  @IsOptional()
  @IsString()
  customer_id?: string | null;
}

@Closed(TERMS_ELSEWHERE)
export class UpdateTeamDto extends ChangedLevelDto {
  @ApiPropertyOptional({ type: String, nullable: true, description: 'The customer that it belongs to.' })
  @IsOptional()
  @IsString()
  customer_id?: string | null;
}

export class TeamDto extends LevelDto {
  @ApiProperty({ type: String, nullable: true })
  external_id!: string | null;

  @ApiProperty({ type: String, nullable: true })
  customer_id!: string | null;
}
