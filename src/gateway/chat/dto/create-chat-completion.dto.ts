import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import type { ChatMessage, ChatRequest, ChatTool, ChatToolChoice, ResponseFormat } from '../../openai/chat.types.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';
import { checkLogitBias, checkObject, checkStop, checkStreamOptions } from '../../openai/field-checks.js';
import { checkMessages } from './message-checks.js';
import {
  MESSAGES_SCHEMA,
  RESPONSE_FORMAT_SCHEMA,
  STOP_SCHEMA,
  TOOL_CHOICE_SCHEMA,
  TOOLS_SCHEMA,
} from './chat-schemas.js';
import {
  checkFunctionCall,
  checkFunctions,
  checkPrediction,
  checkResponseFormat,
  checkToolChoice,
  checkTools,
} from './tool-checks.js';

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];
const REASONING_FORMATS = ['none', 'parsed', 'text_parsed', 'raw', 'hidden'];
const SERVICE_TIERS = ['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'ultrafast', 'on_demand', 'performance'];

/**
 * A chat request as OpenAI defines it, with what Cerebras adds. Parameters that the provider of the model does not
 * take are filtered and named in the answer's `x-asbru-filtered-params`.
 */
export class CreateChatCompletionDto implements ChatRequest {
  /**
   * The model, as `provider/model`, or a bare id that only one provider has. See GET /v1/models.
   * @example cerebras/llama-3.3-70b
   */
  @IsString()
  @MinLength(1)
  @MaxLength(256)
  model: string;

  /** The conversation so far, oldest first. */
  @ApiProperty(MESSAGES_SCHEMA)
  @Satisfies(checkMessages)
  messages: ChatMessage[];

  /** Whether the answer comes as server-sent events while it is made. Default: false. */
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

  /** Highest number of tokens to produce, reasoning included. Default: the model's maximum. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  max_completion_tokens?: number | null;

  /** Deprecated name of `max_completion_tokens`, which wins when both are given. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  max_tokens?: number | null;

  /** Lowest number of tokens to produce; -1 is the model's longest (Cerebras). */
  @IsOptional()
  @IsInteger()
  @Min(-1)
  min_completion_tokens?: number | null;

  /** Older name of `min_completion_tokens` (Cerebras). */
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

  /** Whether the answer has the log probabilities of its tokens. */
  @IsOptional()
  @IsBoolean()
  logprobs?: boolean | null;

  /** How many likely tokens are listed at each position; needs `logprobs: true`. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(20)
  top_logprobs?: number | null;

  /** How many answers to produce. */
  @IsOptional()
  @IsInteger()
  @Min(1)
  @Max(128)
  n?: number | null;

  /** The same seed and parameters give, as far as the model can, the same answer. */
  @IsOptional()
  @IsInteger()
  seed?: number | null;

  /** Up to four texts at which the answer ends; they are not part of it. */
  @ApiPropertyOptional(STOP_SCHEMA)
  @IsOptional()
  @Satisfies(checkStop)
  stop?: string | string[] | null;

  /** Who the answer is for. More than 64 characters are not sent to the provider. */
  @IsOptional()
  @IsString()
  user?: string | null;

  /** Functions that the model may call. */
  @ApiPropertyOptional(TOOLS_SCHEMA)
  @IsOptional()
  @Satisfies(checkTools)
  tools?: ChatTool[] | null;

  /** Which tool is called: `none`, `auto`, `required`, one by name, or some of them. */
  @ApiPropertyOptional(TOOL_CHOICE_SCHEMA)
  @IsOptional()
  @Satisfies(checkToolChoice)
  tool_choice?: ChatToolChoice | null;

  /** Whether the model may call several tools at once. */
  @IsOptional()
  @IsBoolean()
  parallel_tool_calls?: boolean | null;

  /** The form of the answer: text, any JSON object, or JSON that obeys a schema. */
  @ApiPropertyOptional(RESPONSE_FORMAT_SCHEMA)
  @IsOptional()
  @Satisfies(checkResponseFormat)
  response_format?: ResponseFormat | null;

  /** How long the model thinks before it answers; the nearest effort that the model has is used. */
  @IsOptional()
  @IsIn(EFFORTS)
  reasoning_effort?: string | null;

  /** Where the reasoning goes: `parsed` (default) into `reasoning`, `raw` into the content, `hidden` nowhere (Cerebras). */
  @IsOptional()
  @IsIn(REASONING_FORMATS)
  reasoning_format?: string | null;

  /** Deprecated: turns reasoning off where the model can (Cerebras). */
  @IsOptional()
  @IsBoolean()
  disable_reasoning?: boolean | null;

  /** Whether the reasoning of earlier turns is left out (Cerebras, GLM models). */
  @IsOptional()
  @IsBoolean()
  clear_thinking?: boolean | null;

  /** Text that the answer will probably repeat, which makes it faster. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @Satisfies(checkPrediction)
  prediction?: Record<string, unknown> | null;

  /** Priority of the request with the provider. */
  @IsOptional()
  @IsIn(SERVICE_TIERS)
  service_tier?: string | null;

  /** Requests with the same key find the same prompt cache. */
  @IsOptional()
  @IsString()
  @MaxLength(1024)
  prompt_cache_key?: string | null;

  /** Parameters of one model only (Cerebras). */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  @IsOptional()
  @Satisfies(checkObject)
  model_parameters?: Record<string, unknown> | null;

  /** Deprecated: functions in the form before tools; the answer then has `function_call`. */
  @ApiPropertyOptional({ type: 'array', items: { type: 'object', additionalProperties: true }, deprecated: true })
  @IsOptional()
  @Satisfies(checkFunctions)
  functions?: unknown[] | null;

  /** Deprecated: which of `functions` is called. */
  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'object', additionalProperties: true }],
    deprecated: true,
  })
  @IsOptional()
  @Satisfies(checkFunctionCall)
  function_call?: unknown;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;

  [key: string]: unknown;
}
