import { ApiProperty } from '@nestjs/swagger';

/** One vector. */
export class EmbeddingDto {
  /** Always `embedding`. */
  object: 'embedding';
  /** Place of its text in `input`. */
  index: number;
  /** Numbers, or with `encoding_format: base64` their bytes. */
  @ApiProperty({ anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'string' }] })
  embedding: number[] | string;
}

/** What the vectors cost. */
export class EmbeddingUsageDto {
  /** Tokens of the input. */
  prompt_tokens: number;
  /** The same: there is no output. */
  total_tokens: number;
}

/** The vectors of the texts, in their order. */
export class EmbeddingListDto {
  /** Always `list`. */
  object: 'list';
  /** One for each text. */
  data: EmbeddingDto[];
  /** The model that made them. */
  model: string;
  /** Token counts. */
  usage: EmbeddingUsageDto;
}
