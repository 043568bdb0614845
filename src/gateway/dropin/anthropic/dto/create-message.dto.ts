import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../../common/validation/satisfies.decorator.js';
import type {
  InputMessage,
  MessagesRequest,
  OutputConfig,
  TextBlock,
  Thinking,
  ToolChoice,
  ToolDefinition,
} from '../../../anthropic/messages.types.js';
import { checkFallbacks } from '../../../openai/fallbacks-check.js';
import { checkMessages, checkSystem } from './message-checks.js';
import {
  MESSAGES_SCHEMA,
  METADATA_SCHEMA,
  OUTPUT_CONFIG_SCHEMA,
  SYSTEM_SCHEMA,
  THINKING_SCHEMA,
  TOOL_CHOICE_SCHEMA,
  TOOLS_SCHEMA,
} from './message-schemas.js';
import {
  checkFormat,
  checkMetadata,
  checkOutputConfig,
  checkStopSequences,
  checkThinking,
  checkToolChoice,
  checkTools,
} from './option-checks.js';

/**
 * A request of Anthropic's Messages API. A provider that speaks it gets it as it came; for all others it is turned into
 * a chat request, and what has no counterpart there is named in the answer's `x-asbru-filtered-params`.
 */
export class CreateMessageDto implements MessagesRequest {
  /**
   * The model: `provider/model`, a bare id, or an alias. The answer repeats it as it stands here.
   * @example cerebras/gpt-oss-120b
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  @ApiProperty(MESSAGES_SCHEMA)
  @Satisfies(checkMessages)
  messages: InputMessage[];

  /** Highest number of tokens to produce, thoughts included. More than the model's own limit is that limit. */
  @IsInteger()
  @Min(1)
  @ApiProperty({ type: 'integer', minimum: 1, example: 1024 })
  max_tokens: number;

  @ApiPropertyOptional(SYSTEM_SCHEMA)
  @IsOptional()
  @Satisfies(checkSystem)
  system?: string | TextBlock[] | null;

  /** Whether the answer comes as server-sent events while it is made. Default: false. */
  @IsOptional()
  @IsBoolean()
  stream?: boolean | null;

  /** Texts at which the answer ends; they are not part of it. */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' } })
  @IsOptional()
  @Satisfies(checkStopSequences)
  stop_sequences?: string[] | null;

  /** Sampling temperature: low is predictable, high is varied. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  temperature?: number | null;

  /** Share of the probability mass that is sampled from. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  top_p?: number | null;

  /** How many of the likeliest tokens are sampled from. Not every provider has it. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  top_k?: number | null;

  @ApiPropertyOptional(TOOLS_SCHEMA)
  @IsOptional()
  @Satisfies(checkTools)
  tools?: ToolDefinition[] | null;

  @ApiPropertyOptional(TOOL_CHOICE_SCHEMA)
  @IsOptional()
  @Satisfies(checkToolChoice)
  tool_choice?: ToolChoice | null;

  @ApiPropertyOptional(THINKING_SCHEMA)
  @IsOptional()
  @Satisfies(checkThinking)
  thinking?: Thinking | null;

  @ApiPropertyOptional(OUTPUT_CONFIG_SCHEMA)
  @IsOptional()
  @Satisfies(checkOutputConfig)
  output_config?: OutputConfig | null;

  /** Older name of `output_config.format`. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, deprecated: true })
  @IsOptional()
  @Satisfies(checkFormat)
  output_format?: Record<string, unknown> | null;

  @ApiPropertyOptional(METADATA_SCHEMA)
  @IsOptional()
  @Satisfies(checkMetadata)
  metadata?: { user_id?: string | null; [key: string]: unknown } | null;

  /** Priority of the request with the provider. */
  @IsOptional()
  @IsIn(['auto', 'standard_only'])
  service_tier?: string | null;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
