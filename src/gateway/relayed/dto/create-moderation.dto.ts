import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { type Check, Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { emptyArray, wrongType } from '../../../common/validation/violations.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';

const FORMS = 'a string, an array of strings, or an array of texts and images';

/** `input`: a text, several, or parts of one message. What is in a part is the provider's to judge. */
export const checkModerationInput: Check = (value, param) => {
  if (typeof value === 'string') return undefined;
  if (!Array.isArray(value)) return wrongType(param, FORMS, value);
  if (value.length === 0) return emptyArray(param);
  const wrong = value.findIndex((item) => typeof item !== 'string' && (typeof item !== 'object' || item === null));
  return wrong === -1 ? undefined : wrongType(`${param}[${wrong}]`, 'a string or an object', value[wrong]);
};

/** Texts and images that are to be judged. */
export class CreateModerationDto {
  /**
   * The model, as `provider/model`. Without one the provider takes its own choice.
   * @example openai/omni-moderation-latest
   */
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model?: string | null;

  /** A text, several, or texts and images together. */
  @ApiProperty({
    anyOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'array', items: { type: 'object' }, minItems: 1 },
    ],
    example: 'A friendly greeting.',
  })
  @Satisfies(checkModerationInput)
  input: string | string[] | object[];

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
