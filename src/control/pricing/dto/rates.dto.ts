import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsObject, IsArray, IsOptional } from 'class-validator';
import type { Dollars, WrittenPricing } from '../document/price-document.types.js';
import { Amount } from './amount.decorator.js';

const STEP = 'As the rates outside, and `above`: for calls whose input has more tokens than that.';

/** Rates as administrators write them. */
export class RatesDto implements WrittenPricing {
  @Amount('Dollars for a million input tokens.', '0.35')
  input_usd_per_million?: Dollars;

  @Amount("For a million that are read from the provider's cache. Default: as input.", '0.035')
  cached_input_usd_per_million?: Dollars;

  @Amount('For a million that are written into it. Default: as input.', '0.4375')
  cache_write_usd_per_million?: Dollars;

  @Amount('For a million of those that are kept for an hour or longer. Default: as other writes.', '0.70')
  cache_write_long_usd_per_million?: Dollars;

  @Amount('Dollars for a million output tokens.', '0.75')
  output_usd_per_million?: Dollars;

  @Amount('For a million reasoning tokens. Default: as output.', '0.75')
  reasoning_usd_per_million?: Dollars;

  @Amount('Dollars for each request, beside its tokens.', '0.005')
  usd_per_request?: Dollars;

  @Amount('Dollars for each image.', '0.04')
  usd_per_image?: Dollars;

  @Amount('Dollars for each second of audio.', '0.0001')
  usd_per_second?: Dollars;

  /** Other rates by way of asking: `batch`, `priority`, `flex`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @IsObject()
  tiers?: WrittenPricing['tiers'];

  @ApiPropertyOptional({ type: 'array', items: { type: 'object', additionalProperties: true }, description: STEP })
  @IsOptional()
  @IsArray()
  long_context?: WrittenPricing['long_context'];
}
