/** What tokens cost. */
export class ModelPricingDto {
  /**
   * Price of the input tokens, as a decimal string.
   * @example "0.35"
   */
  input: string;
  /**
   * Price of the output tokens, as a decimal string.
   * @example "0.75"
   */
  output: string;
  /** Currency of both prices. */
  currency: 'USD';
  /** How many tokens a price buys. */
  unit: '1M tokens';
}
