import { type CatalogueEntry, type ModelPricing, UNKNOWN_CAPABILITIES, UNKNOWN_ENTRY } from './catalogue-entry.js';

/** The day on which the facts below were last compared with their sources. */
export const CEREBRAS_CATALOGUE_AS_OF = '2026-11-22';

/** `owned_by` of every model in Cerebras' own GET /v1/models. */
const OWNER = 'Cerebras';

/**
 * What the chat endpoint takes for every shared model (Cerebras SDK 1.91.0). Left out: `logprobs` and `top_logprobs`
 * (the public catalogue says no), `n` above 1 (not confirmed) and `service_tier` (private preview).
 */
const SHARED_PARAMETERS = [
  'stream',
  'stream_options',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'seed',
  'frequency_penalty',
  'presence_penalty',
  'logit_bias',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'prompt_cache_key',
  'user',
];

/** "Supported OpenAI parameters" of the published provider guide. */
const GUIDE_PARAMETERS = [
  'stream',
  'temperature',
  'top_p',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'tools',
  'tool_choice',
  'user',
  'response_format',
];

const usd = (input: string, output: string): ModelPricing => ({ input, output, currency: 'USD', unit: '1M tokens' });

const SERVED = { ...UNKNOWN_CAPABILITIES, chat: true, completions: true, streaming: true };

const guideModel = (id: string, name: string, description: string, source: string): CatalogueEntry => ({
  ...UNKNOWN_ENTRY,
  id,
  display_name: name,
  description,
  owner: OWNER,
  input_modalities: ['text'],
  output_modalities: ['text'],
  supported_parameters: GUIDE_PARAMETERS,
  capabilities: { ...SERVED, tools: true },
  state: 'retired',
  deprecated: true,
  guide: true,
  source,
});

/** Cerebras' models, as far as the sources know. */
export const CEREBRAS_CATALOGUE: readonly CatalogueEntry[] = [
  {
    ...UNKNOWN_ENTRY,
    id: 'gpt-oss-120b',
    display_name: 'OpenAI GPT OSS',
    owner: OWNER,
    created: 1754438400,
    context_length: 131072,
    max_output_tokens: 40960,
    pricing: usd('0.35', '0.75'),
    input_modalities: ['text'],
    output_modalities: ['text'],
    supported_parameters: SHARED_PARAMETERS,
    capabilities: {
      ...SERVED,
      tools: true,
      parallel_tool_calls: true,
      structured_outputs: true,
      json_mode: true,
      reasoning: true,
      vision: false,
    },
    reasoning_efforts: ['low', 'medium', 'high'],
    default_reasoning_effort: 'medium',
    state: 'active',
    source:
      'Public catalogue of api.cerebras.ai, 2026-07, and model documentation, 2026-10. Free plan: context 65536. ' +
      'Parallel tool calls: no in the 2026-07 catalogue, yes in the newer documentation.',
  },
  {
    ...UNKNOWN_ENTRY,
    id: 'qwen-3.8-27b',
    display_name: 'Qwen 3.8 27B',
    owner: OWNER,
    context_length: 131072,
    max_output_tokens: 40960,
    pricing: usd('0.99', '1.49'),
    input_modalities: ['text', 'image'],
    output_modalities: ['text'],
    supported_parameters: SHARED_PARAMETERS,
    capabilities: {
      ...SERVED,
      tools: true,
      structured_outputs: true,
      json_mode: true,
      reasoning: true,
      vision: true,
    },
    reasoning_efforts: ['none', 'low', 'medium', 'high'],
    default_reasoning_effort: 'high',
    state: 'active',
    source: 'Model documentation, 2026-10 (shared since 2026-09). Free plan: context 65536.',
  },
  {
    ...UNKNOWN_ENTRY,
    id: 'gemma-4-31b',
    display_name: 'Gemma 4 31B',
    owner: OWNER,
    context_length: 131072,
    max_output_tokens: 40960,
    pricing: usd('0.99', '1.49'),
    input_modalities: ['text', 'image'],
    output_modalities: ['text'],
    capabilities: { ...SERVED, reasoning: true, vision: true },
    reasoning_efforts: ['none', 'low', 'medium', 'high'],
    default_reasoning_effort: 'none',
    state: 'dedicated',
    source: 'Model documentation: shared in mid-2026, dedicated only by 2026-10. Efforts low, medium and high are one.',
  },
  {
    ...UNKNOWN_ENTRY,
    id: 'zai-glm-4.7',
    display_name: 'Z.ai GLM 4.7',
    owner: OWNER,
    context_length: 131072,
    max_output_tokens: 40960,
    pricing: usd('2.25', '2.75'),
    input_modalities: ['text'],
    output_modalities: ['text'],
    capabilities: { ...SERVED, tools: true, structured_outputs: true, reasoning: true },
    // `none` turns reasoning off, every other value of the API leaves it on.
    reasoning_efforts: ['none', 'low', 'medium', 'high'],
    state: 'retired',
    deprecated: true,
    source: 'Recorded answers, 2026-05; a preview model, retired by 2026-10 (deprecation page).',
  },
  {
    ...UNKNOWN_ENTRY,
    id: 'kimi-k2.7-code',
    display_name: 'Kimi K2.7 Code',
    owner: OWNER,
    state: 'trial',
    source: 'Customer trials only: limits and price are not published.',
  },
  guideModel(
    'llama-3.3-70b',
    'Llama 3.3 70B',
    'Latest',
    'Provider guide ("Latest"); retired upstream (deprecation page, 2026-10).',
  ),
  guideModel(
    'llama-3.2-90b',
    'Llama 3.2 90B',
    'Previous generation (stable)',
    'Provider guide ("Previous generation", "Stable"); not in any list of api.cerebras.ai that is known.',
  ),
  guideModel(
    'llama-3-8b',
    'Llama 3 8B',
    'Lightweight',
    'Provider guide ("Lightweight", also written Llama-3-8b); not in any list of api.cerebras.ai that is known.',
  ),
];
