import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { Closed } from '../../../common/validation/closed.decorator.js';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import type { PriceTier } from '../pricing.port.js';
import { checkMoment, checkName } from './price-checks.js';

const TIERS: readonly PriceTier[] = ['batch', 'priority', 'flex'];
const MOST = 1_000_000_000;

/** Body of `POST /admin/v1/prices/estimate`: what one request uses, and how many of them there are. */
@Closed()
export class EstimatePriceDto {
  /** A model, or `provider/model`. */
  @ApiProperty({ example: 'cerebras/gpt-oss-120b' })
  @Satisfies(checkName)
  model: string;

  /** Name of the provider, when it is not in `model`. */
  @ApiPropertyOptional({ example: 'cerebras' })
  @IsOptional()
  @Satisfies(checkName)
  provider?: string;

  /** Type of the provider, when it has another name than its type. */
  @IsOptional()
  @Satisfies(checkName)
  provider_type?: string;

  /** Whose overrides apply; default: those of the administrator's organisation. */
  @IsOptional()
  @Satisfies(checkName)
  organization_id?: string;

  /** When; default: now. */
  @IsOptional()
  @Satisfies(checkMoment)
  at?: string;

  @ApiPropertyOptional({ enum: TIERS })
  @IsOptional()
  @IsIn(TIERS)
  tier?: PriceTier;

  /** All of the input, with what is read from and written into a cache. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  input_tokens?: number;

  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  cached_input_tokens?: number;

  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  cache_write_tokens?: number;

  /** Of these, those that are kept for an hour or longer. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  cache_write_long_tokens?: number;

  /** All of the output, with reasoning. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  output_tokens?: number;

  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(MOST)
  reasoning_tokens?: number;

  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(1_000)
  images?: number;

  /** Of audio. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1_000_000)
  seconds?: number;

  /** How many requests of this kind; default 1. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  @Max(MOST)
  requests?: number;
}
