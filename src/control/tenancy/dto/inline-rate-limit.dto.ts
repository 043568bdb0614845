import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Texts } from '../../../common/validation/texts.decorator.js';
import { LIMIT_METRICS, type LimitMetric } from '../../contract/terms.types.js';
import { checkWindow } from '../term-checks.js';

/** A rate limit of the entity that it is sent with. */
@Closed()
export class InlineRateLimitDto {
  @ApiProperty({ enum: LIMIT_METRICS })
  @IsIn(LIMIT_METRICS)
  metric!: LimitMetric;

  @ApiProperty({ type: 'integer', example: 60 })
  @IsInt()
  @Min(1)
  @Max(Number.MAX_SAFE_INTEGER)
  limit!: number;

  @ApiPropertyOptional({ description: 'From `1s` to `24h`; none for `concurrency`.', example: '1m' })
  @IsOptional()
  @Satisfies(checkWindow)
  window?: string;

  /** Models that it is about, as patterns with `*`. None: all. */
  @IsOptional()
  @Texts()
  models?: string[];

  /** Providers that it is about, as patterns with `*`. None: all. */
  @IsOptional()
  @Texts()
  providers?: string[];
}
