/** Why an operation is refused. */
export class UnsupportedOperationErrorDto {
  /**
   * Names the operation and the provider.
   * @example "embeddings is not supported by the cerebras provider"
   */
  message: string;
  /** Always `UnsupportedOperationError`. */
  type: 'UnsupportedOperationError';
  /** Always null: no parameter is at fault. */
  param: string | null;
  /** Always `unsupported_operation`. */
  code: 'unsupported_operation';
}

/** The answer of a route of OpenAI's API that no configured provider has; no upstream is called. */
export class UnsupportedOperationDto {
  /** The error. */
  error: UnsupportedOperationErrorDto;
}
