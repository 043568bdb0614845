import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsEmail, IsOptional, MaxLength } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { ChangedLevelDto, NewMemberLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';

@Closed()
export class CreateUserDto extends NewMemberLevelDto {
  @ApiProperty({ example: 'ada@example.com' })
  @IsEmail()
  @MaxLength(320)
  email!: string;
}

@Closed(TERMS_ELSEWHERE)
export class UpdateUserDto extends ChangedLevelDto {
  @ApiPropertyOptional({ example: 'ada@example.com' })
  @IsOptional()
  @IsEmail()
  @MaxLength(320)
  email?: string;
}

export class UserDto extends LevelDto {
  @ApiProperty()
  email!: string;

  @ApiProperty({ type: String, nullable: true })
  external_id!: string | null;
}
