import { ApiProperty } from '@nestjs/swagger';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { ChangedLevelDto, NewMemberLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';

@Closed()
export class CreateCustomerDto extends NewMemberLevelDto {}

@Closed(TERMS_ELSEWHERE)
export class UpdateCustomerDto extends ChangedLevelDto {}

export class CustomerDto extends LevelDto {
  @ApiProperty({ type: String, nullable: true })
  external_id!: string | null;
}
