import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ListOf } from '../../../common/validation/list-of.decorator.js';
import { InlineBudgetDto } from './inline-budget.dto.js';
import { InlineRateLimitDto } from './inline-rate-limit.dto.js';

/** The name that every level has. */
export class NamedDto {
  @ApiProperty({ example: 'Platform' })
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name!: string;
}

/** What a new level may bring with it. */
export class NewLevelDto extends NamedDto {
  /** Budgets that it begins with. */
  @IsOptional()
  @ListOf(InlineBudgetDto, 50)
  budgets?: InlineBudgetDto[];

  /** Rate limits that it begins with. */
  @IsOptional()
  @ListOf(InlineRateLimitDto, 50)
  rate_limits?: InlineRateLimitDto[];
}

/** What a new level of an organisation may say beside. */
export class NewMemberLevelDto extends NewLevelDto {
  @ApiPropertyOptional({ description: "Whose it is. Default: the administrator's own, else `org_default`." })
  @IsOptional()
  @IsString()
  organization_id?: string;

  @ApiPropertyOptional({ description: 'Its id in another system.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  external_id?: string | null;
}

/** What may be changed of a level. */
export class ChangedLevelDto {
  @ApiPropertyOptional({ example: 'Platform' })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Its id in another system.' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  external_id?: string | null;
}
