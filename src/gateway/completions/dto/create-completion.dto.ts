import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import type { TextRequest } from '../../openai/completion.types.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';
import { checkLogitBias, checkStop, checkStreamOptions } from '../../openai/field-checks.js';
import { checkPrompt } from './prompt-check.js';

/** A text completion request as OpenAI defines it (legacy), with what Cerebras adds. */
export class CreateCompletionDto implements TextRequest {
  /**
   * The model, as `provider/model`, or a bare id that only one provider has.
   * @example cerebras/llama-3.3-70b
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  /** The text to continue, or several, or token ids. */
  @ApiProperty({
    anyOf: [
      { type: 'string' },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
      { type: 'array', items: { type: 'array', items: { type: 'integer', minimum: 0 } }, minItems: 1 },
    ],
    example: 'The capital of France is',
  })
  @Satisfies(checkPrompt)
  prompt: string | string[] | number[] | number[][];

  /** Highest number of tokens to produce. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  max_tokens?: number | null;

  /** Lowest number of tokens to produce; -1 is the model's longest (Cerebras). */
  @IsOptional()
  @IsInteger()
  @Min(-1)
  min_tokens?: number | null;

  /** Sampling temperature: low is predictable, high is varied. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(2)
  temperature?: number | null;

  /** Share of the probability mass that is sampled from. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  top_p?: number | null;

  /** Up to four texts at which the completion ends; they are not part of it. */
  @ApiPropertyOptional({ anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' }, maxItems: 4 }] })
  @IsOptional()
  @Satisfies(checkStop)
  stop?: string | string[] | null;

  /** Whether the completion comes as server-sent events while it is made. Default: false. */
  @IsOptional()
  @IsBoolean()
  stream?: boolean | null;

  /** Options of a stream: with `include_usage: true` one more chunk before the end holds the token counts. */
  @ApiPropertyOptional({
    description:
      'Options of a stream: with `include_usage: true` one more chunk before the end holds the token counts.',
    type: 'object',
    properties: { include_usage: { type: 'boolean' } },
    additionalProperties: true,
  })
  @IsOptional()
  @Satisfies(checkStreamOptions)
  stream_options?: { include_usage?: boolean | null; [key: string]: unknown } | null;

  /** How many completions to produce for each prompt. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  @Max(128)
  n?: number | null;

  /** How many completions are made, of which the best `n` are returned. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(20)
  best_of?: number | null;

  /** Whether the prompt is repeated before its completion. */
  @IsOptional()
  @IsBoolean()
  echo?: boolean | null;

  /** Log probabilities of this many likely tokens at each position. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(5)
  logprobs?: number | null;

  /** The same seed and parameters give, as far as the model can, the same completion. */
  @IsOptional()
  @IsInteger()
  seed?: number | null;

  /** Penalty on tokens by how often they have appeared. */
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  frequency_penalty?: number | null;

  /** Penalty on tokens that have appeared at all. */
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  presence_penalty?: number | null;

  /** Bias from -100 to 100 for single tokens, by token id. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'number', minimum: -100, maximum: 100 } })
  @IsOptional()
  @Satisfies(checkLogitBias)
  logit_bias?: Record<string, number> | null;

  /** Text after the gap that is to be filled. Cerebras refuses it. */
  @IsOptional()
  @IsString()
  suffix?: string | null;

  /** Who the completion is for. More than 64 characters are not sent to the provider. */
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
