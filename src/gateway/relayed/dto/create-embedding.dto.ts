import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';
import { checkEmbeddingInput, checkEncodingFormat } from './embedding-input.check.js';

/** Texts whose vectors are wanted. What else is in the body goes to the provider as it came. */
export class CreateEmbeddingDto {
  /**
   * The model, as `provider/model`, or a bare id that only one provider has.
   * @example openai/text-embedding-3-small
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  /** One text, several, the tokens of one, or those of several. */
  @ApiProperty({
    anyOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
      { type: 'array', items: { type: 'array', items: { type: 'integer', minimum: 0 } }, minItems: 1 },
    ],
    example: 'The quick brown fox.',
  })
  @Satisfies(checkEmbeddingInput)
  input: string | string[] | number[] | number[][];

  /** `float`, or `base64` for the bytes of 32-bit floats, which is a third of the size. */
  @ApiPropertyOptional({ enum: ['float', 'base64'] })
  @IsOptional()
  @Satisfies(checkEncodingFormat)
  encoding_format?: 'float' | 'base64' | null;

  /** Length of the vectors, where the model can shorten them. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  dimensions?: number | null;

  /** Who the vectors are for. */
  @IsOptional()
  @IsString()
  user?: string | null;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
