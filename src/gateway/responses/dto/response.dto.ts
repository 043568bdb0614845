import { ApiProperty } from '@nestjs/swagger';

/** A wire object whose members the description of the field tells. */
const OBJECT = { type: 'object', additionalProperties: true } as const;

export class ResponseUsageDto {
  /** Tokens of the input. */
  input_tokens: number;

  /** Finer counts of the input: `cached_tokens`, `cache_write_tokens`. */
  @ApiProperty(OBJECT)
  input_tokens_details: object;

  /** Tokens of the output, reasoning included. */
  output_tokens: number;

  /** Finer counts of the output: `reasoning_tokens`. */
  @ApiProperty(OBJECT)
  output_tokens_details: object;

  /** Both together. */
  total_tokens: number;
}

/** A whole response. Every field is always there. */
export class ResponseDto {
  /** Id of the response, `resp_…`. */
  id: string;

  /** Always `response`. */
  object: 'response';

  /** Unix time at which the answer began, in seconds. */
  created_at: number;

  /** Unix time at which it was complete, in seconds; null when it is not. */
  completed_at: number | null;

  /** How far the response is, or how it ended. */
  @ApiProperty({ enum: ['queued', 'in_progress', 'completed', 'incomplete', 'failed', 'cancelled'] })
  status: string;

  /** As in the request. */
  background: boolean;

  /** Why the response failed: `code` and `message`. */
  @ApiProperty({ ...OBJECT, nullable: true })
  error: object | null;

  /** Why it is incomplete: `reason` is `max_output_tokens` or `content_filter`. */
  @ApiProperty({ ...OBJECT, nullable: true })
  incomplete_details: object | null;

  /** As in the request. */
  instructions: string | null;

  /** As in the request. */
  max_output_tokens: number | null;

  /** As in the request. */
  max_tool_calls: number | null;

  /** The model that answered. */
  model: string;

  /** What the model produced: `reasoning`, `message` and `function_call` items. */
  @ApiProperty({ type: 'array', items: OBJECT })
  output: object[];

  /** As in the request. */
  parallel_tool_calls: boolean;

  /** As in the request. */
  @ApiProperty({ type: 'string', nullable: true })
  previous_response_id: string | null;

  /** As in the request. */
  prompt_cache_key: string | null;

  /** As in the request: `effort` and `summary`. */
  @ApiProperty(OBJECT)
  reasoning: object;

  /** As in the request. */
  safety_identifier: string | null;

  /** As in the request. */
  service_tier: string;

  /** Whether the response is stored. */
  store: boolean;

  /** As in the request; 1 when it was not given. */
  temperature: number;

  /** As in the request: `format` and `verbosity`. */
  @ApiProperty(OBJECT)
  text: object;

  /** As in the request. */
  @ApiProperty({ anyOf: [{ type: 'string' }, OBJECT] })
  tool_choice: unknown;

  /** As in the request. */
  @ApiProperty({ type: 'array', items: OBJECT })
  tools: object[];

  /** As in the request. */
  top_logprobs: number;

  /** As in the request; 1 when it was not given. */
  top_p: number;

  /** As in the request. */
  presence_penalty: number;

  /** As in the request. */
  frequency_penalty: number;

  /** Always `disabled`. */
  truncation: string;

  /** Token counts; null when the provider gave none. */
  usage: ResponseUsageDto | null;

  /** As in the request. */
  user: string | null;

  /** As in the request. */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  metadata: Record<string, string>;
}
