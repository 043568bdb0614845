import { IsIn, IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { EFFECTS, type Effect, type PolicyScope, SCOPES } from '../policy.types.js';
import { PolicyFieldsDto } from './policy-fields.dto.js';

/** A new rule. */
@Closed()
export class CreatePolicyDto extends PolicyFieldsDto {
  /** @example Large models are for research */
  @IsString()
  @MinLength(1)
  @MaxLength(200)
  name: string;

  /**
   * A condition in CEL; `POST /admin/v1/policies/check` names what it may look at.
   * @example team.name != "research"
   */
  @IsString()
  expression: string;

  @IsIn(EFFECTS)
  effect: Effect;

  /** What it binds. */
  @IsIn(SCOPES)
  scope: PolicyScope;

  /** Id of the entity; not for the installation, and needless for an administrator's own organisation. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  scope_id?: string | null;
}
