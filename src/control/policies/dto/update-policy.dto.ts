import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { EFFECTS, type Effect } from '../policy.types.js';
import { PolicyFieldsDto } from './policy-fields.dto.js';

/** What is to be changed; the rest stays. The scope stays too: make another rule for another one. */
@Closed()
export class UpdatePolicyDto extends PolicyFieldsDto {
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name?: string;

  /** A condition in CEL. */
  @IsOptional()
  @IsString()
  expression?: string;

  @IsOptional()
  @IsIn(EFFECTS)
  effect?: Effect;
}
