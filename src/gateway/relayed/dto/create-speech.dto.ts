import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';
import { checkVoice } from './embedding-input.check.js';

/** A text that is to be spoken. What else is in the body goes to the provider as it came. */
export class CreateSpeechDto {
  /**
   * The model, as `provider/model`, or a bare id that only one provider has.
   * @example openai/gpt-4o-mini-tts
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  /**
   * The text.
   * @example "The bridge is open."
   */
  @IsString()
  @MinLength(1)
  input: string;

  /** Who speaks: a name, or the id of a voice of one's own. */
  @ApiProperty({
    anyOf: [{ type: 'string' }, { type: 'object', properties: { id: { type: 'string' } }, required: ['id'] }],
    example: 'alloy',
  })
  @Satisfies(checkVoice)
  voice: string | { id: string };

  /**
   * `mp3`, `opus`, `aac`, `flac`, `wav` or `pcm`.
   * @example mp3
   */
  @IsOptional()
  @IsString()
  response_format?: string | null;

  /** How fast. */
  @IsOptional()
  @IsNumber()
  @Min(0.25)
  @Max(4)
  speed?: number | null;

  /** `sse`: the audio comes as server-sent events. Default `audio`. */
  @IsOptional()
  @IsString()
  stream_format?: string | null;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
