import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString } from 'class-validator';
import { Satisfies } from '../../../common/validation/satisfies.decorator.js';
import { checkObject } from '../../openai/field-checks.js';

/** Requests that a provider answers in its own time. What else is in the body goes to it as it came. */
export class CreateBatchDto {
  /**
   * Id of a file of the same provider, one request in each line.
   * @example file-abc123
   */
  @IsString()
  input_file_id: string;

  /**
   * The route that answers each line, as the provider calls it.
   * @example /v1/chat/completions
   */
  @IsString()
  endpoint: string;

  /**
   * How long it may take.
   * @example 24h
   */
  @IsString()
  completion_window: string;

  /** Up to 16 pairs of the caller's own. */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' } })
  @IsOptional()
  @Satisfies(checkObject)
  metadata?: Record<string, unknown> | null;

  [key: string]: unknown;
}
