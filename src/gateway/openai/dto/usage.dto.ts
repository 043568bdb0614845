/** Finer counts of the prompt's tokens. */
export class PromptTokensDetailsDto {
  /** Tokens that came from the prompt cache. */
  cached_tokens?: number;
}

/** Finer counts of the answer's tokens. */
export class CompletionTokensDetailsDto {
  /** Tokens of the reasoning. */
  reasoning_tokens?: number;

  /** Predicted tokens that the answer took over. */
  accepted_prediction_tokens?: number;

  /** Predicted tokens that it did not. */
  rejected_prediction_tokens?: number;
}

/** Token counts as the provider gave them. */
export class UsageDto {
  /** Tokens of the prompt. */
  prompt_tokens: number;

  /** Tokens of the answer, reasoning included. */
  completion_tokens: number;

  /** Both together. */
  total_tokens: number;

  /** Finer counts of the prompt. */
  prompt_tokens_details?: PromptTokensDetailsDto;

  /** Finer counts of the answer. */
  completion_tokens_details?: CompletionTokensDetailsDto;
}
