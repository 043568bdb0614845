/** English in JSON has about four bytes for a token; texts in other scripts have fewer. */
const BYTES_PER_TOKEN = 4;
/** How much the newest request moves the ratio. */
const NEWEST = 0.05;
/** Smaller prompts are mostly template, and would spoil the ratio. */
const SMALLEST_TOKENS = 64;

/** Estimates the tokens of a prompt by its size, with the ratio that the last answers of the model showed. */
export class PromptEstimator {
  private bytesPerToken = BYTES_PER_TOKEN;

  estimate(promptBytes: number): number {
    return Math.ceil(promptBytes / this.bytesPerToken);
  }

  /** `promptTokens` is the usage of an answer to a prompt of that size, without images. */
  learn(promptBytes: number, promptTokens: number): void {
    if (promptTokens < SMALLEST_TOKENS) return;
    const seen = Math.min(8, Math.max(1, promptBytes / promptTokens));
    this.bytesPerToken += (seen - this.bytesPerToken) * NEWEST;
  }
}
