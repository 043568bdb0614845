import { type CatalogueEntry, type ModelPricing, UNKNOWN_CAPABILITIES, UNKNOWN_ENTRY } from './catalogue-entry.js';

/** The day on which the facts below were last compared with their sources. */
export const ANTHROPIC_CATALOGUE_AS_OF = '2026-11-22';

const OWNER = 'Anthropic';
const OVERVIEW = 'platform.claude.com, models overview, 2026-11.';
const OLD_OVERVIEW = 'platform.claude.com, models overview of the time when the model was current.';

/** What chat requests to every model may hold, whatever its generation. */
const PARAMETERS = [
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'user',
];
const SAMPLED = [...PARAMETERS, 'temperature', 'top_p', 'top_k'];

const usd = (input: string, output: string): ModelPricing => ({ input, output, currency: 'USD', unit: '1M tokens' });

const CLAUDE: Omit<CatalogueEntry, 'id' | 'display_name' | 'source'> = {
  ...UNKNOWN_ENTRY,
  owner: OWNER,
  input_modalities: ['text', 'image'],
  output_modalities: ['text'],
  supported_parameters: [...PARAMETERS, 'response_format', 'reasoning_effort'],
  capabilities: {
    ...UNKNOWN_CAPABILITIES,
    chat: true,
    completions: false,
    streaming: true,
    tools: true,
    parallel_tool_calls: true,
    structured_outputs: true,
    // There is no JSON without a schema.
    json_mode: false,
    reasoning: true,
    vision: true,
  },
  state: 'active',
};

/** Models that choose themselves how long they think. */
const ADAPTIVE = {
  ...CLAUDE,
  context_length: 1_000_000,
  max_output_tokens: 128_000,
  reasoning_efforts: ['none', 'low', 'medium', 'high', 'xhigh', 'max'],
  default_reasoning_effort: 'high',
};

const FABLE = { ...ADAPTIVE, reasoning_efforts: ['low', 'medium', 'high', 'xhigh', 'max'] };

/** Models whose thinking has a budget, which the gateway takes from the effort. */
const BUDGETED = {
  ...CLAUDE,
  supported_parameters: [...SAMPLED, 'response_format', 'reasoning_effort'],
  context_length: 200_000,
  max_output_tokens: 64_000,
  reasoning_efforts: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
  default_reasoning_effort: 'none',
};

/** An alias and the snapshot that it stands for. */
const both = (alias: string, snapshot: string, entry: Omit<CatalogueEntry, 'id'>): CatalogueEntry[] => [
  { ...entry, id: alias },
  { ...entry, id: snapshot },
];

/** Anthropic's models, as far as the sources know. */
export const ANTHROPIC_CATALOGUE: readonly CatalogueEntry[] = [
  {
    ...FABLE,
    id: 'claude-fable-5-2',
    display_name: 'Claude Fable 5.2',
    description: 'For demanding reasoning and long-horizon agentic work. It always thinks.',
    pricing: usd('8', '40'),
    source: OVERVIEW,
  },
  {
    ...ADAPTIVE,
    id: 'claude-opus-5-5',
    display_name: 'Claude Opus 5.5',
    description: 'For long-running agentic coding and knowledge work.',
    pricing: usd('4', '20'),
    default_reasoning_effort: 'medium',
    source: OVERVIEW,
  },
  {
    ...ADAPTIVE,
    id: 'claude-sonnet-5-5',
    display_name: 'Claude Sonnet 5.5',
    description: 'The best combination of speed and intelligence.',
    pricing: usd('2', '10'),
    source: OVERVIEW,
  },
  {
    ...ADAPTIVE,
    id: 'claude-haiku-5-5',
    display_name: 'Claude Haiku 5.5',
    description: 'For high-volume, latency-sensitive tasks.',
    default_reasoning_effort: 'medium',
    source: `${OVERVIEW} Its price has steps ("from $0.10 / $0.50").`,
  },
  {
    ...FABLE,
    id: 'claude-fable-5-1',
    display_name: 'Claude Fable 5.1',
    pricing: usd('10', '50'),
    source: OLD_OVERVIEW,
  },
  { ...ADAPTIVE, id: 'claude-opus-5', display_name: 'Claude Opus 5', pricing: usd('5', '25'), source: OLD_OVERVIEW },
  {
    ...ADAPTIVE,
    id: 'claude-sonnet-5',
    display_name: 'Claude Sonnet 5',
    pricing: usd('2', '10'),
    source: OLD_OVERVIEW,
  },
  ...both('claude-haiku-4-5', 'claude-haiku-4-5-20251001', {
    ...BUDGETED,
    display_name: 'Claude Haiku 4.5',
    pricing: usd('1', '5'),
    source: OLD_OVERVIEW,
  }),
  ...both('claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', {
    ...BUDGETED,
    display_name: 'Claude Sonnet 4.5',
    source: OLD_OVERVIEW,
  }),
  ...both('claude-opus-4-5', 'claude-opus-4-5-20251101', {
    ...BUDGETED,
    display_name: 'Claude Opus 4.5',
    source: OLD_OVERVIEW,
  }),
  ...both('claude-3-5-sonnet-latest', 'claude-3-5-sonnet-20241022', {
    ...CLAUDE,
    display_name: 'Claude Sonnet 3.5 (New)',
    description: 'Named in the published provider guide; Anthropic has retired it.',
    context_length: 200_000,
    max_output_tokens: 8_192,
    supported_parameters: SAMPLED,
    capabilities: { ...CLAUDE.capabilities, structured_outputs: false, reasoning: false },
    state: 'retired',
    deprecated: true,
    source: OLD_OVERVIEW,
  }),
];
