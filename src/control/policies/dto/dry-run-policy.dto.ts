import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { isRecord } from '../../../common/json/is-record.js';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { CompiledValidator } from '../../../common/validation/compiled-validator.js';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Texts } from '../../../common/validation/texts.decorator.js';
import { wrongType } from '../../../common/validation/violations.js';
import { EFFECTS, type Effect, type PolicyScope, SCOPES } from '../policy.types.js';

/** A rule that is not stored. */
@Closed()
export class DryRunRuleDto {
  /** @example input_tokens > 20000 */
  @IsString()
  expression: string;

  /** Says what an error of the expression counts as. */
  @IsOptional()
  @IsIn(EFFECTS)
  effect?: Effect;

  /** Default: the administrator's organisation, or the installation. */
  @IsOptional()
  @IsIn(SCOPES)
  scope?: PolicyScope;

  @IsOptional()
  @IsString()
  @MaxLength(64)
  scope_id?: string;

  /** Patterns with `*` of the models that it is about; none: all. */
  @IsOptional()
  @Texts({ max: 100, length: 256 })
  models?: string[];
}

/** Which rule to try, and on which requests. */
@Closed()
export class DryRunPolicyDto {
  /** Id of a stored rule, enabled or not. Either this or `rule`. */
  @IsOptional()
  @IsString()
  id?: string;

  @IsOptional()
  @Satisfies((value, param) =>
    isRecord(value)
      ? CompiledValidator.of(DryRunRuleDto).check(value, `${param}.`)
      : wrongType(param, 'an object', value),
  )
  @ApiPropertyOptional({ type: DryRunRuleDto })
  rule?: DryRunRuleDto;

  /** ISO 8601, inclusive; default: a day before `to`. */
  @IsOptional()
  @IsString()
  from?: string;

  /** ISO 8601, exclusive; default: now. */
  @IsOptional()
  @IsString()
  to?: string;

  /** Requests to look at, the newest first; default 1000. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  @Max(10_000)
  limit?: number;
}
