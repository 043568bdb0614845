import { ApiProperty } from '@nestjs/swagger';

class AnthropicErrorDetailDto {
  /**
   * What kind of error it is, by the HTTP status.
   * @example invalid_request_error
   */
  type: string;
  /** What went wrong, with the name of the field where one is wrong. */
  message: string;
}

/** An error as Anthropic's clients expect it. */
export class AnthropicErrorDto {
  /** Always `error`. */
  type: 'error';
  @ApiProperty({ type: AnthropicErrorDetailDto })
  error: AnthropicErrorDetailDto;
  /** Id of the request, also in the header `request-id`. */
  request_id: string;
}
