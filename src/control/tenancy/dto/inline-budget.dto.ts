import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { ListOf } from '../../../common/validation/list-of.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { Texts } from '../../../common/validation/texts.decorator.js';
import { checkDollars, checkInstant, checkPeriod, checkThresholds, checkTimeZone } from '../term-checks.js';

export const BUDGET_MODES = ['hard', 'soft'] as const;

@Closed()
export class BudgetOverrideDto {
  @ApiProperty({ description: 'Dollars that are added to the amount.', example: '25.00' })
  @Satisfies(checkDollars)
  amount_usd!: string | number;

  @ApiProperty({ description: 'When it begins, in ISO 8601.', example: '2026-12-01T00:00:00Z' })
  @Satisfies(checkInstant)
  from!: string;

  @ApiProperty({ description: 'When it ends, exclusive.', example: '2026-12-08T00:00:00Z' })
  @Satisfies(checkInstant)
  until!: string;
}

/** A budget of the entity that it is sent with. */
@Closed()
export class InlineBudgetDto {
  @ApiPropertyOptional({ example: 'Monthly' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  @ApiProperty({ description: 'Dollars, with at most six decimals.', example: '50.00' })
  @Satisfies(checkDollars)
  amount_usd!: string | number;

  @ApiProperty({
    description:
      '`hour`, `day`, `week`, `month`, `quarter` or `year` of the calendar; a duration such as `30d` or `12h` for what was spent in the last so much time; `prepaid` for a balance that does not begin anew.',
    example: 'month',
  })
  @Satisfies(checkPeriod)
  period!: string;

  @ApiPropertyOptional({ description: 'In which the calendar is read. Default `UTC`.', example: 'Europe/Stockholm' })
  @IsOptional()
  @Satisfies(checkTimeZone)
  time_zone?: string;

  @ApiPropertyOptional({ description: '`hard` refuses what does not fit, `soft` notes it. Default `hard`.' })
  @IsOptional()
  @IsIn(BUDGET_MODES)
  mode?: (typeof BUDGET_MODES)[number];

  @ApiPropertyOptional({ type: [Number], description: 'Percentages at which use is told. Default 80 and 100.' })
  @IsOptional()
  @Satisfies(checkThresholds)
  thresholds?: number[];

  /** Models that it is about, as patterns with `*`. None: all. */
  @IsOptional()
  @Texts()
  models?: string[];

  /** Providers that it is about, as patterns with `*`. None: all. */
  @IsOptional()
  @Texts()
  providers?: string[];

  /** Amounts that are added for a time. */
  @IsOptional()
  @ListOf(BudgetOverrideDto, 100)
  overrides?: BudgetOverrideDto[];
}
