import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { CreateResponseDto } from './create-response.dto.js';

export class DeletedResponseDto {
  /** Id of the response that was deleted. */
  id: string;

  /** Always `response`. */
  object: 'response';

  /** Always true. */
  deleted: true;
}

/** A page of the items that a response was made from. */
export class ItemListDto {
  /** Always `list`. */
  object: 'list';

  /** The items, each with its `id` and `type`. */
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  data: object[];

  /** Id of the first item of the page; null when it is empty. */
  @ApiProperty({ type: 'string', nullable: true })
  first_id: string | null;

  /** Id of the last item of the page, for `after` of the next; null when it is empty. */
  @ApiProperty({ type: 'string', nullable: true })
  last_id: string | null;

  /** Whether there are further items after these. */
  has_more: boolean;
}

/** Body of `POST /v1/responses/input_tokens`: that of a response, in which no field has to be there but `input`. */
export class CountInputTokensDto extends CreateResponseDto {
  @ApiPropertyOptional({ type: String })
  @IsOptional()
  declare model: string;
}

export class InputTokensDto {
  /** Always `response.input_tokens`. */
  object: 'response.input_tokens';

  /** An estimate from the length of the texts: the provider's own count is in the `usage` of an answer. */
  @ApiProperty({ type: 'integer' })
  input_tokens: number;
}
