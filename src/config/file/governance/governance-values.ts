/** Words of the section `governance`; the control plane's own are the same, and config/ knows no feature. */
export const LEVEL_METRICS = ['requests', 'input_tokens', 'output_tokens', 'total_tokens', 'concurrency'] as const;
export const BUDGET_MODES = ['hard', 'soft'] as const;
export const ON_LIMITER_DOWN = ['closed', 'degraded', 'open'] as const;
export const ON_UNPRICED = ['refuse', 'allow'] as const;
export const POLICY_EFFECTS = ['allow', 'deny', 'route_to', 'cap'] as const;
/** Caps that are whole numbers, and those that are not, with their largest values. */
export const WHOLE_CAPS = [
  'max_completion_tokens',
  'max_tokens',
  'max_output_tokens',
  'n',
  'best_of',
  'top_logprobs',
] as const;
export const DECIMAL_CAPS = { temperature: 2, top_p: 1 } as const;

export const PRICE_RATES = [
  'input_usd_per_million',
  'cached_input_usd_per_million',
  'cache_write_usd_per_million',
  'cache_write_long_usd_per_million',
  'output_usd_per_million',
  'reasoning_usd_per_million',
  'usd_per_request',
  'usd_per_image',
  'usd_per_second',
] as const;

export type PolicyEffect = (typeof POLICY_EFFECTS)[number];
export type CapName = (typeof WHOLE_CAPS)[number] | keyof typeof DECIMAL_CAPS;
export type PriceRate = (typeof PRICE_RATES)[number];
