import { ApiProperty } from '@nestjs/swagger';

class MessagesUsageDto {
  /** Tokens of the prompt that no cache held. */
  @ApiProperty({ type: 'integer' })
  input_tokens: number;
  /** Always 0 where the provider does not say what it put into its cache. */
  @ApiProperty({ type: 'integer' })
  cache_creation_input_tokens: number;
  /** Tokens of the prompt that a cache held. */
  @ApiProperty({ type: 'integer' })
  cache_read_input_tokens: number;
  /** Tokens of the answer, thoughts included. */
  @ApiProperty({ type: 'integer' })
  output_tokens: number;
  /** `true` when the provider gave no counts and these are estimates. */
  asbru_estimated?: boolean;
}

/** A whole answer. */
export class MessageDto {
  /** Id of the message. */
  id: string;
  /** Always `message`. */
  type: 'message';
  /** Always `assistant`. */
  role: 'assistant';
  /** The model as the request named it; the header `x-asbru-model` says which one answered. */
  model: string;
  /** What the model thought, said and called: blocks of type `thinking`, `text` and `tool_use`. */
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  content: Array<Record<string, unknown>>;
  /** Why the answer ended. */
  @ApiProperty({
    enum: ['end_turn', 'max_tokens', 'stop_sequence', 'tool_use', 'pause_turn', 'refusal'],
    nullable: true,
  })
  stop_reason: string | null;
  /** The stop sequence that ended it, where that is known. */
  @ApiProperty({ type: 'string', nullable: true })
  stop_sequence: string | null;
  usage: MessagesUsageDto;
}
