import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, MinLength } from 'class-validator';
import { Satisfies } from '../../../../common/validation/satisfies.decorator.js';
import type {
  InputMessage,
  OutputConfig,
  TextBlock,
  Thinking,
  ToolChoice,
  ToolDefinition,
} from '../../../anthropic/messages.types.js';
import { checkMessages, checkSystem } from './message-checks.js';
import {
  MESSAGES_SCHEMA,
  OUTPUT_CONFIG_SCHEMA,
  SYSTEM_SCHEMA,
  THINKING_SCHEMA,
  TOOL_CHOICE_SCHEMA,
  TOOLS_SCHEMA,
} from './message-schemas.js';
import { checkOutputConfig, checkThinking, checkToolChoice, checkTools } from './option-checks.js';

/** A message whose prompt is counted: what CreateMessageDto has, without what concerns the answer. */
export class CountTokensDto {
  /**
   * The model that the message would go to. The estimate is the same for all.
   * @example cerebras/gpt-oss-120b
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  @ApiProperty(MESSAGES_SCHEMA)
  @Satisfies(checkMessages)
  messages: InputMessage[];

  @ApiPropertyOptional(SYSTEM_SCHEMA)
  @IsOptional()
  @Satisfies(checkSystem)
  system?: string | TextBlock[] | null;

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
}

export class TokenCountDto {
  /** Tokens of the prompt, images and tools included. */
  @ApiProperty({ type: 'integer', example: 14 })
  input_tokens: number;
}
