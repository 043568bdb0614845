import { ModelCapabilitiesDto } from './model-capabilities.dto.js';
import { ModelPricingDto } from './model-pricing.dto.js';

/** A model, in the shape of OpenAI's and of Anthropic's Models API at once, with what the gateway knows beyond them. */
export class ModelDto {
  /**
   * The route to use as `model` in requests: provider and model id.
   * @example cerebras/gpt-oss-120b
   */
  id: string;
  /** Always `model`. */
  object: 'model';
  /** Unix seconds at which the model was published; 0 when unknown. */
  created: number;
  /** Who offers the model. */
  owned_by: string;
  /** Always `model` (Anthropic's name for `object`). */
  type: 'model';
  /** A name for people. */
  display_name: string;
  /**
   * `created` in RFC 3339 (Anthropic).
   * @example 2025-08-06T00:00:00Z
   */
  created_at: string;
  /** What the model is for. */
  description: string | null;
  /** Largest number of tokens of input and output together; a smaller plan may have less. */
  context_length: number | null;
  /** Largest number of tokens of an answer. */
  max_output_tokens: number | null;
  /** The same as `context_length` (Anthropic). */
  max_input_tokens: number | null;
  /** The same as `max_output_tokens` (Anthropic). */
  max_tokens: number | null;
  /** Price list; null when unknown. */
  pricing: ModelPricingDto | null;
  /** Kinds of input, such as `text` and `image`. */
  input_modalities: string[] | null;
  /** Kinds of output. */
  output_modalities: string[] | null;
  /** OpenAI's names of the parameters that the model takes. */
  supported_parameters: string[] | null;
  /** What the model can do. */
  capabilities: ModelCapabilitiesDto;
  /** Values of `reasoning_effort` that the model takes. */
  reasoning_efforts: string[] | null;
  /** The effort of a request that names none. */
  default_reasoning_effort: string | null;
  /**
   * What the model's provider has itself. Not every model of it can do all of that. The gateway makes `responses`,
   * `messages` and `generate_content` of `chat` where they are missing.
   * @example ["chat","completions"]
   */
  operations: string[];
  /** Where the model stands at its provider; null when unknown. */
  state: 'active' | 'preview' | 'dedicated' | 'trial' | 'retired' | null;
  /** Whether a new project should choose another model. */
  deprecated: boolean;
}
