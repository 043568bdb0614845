import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { ListOf } from '../../../common/validation/list-of.decorator.js';
import { InlineBudgetDto } from './inline-budget.dto.js';
import { InlineRateLimitDto } from './inline-rate-limit.dto.js';

/** What is asked of a change of a level, and is changed by routes of its own. */
export const TERMS_ELSEWHERE = {
  budgets: elsewhere('/admin/v1/budgets', 'budget'),
  rate_limits: elsewhere('/admin/v1/rate-limits', 'rate limit'),
  organization_id: 'What is made stays in its organization.',
} as const;

function elsewhere(route: string, what: string): string {
  return `Make another ${what} with POST ${route}, with 'level' and 'level_id'; change or remove one with PATCH or DELETE ${route}/{id}.`;
}

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
