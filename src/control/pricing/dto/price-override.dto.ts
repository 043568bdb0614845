import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkMoment, checkName, checkNote, checkProvider } from './price-checks.js';
import { RatesDto } from './rates.dto.js';

/** Body of `PATCH /admin/v1/prices/overrides/{id}`: what is absent stays, null takes a date or note away. */
@Closed()
export class UpdatePriceOverrideDto extends RatesDto {
  /** The first day (UTC), or moment, on which it holds; null: always has. */
  @ApiPropertyOptional({ type: 'string', nullable: true, example: '2027-01-01' })
  @IsOptional()
  @Satisfies(checkMoment)
  valid_from?: string | null;

  /** The day or moment from which on it does not hold any more; null: it holds until it is deleted. */
  @ApiPropertyOptional({ type: 'string', nullable: true, example: '2028-01-01' })
  @IsOptional()
  @Satisfies(checkMoment)
  valid_until?: string | null;

  @ApiPropertyOptional({ type: 'string', nullable: true, maxLength: 500, example: 'Contract of 2026' })
  @IsOptional()
  @Satisfies(checkNote)
  note?: string | null;
}

/** Body of `POST /admin/v1/prices/overrides`. */
@Closed()
export class CreatePriceOverrideDto extends UpdatePriceOverrideDto {
  /** Name of a provider, or its type, or `*` for all. */
  @ApiProperty({ example: 'cerebras' })
  @Satisfies(checkProvider)
  provider: string;

  /** A model as the provider is asked for it, or a pattern with `*`. */
  @ApiProperty({ example: 'gpt-oss-120b' })
  @Satisfies(checkName)
  model: string;

  /** Whose calls it is for; absent or null: everybody's. */
  @ApiPropertyOptional({ type: 'string', nullable: true })
  @IsOptional()
  @Satisfies(checkName)
  organization_id?: string | null;
}
