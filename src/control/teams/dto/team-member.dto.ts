import { ApiProperty } from '@nestjs/swagger';
import { IsString } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { EntityDto } from '../../tenancy/dto/answers.dto.js';

@Closed()
export class AddTeamMemberDto {
  @ApiProperty()
  @IsString()
  user_id!: string;
}

export class TeamMemberDto extends EntityDto {
  @ApiProperty()
  team_id!: string;

  @ApiProperty()
  user_id!: string;
}
