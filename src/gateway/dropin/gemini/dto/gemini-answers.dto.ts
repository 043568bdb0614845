import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

export class GenerateContentResponseDto {
  @ApiProperty({
    description: 'The answers: `content`, `finishReason`, `index`, and `logprobsResult` when it was asked for.',
    type: 'array',
    items: { type: 'object' },
  })
  candidates!: object[];

  @ApiPropertyOptional({
    description: 'Token counts of the upstream.',
    type: 'object',
    properties: {
      promptTokenCount: { type: 'integer' },
      cachedContentTokenCount: { type: 'integer' },
      candidatesTokenCount: { type: 'integer' },
      thoughtsTokenCount: { type: 'integer' },
      totalTokenCount: { type: 'integer' },
    },
  })
  usageMetadata?: object;

  @ApiProperty({ description: 'The model as the request named it.', example: 'cerebras/gpt-oss-120b' })
  modelVersion!: string;

  @ApiPropertyOptional()
  responseId?: string;
}

export class CountTokensResponseDto {
  @ApiProperty({ type: 'integer', example: 12 })
  totalTokens!: number;
}

export class GeminiModelDto {
  @ApiProperty({ example: 'models/cerebras/gpt-oss-120b' })
  name!: string;

  @ApiProperty({ example: '001' })
  version!: string;

  @ApiProperty({ example: 'OpenAI GPT OSS' })
  displayName!: string;

  @ApiPropertyOptional()
  description?: string;

  @ApiPropertyOptional({ type: 'integer', example: 131_072 })
  inputTokenLimit?: number;

  @ApiPropertyOptional({ type: 'integer', example: 40_960 })
  outputTokenLimit?: number;

  @ApiProperty({ type: [String], example: ['generateContent', 'countTokens'] })
  supportedGenerationMethods!: string[];

  @ApiPropertyOptional({ description: 'Whether the model thinks.' })
  thinking?: boolean;
}

export class GeminiModelListDto {
  @ApiProperty({ type: [GeminiModelDto] })
  models!: GeminiModelDto[];

  @ApiPropertyOptional({ description: 'Asks for the next page.' })
  nextPageToken?: string;
}

export class GeminiErrorDto {
  @ApiProperty({
    type: 'object',
    properties: {
      code: { type: 'integer', example: 400 },
      message: { type: 'string' },
      status: { type: 'string', example: 'INVALID_ARGUMENT' },
      details: { type: 'array', items: { type: 'object' } },
    },
  })
  error!: object;
}
