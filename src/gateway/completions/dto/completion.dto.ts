import { ApiProperty } from '@nestjs/swagger';
import { UsageDto } from '../../openai/dto/usage.dto.js';

export class TextChoiceDto {
  /** The text that continues the prompt. */
  text: string;

  /** Position: prompt by prompt, `n` for each. */
  index: number;

  /** Log probabilities of the tokens, when asked for. */
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  logprobs: object | null;

  /** Why the model stopped; null in the chunks of a stream before the last. */
  @ApiProperty({ enum: ['stop', 'length', 'content_filter'], nullable: true })
  finish_reason: string | null;
}

/** A text completion; the events of a stream have the same form, with the next piece in `text`. */
export class TextCompletionDto {
  /** Id of the answer. */
  id: string;

  /** Always `text_completion`. */
  object: 'text_completion';

  /** Unix time of the answer, in seconds. */
  created: number;

  /** The model that answered. */
  model: string;

  /** The completions. */
  choices: TextChoiceDto[];

  /** Token counts. */
  usage?: UsageDto;
}
