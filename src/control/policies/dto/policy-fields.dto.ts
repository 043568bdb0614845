import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Texts } from '../../../common/validation/texts.decorator.js';
import { CAPS } from '../policy.types.js';
import { capsCheck } from './caps-check.js';

const BOUNDS = Object.fromEntries(CAPS.map((name) => [name, { type: 'number' as const }]));

/** What may be said of a rule when it is made, and changed later. */
@Closed()
export class PolicyFieldsDto {
  /** What it is for, in a line. */
  @IsOptional()
  @IsString()
  @MaxLength(2_000)
  description?: string;

  /** For `route_to`: the model to ask in place of the caller's. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  target_model?: string | null;

  /** For `cap`: upper bounds of request parameters. */
  @IsOptional()
  @Satisfies(capsCheck)
  @ApiPropertyOptional({ type: 'object', properties: BOUNDS, additionalProperties: false })
  caps?: object;

  /** For `deny`: what the caller is told. */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(500)
  message?: string | null;

  /** Lower is asked first, within the scope. */
  @IsOptional()
  @IsInteger()
  @Min(-1_000_000)
  @Max(1_000_000)
  priority?: number;

  @IsOptional()
  @IsBoolean()
  enabled?: boolean;

  /** Evaluated and recorded, and never acts. */
  @IsOptional()
  @IsBoolean()
  dry_run?: boolean;

  /** Patterns with `*` of the models that it is about; none: all. */
  @IsOptional()
  @Texts({ max: 100, length: 256 })
  models?: string[];
}
