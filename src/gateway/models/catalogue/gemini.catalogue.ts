import { type CatalogueEntry, UNKNOWN_CAPABILITIES, UNKNOWN_ENTRY } from './catalogue-entry.js';

/** The day on which the facts below were last compared with their sources. */
export const GEMINI_CATALOGUE_AS_OF = '2026-11-22';

const OWNER = 'google';
const THINKING = 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking';
const MODEL_PAGES = 'https://ai.google.dev/gemini-api/docs/models';

/** What generateContent takes for every model that writes text, by OpenAI's names. */
const PARAMETERS = [
  'stream',
  'stream_options',
  'temperature',
  'top_p',
  'top_k',
  'max_tokens',
  'max_completion_tokens',
  'stop',
  'seed',
  'n',
  'presence_penalty',
  'frequency_penalty',
  'tools',
  'tool_choice',
  'response_format',
  'reasoning_effort',
];

/** A model of which its page is known: a window of 1 Mi tokens, 64 Ki of answer, everything in, text out. */
const flagship = (
  id: string,
  name: string,
  efforts: readonly string[],
  defaultEffort: string | null,
  more: Partial<CatalogueEntry> = {},
): CatalogueEntry => ({
  ...UNKNOWN_ENTRY,
  id,
  display_name: name,
  owner: OWNER,
  context_length: 1_048_576,
  max_output_tokens: 65_536,
  input_modalities: ['text', 'image', 'audio', 'video', 'file'],
  output_modalities: ['text'],
  supported_parameters: PARAMETERS,
  capabilities: {
    ...UNKNOWN_CAPABILITIES,
    chat: true,
    completions: false,
    streaming: true,
    tools: true,
    parallel_tool_calls: true,
    structured_outputs: true,
    json_mode: true,
    reasoning: true,
    vision: true,
  },
  reasoning_efforts: efforts,
  default_reasoning_effort: defaultEffort,
  state: 'active',
  source: `${MODEL_PAGES}/${id} and ${THINKING}, 2026-11.`,
  ...more,
});

const LEVELS = ['low', 'medium', 'high'];
const ALL_LEVELS = ['minimal', ...LEVELS];

/** Gemini's models that write text, as far as Google's pages say; the live list names the others. */
export const GEMINI_CATALOGUE: readonly CatalogueEntry[] = [
  flagship('gemini-4-argon', 'Gemini 4 Argon', LEVELS, 'medium'),
  flagship('gemini-3.8-flash', 'Gemini 3.8 Flash', LEVELS, 'medium', {
    created: Date.UTC(2026, 8, 2) / 1000,
    pricing: { input: '0.75', output: '3.75', currency: 'USD', unit: '1M tokens' },
    source: `${MODEL_PAGES}/gemini-3.8-flash; price of https://ai.google.dev/gemini-api/docs/pricing, through 2026-12-31.`,
  }),
  flagship('gemini-3.7-flash', 'Gemini 3.7 Flash', LEVELS, 'medium', { max_output_tokens: null }),
  flagship('gemini-3.6-flash', 'Gemini 3.6 Flash', ALL_LEVELS, 'medium', {
    context_length: null,
    max_output_tokens: null,
  }),
  flagship('gemini-3.5-flash-lite', 'Gemini 3.5 Flash-Lite', ALL_LEVELS, 'minimal', { max_output_tokens: null }),
  flagship('gemini-3.1-pro-preview', 'Gemini 3.1 Pro', LEVELS, 'high', { max_output_tokens: null, state: 'preview' }),
  flagship('gemini-2.5-pro', 'Gemini 2.5 Pro', LEVELS, null, {
    source: `${MODEL_PAGES}: takes a thinking budget of 128 to 32768 tokens, cannot be told not to think.`,
  }),
  flagship('gemini-2.5-flash', 'Gemini 2.5 Flash', ['none', ...LEVELS], null, {
    source: `${MODEL_PAGES}: takes a thinking budget of 0 to 24576 tokens.`,
  }),
  flagship('gemini-2.5-flash-lite', 'Gemini 2.5 Flash-Lite', ['none', ...LEVELS], null, {
    source: `${MODEL_PAGES}: takes a thinking budget of 0, or 512 to 24576 tokens.`,
  }),
];
