import { type ApiBodyOptions, ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Satisfies } from '../../../../common/validation/satisfies.decorator.js';
import type {
  GeminiContent,
  GeminiTool,
  GenerateContentRequest,
  GenerationConfig,
} from '../../../gemini/generate-content.types.js';
import { checkFallbacks } from '../../../openai/fallbacks-check.js';
import { checkObject } from '../../../openai/field-checks.js';
import { checkContents, checkGenerationConfig, checkInstruction, checkTools } from './generate-content.checks.js';

const CONTENT: Extract<ApiBodyOptions, { schema: unknown }>['schema'] = {
  type: 'object',
  properties: {
    role: { type: 'string', enum: ['user', 'model'], default: 'user' },
    parts: {
      type: 'array',
      items: { type: 'object' },
      description:
        '`text`, `inlineData` (`mimeType`, base64 `data`), `fileData` (`fileUri`), `functionCall`, `functionResponse`; of the model also `thought` and `thoughtSignature`.',
    },
  },
};

/** Names in snake_case are read as well. Unknown fields are kept: a provider that speaks the dialect judges them. */
export class GenerateContentDto implements GenerateContentRequest {
  @ApiProperty({ description: 'The conversation.', type: 'array', items: CONTENT })
  @Satisfies(checkContents)
  contents!: GeminiContent[];

  @ApiPropertyOptional({
    description: 'What the model is told beforehand: `parts` of text.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @Satisfies(checkInstruction)
  systemInstruction?: GeminiContent;

  @ApiPropertyOptional({
    description: '`functionDeclarations`; tools of Google only where a provider speaks the dialect.',
    type: 'array',
    items: { type: 'object' },
  })
  @IsOptional()
  @Satisfies(checkTools)
  tools?: GeminiTool[];

  @ApiPropertyOptional({
    description: '`functionCallingConfig`: `mode` (AUTO, ANY, NONE, VALIDATED) and `allowedFunctionNames`.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @Satisfies(checkObject)
  toolConfig?: Record<string, unknown>;

  @ApiPropertyOptional({
    description:
      '`temperature`, `topP`, `topK`, `maxOutputTokens`, `stopSequences`, `candidateCount`, `seed`, `responseMimeType`, `responseSchema`, `responseJsonSchema`, `thinkingConfig` and others.',
    type: 'object',
    additionalProperties: true,
  })
  @IsOptional()
  @Satisfies(checkGenerationConfig)
  generationConfig?: GenerationConfig;

  @ApiPropertyOptional({
    description: 'Routes to ask when those of the model cannot answer.',
    type: 'array',
    items: { type: 'string' },
  })
  @IsOptional()
  @Satisfies(checkFallbacks)
  fallbacks?: string[];

  [key: string]: unknown;
}
