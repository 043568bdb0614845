import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { UsageDto } from '../../openai/dto/usage.dto.js';

/** A function that the model wants called. */
export class CalledFunctionDto {
  /** Name of the function. */
  name: string;

  /** Its arguments as JSON text, character for character as the model wrote them. */
  arguments: string;
}

export class ToolCallDto {
  /** Id of the call; the tool message that answers it repeats it. */
  id: string;

  /** Always `function`. */
  type: 'function';

  /** What is called. */
  function: CalledFunctionDto;
}

export class AssistantMessageDto {
  /** Always `assistant`. */
  role: 'assistant';

  /** The text of the answer; null when there are only tool calls. */
  content: string | null;

  /** Why the model refused, if it did. */
  refusal: string | null;

  /** The model's reasoning, if it has one. */
  reasoning?: string;

  /** The same text under the name that other clients read. */
  reasoning_content?: string;

  /** The calls that the model makes. */
  tool_calls?: ToolCallDto[];
}

export class ChatChoiceDto {
  /** Position among the answers. */
  index: number;

  /** The answer. */
  message: AssistantMessageDto;

  /** Log probabilities of the tokens, when asked for. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  logprobs: object | null;

  /** Why the model stopped. */
  @ApiProperty({ enum: ['stop', 'length', 'tool_calls', 'content_filter', 'function_call'] })
  finish_reason: string;
}

/** A whole chat answer. Streamed, each event is a `chat.completion.chunk` with `delta` in place of `message`. */
export class ChatCompletionDto {
  /** Id of the answer. */
  id: string;

  /** Always `chat.completion`. */
  object: 'chat.completion';

  /** Unix time of the answer, in seconds. */
  created: number;

  /** The model that answered. */
  model: string;

  /** The answers, `n` of them. */
  choices: ChatChoiceDto[];

  /** Token counts. */
  usage?: UsageDto;

  /** Version of the model's set-up. */
  system_fingerprint?: string;

  /** How long the provider took, in seconds (Cerebras). */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  time_info?: object;
}
