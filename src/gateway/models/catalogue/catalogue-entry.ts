/**
 * Where a model stands at its upstream:
 * - `active`: offered to every key;
 * - `preview`: offered to every key, may go at short notice;
 * - `dedicated`: only on a customer's own endpoint;
 * - `trial`: only for invited customers;
 * - `retired`: not offered any more.
 */
export type ModelState = 'active' | 'preview' | 'dedicated' | 'trial' | 'retired';

/** A price list entry; decimal strings, because a float cannot hold every price. */
export interface ModelPricing {
  readonly input: string;
  readonly output: string;
  readonly currency: 'USD';
  readonly unit: '1M tokens';
}

/** What a model can do; null where no source says. */
export interface ModelCapabilities {
  readonly chat: boolean | null;
  readonly completions: boolean | null;
  readonly streaming: boolean | null;
  readonly tools: boolean | null;
  readonly parallel_tool_calls: boolean | null;
  readonly structured_outputs: boolean | null;
  readonly json_mode: boolean | null;
  readonly reasoning: boolean | null;
  readonly vision: boolean | null;
}

/** What the gateway knows of one model. Null means that no source says: numbers are never invented. */
export interface CatalogueEntry {
  /** The upstream's own id, without a provider prefix. */
  readonly id: string;
  readonly display_name: string;
  readonly description: string | null;
  /** `owned_by` of the answer. */
  readonly owner: string;
  /** Unix seconds; 0 when unknown, as in Cerebras' own list. */
  readonly created: number;
  /** The largest window that any plan has. */
  readonly context_length: number | null;
  readonly max_output_tokens: number | null;
  readonly pricing: ModelPricing | null;
  readonly input_modalities: readonly string[] | null;
  readonly output_modalities: readonly string[] | null;
  /** OpenAI's names of the parameters. */
  readonly supported_parameters: readonly string[] | null;
  readonly capabilities: ModelCapabilities;
  readonly reasoning_efforts: readonly string[] | null;
  readonly default_reasoning_effort: string | null;
  /** Null for a model that only the upstream's live list names. */
  readonly state: ModelState | null;
  readonly deprecated: boolean;
  /** Whether the published provider guide names the model: such a model is always listed. */
  readonly guide: boolean;
  /** Where the facts come from. */
  readonly source: string;
}

/** The capabilities of a model of which nothing is known. */
export const UNKNOWN_CAPABILITIES: ModelCapabilities = {
  chat: null,
  completions: null,
  streaming: null,
  tools: null,
  parallel_tool_calls: null,
  structured_outputs: null,
  json_mode: null,
  reasoning: null,
  vision: null,
};

/** An entry that claims nothing; the base of what is known in part. */
export const UNKNOWN_ENTRY: Omit<CatalogueEntry, 'id' | 'display_name' | 'owner' | 'source'> = {
  description: null,
  created: 0,
  context_length: null,
  max_output_tokens: null,
  pricing: null,
  input_modalities: null,
  output_modalities: null,
  supported_parameters: null,
  capabilities: UNKNOWN_CAPABILITIES,
  reasoning_efforts: null,
  default_reasoning_effort: null,
  state: null,
  deprecated: false,
  guide: false,
};
