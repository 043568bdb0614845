import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { type Level, LEVELS } from '../../contract/level.types.js';
import { InlineBudgetDto } from '../../tenancy/dto/inline-budget.dto.js';

@Closed()
export class CreateBudgetDto extends InlineBudgetDto {
  @ApiProperty({ enum: LEVELS })
  @IsIn(LEVELS)
  level!: Level;

  @ApiProperty({ description: 'Id of the entity that it is for.' })
  @IsString()
  level_id!: string;

  @ApiPropertyOptional({ description: "Whose entity it is, to be sure. Default: the entity's own." })
  @IsOptional()
  @IsString()
  organization_id?: string;
}

@Closed()
export class UpdateBudgetDto extends PartialType(InlineBudgetDto) {}
