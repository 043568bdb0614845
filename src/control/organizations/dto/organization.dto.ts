import { Closed } from '../../../common/validation/closed.decorator.js';
import { LevelDto } from '../../tenancy/dto/answers.dto.js';
import { NamedDto, NewLevelDto, TERMS_ELSEWHERE } from '../../tenancy/dto/named.dto.js';

@Closed()
export class CreateOrganizationDto extends NewLevelDto {}

@Closed(TERMS_ELSEWHERE)
export class UpdateOrganizationDto extends NamedDto {}

export class OrganizationDto extends LevelDto {}
