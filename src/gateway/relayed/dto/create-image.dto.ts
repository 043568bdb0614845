import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';

/** Images that are wanted. What else is in the body goes to the provider as it came. */
export class CreateImageDto {
  /**
   * The model, as `provider/model`. Without one the provider takes its own choice.
   * @example openai/gpt-image-1
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model?: string | null;

  /**
   * What the images show.
   * @example "A bridge of light between two islands"
   */
  @IsString()
  @MinLength(1)
  prompt: string;

  /** How many images. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  @Max(10)
  n?: number | null;

  /**
   * Width and height.
   * @example 1024x1024
   */
  @IsOptional()
  @IsString()
  size?: string | null;

  /** How much work is put into them. */
  @IsOptional()
  @IsString()
  quality?: string | null;

  /** `url` or `b64_json`, where the model has both. */
  @IsOptional()
  @IsString()
  response_format?: string | null;

  /** Whether the image comes as server-sent events while it is made. */
  @IsOptional()
  @IsBoolean()
  stream?: boolean | null;

  /** How many unfinished images a stream has. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(3)
  partial_images?: number | null;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
