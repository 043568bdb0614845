import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsNumber, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { IsInteger } from '../../../common/validation/is-integer.decorator.js';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkFallbacks } from '../../openai/fallbacks-check.js';
import type { InputItem, ResponsesRequest, ResponsesTool, ResponsesToolChoice } from '../responses.types.js';
import { MIN_OUTPUT_TOKENS } from '../stateless.js';
import {
  checkInclude,
  checkInput,
  checkMetadata,
  checkReasoning,
  checkStreamOptions,
  checkText,
  checkToolChoice,
  checkTools,
} from './create-response.checks.js';
import { ReasoningOptionsDto, ResponseStreamOptionsDto, TextOptionsDto } from './response-options.dto.js';

const OBJECT = { type: 'object', additionalProperties: true } as const;

/**
 * Body of `POST /v1/responses`.
 * Every optional field may be `null`, which means the same as leaving it out.
 */
export class CreateResponseDto implements ResponsesRequest {
  /**
   * The model that answers.
   * @example "gpt-oss-120b"
   */
  @IsString()
  @MinLength(1)
  model: string;

  /**
   * What to answer: a text, or items of the conversation so far. Items are messages (`role` and `content`, with
   * `input_text` and `input_image` parts; images as data URLs only), and the `reasoning`, `message`,
   * `function_call` items of earlier answers with the `function_call_output` items that answer their calls.
   * @example "Why is the sky blue?"
   */
  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'array', items: OBJECT }],
    type: undefined,
    nullable: true,
  })
  @IsOptional()
  @Satisfies(checkInput)
  input?: string | InputItem[] | null;

  /**
   * The system message, before all of `input`.
   * @example "Answer in one sentence."
   */
  @IsOptional()
  @IsString()
  instructions?: string | null;

  /**
   * Upper limit of the answer's tokens, those of its reasoning included. At least 16. Default: the model's own limit.
   * An answer that reaches it has the status `incomplete`.
   * @example 1024
   */
  @IsOptional()
  @IsInteger()
  @Min(MIN_OUTPUT_TOKENS)
  max_output_tokens?: number | null;

  /** Upper limit of calls of hosted tools. There are none here, so it has no effect. */
  @IsOptional()
  @IsInteger()
  max_tool_calls?: number | null;

  /**
   * Randomness of the answer, 0 to 2. Default 1. Change this or `top_p`, not both.
   * @example 0.7
   */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(2)
  temperature?: number | null;

  /** Share of the probability mass that tokens are drawn from, 0 to 1. Default 1. */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(1)
  top_p?: number | null;

  /** How many likely tokens to list at each position, 0 to 20. Default 0. */
  @IsOptional()
  @IsInteger()
  @Min(0)
  @Max(20)
  top_logprobs?: number | null;

  /** How much tokens that were used already are avoided, -2 to 2. Default 0. */
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  presence_penalty?: number | null;

  /** How much tokens are avoided the more often they were used, -2 to 2. Default 0. */
  @IsOptional()
  @IsNumber()
  @Min(-2)
  @Max(2)
  frequency_penalty?: number | null;

  /**
   * Functions that the model may call: `type: "function"`, `name`, `description`, `parameters` (a JSON Schema),
   * `strict`. Tools that OpenAI hosts (`web_search`, `file_search`, `code_interpreter`, `mcp` …) are refused.
   * @example []
   */
  @ApiPropertyOptional({ type: 'array', items: OBJECT })
  @IsOptional()
  @Satisfies(checkTools)
  tools?: ResponsesTool[] | null;

  /**
   * Which tool is called: `auto`, `none`, `required`, `{"type":"function","name":…}` or
   * `{"type":"allowed_tools","mode":…,"tools":[…]}`. Default `auto`.
   * @example "auto"
   */
  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, OBJECT], type: undefined })
  @IsOptional()
  @Satisfies(checkToolChoice)
  tool_choice?: ResponsesToolChoice | null;

  /** Whether the model may call several functions at once. Default `true`. */
  @IsOptional()
  @IsBoolean()
  parallel_tool_calls?: boolean | null;

  /** How the answer's text is written: plain, or JSON. */
  @IsOptional()
  @Satisfies(checkText)
  text?: TextOptionsDto | null;

  /** How the model reasons. */
  @IsOptional()
  @Satisfies(checkReasoning)
  reasoning?: ReasoningOptionsDto | null;

  /**
   * What to add to the answer: `reasoning.encrypted_content` (a token that gives the model its reasoning back
   * when the item is sent again) and `message.output_text.logprobs`. Other values have no effect.
   * @example ["reasoning.encrypted_content"]
   */
  @IsOptional()
  @Satisfies(checkInclude)
  include?: string[] | null;

  /**
   * Whether the response is stored, so that it can be retrieved and continued. Default `true`. The answer says what is
   * the case: `false` where nothing is stored (`ASBRU_RESPONSE_STORE=off`) or the database is away.
   */
  @IsOptional()
  @IsBoolean()
  store?: boolean | null;

  /**
   * Whether the answer comes as server-sent events while it is made. Default `false`.
   * @example false
   */
  @IsOptional()
  @IsBoolean()
  stream?: boolean | null;

  /** Options of a stream. */
  @IsOptional()
  @Satisfies(checkStreamOptions)
  stream_options?: ResponseStreamOptionsDto | null;

  /**
   * Id of a stored response that this one continues: its input and its output come before `input`, its `instructions`
   * do not.
   */
  @IsOptional()
  @IsString()
  previous_response_id?: string | null;

  /** Not available: conversations are not stored. A value is answered with 400. */
  @ApiPropertyOptional({ oneOf: [{ type: 'string' }, OBJECT], type: undefined, nullable: true })
  @IsOptional()
  conversation?: unknown;

  /** Not available: prompt templates are not stored. A value is answered with 400. */
  @ApiPropertyOptional({ ...OBJECT, nullable: true })
  @IsOptional()
  prompt?: unknown;

  /**
   * Whether to answer at once with a `queued` response that is made whether the caller stays or not; retrieve it to see
   * how far it is. Default `false`.
   */
  @IsOptional()
  @IsBoolean()
  background?: boolean | null;

  /** `auto` or `disabled`. Nothing is ever cut from the input here, so `auto` has no effect. Default `disabled`. */
  @IsOptional()
  @IsIn(['auto', 'disabled'])
  truncation?: string | null;

  /**
   * Up to 16 pairs that the answer repeats: keys of at most 64 characters, values of at most 512.
   * @example { "ticket": "4711" }
   */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @Satisfies(checkMetadata)
  metadata?: Record<string, string> | null;

  /** Processing tier: `auto`, `default`, `flex` or `priority`, where the upstream offers them. Default `auto`. */
  @IsOptional()
  @IsString()
  service_tier?: string | null;

  /** An id of the end user, for the upstream's abuse detection. */
  @IsOptional()
  @IsString()
  user?: string | null;

  /** A stable id of the end user, at most 64 characters. The answer repeats it; it is not sent upstream. */
  @IsOptional()
  @IsString()
  @MaxLength(64)
  safety_identifier?: string | null;

  /** Groups requests with a common beginning, so that the upstream's prompt cache is hit more often. */
  @IsOptional()
  @IsString()
  prompt_cache_key?: string | null;

  /** How long OpenAI keeps cached prompts. Without effect here. */
  @IsOptional()
  @IsString()
  prompt_cache_retention?: string | null;

  /** Routes to ask, in this order, when those of `model` cannot answer (Asbru). */
  @ApiPropertyOptional({ type: 'array', items: { type: 'string' }, maxItems: 8 })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[] | null;
}
