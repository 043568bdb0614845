import type { ParameterTable } from '../parameter-table.js';

/**
 * What becomes of the caller's chat parameters at Gemini (https://ai.google.dev/api/generate-content). It answers 400 to
 * a field that it does not know, so what is not here is filtered.
 */
export const GEMINI_CHAT_PARAMETERS: ParameterTable = {
  model: 'adapt',
  messages: 'adapt',
  stream: 'gateway',
  stream_options: 'gateway',
  max_completion_tokens: 'adapt',
  max_tokens: 'adapt',
  temperature: 'adapt',
  top_p: 'adapt',
  top_k: 'adapt',
  frequency_penalty: 'adapt',
  presence_penalty: 'adapt',
  logprobs: 'adapt',
  top_logprobs: 'adapt',
  n: 'adapt',
  seed: 'adapt',
  stop: 'adapt',
  tools: 'adapt',
  tool_choice: 'adapt',
  parallel_tool_calls: 'adapt',
  response_format: 'adapt',
  reasoning_effort: 'adapt',
  reasoning_format: 'adapt',
  service_tier: 'adapt',
  // Gemini's own OpenAI-compatible API takes its other settings here.
  extra_body: 'adapt',
  // Legacy, turned into tools before the provider sees them.
  functions: 'gateway',
  function_call: 'gateway',

  // OpenAI's and other vendors', which Gemini does not have.
  logit_bias: 'filter',
  user: 'filter',
  store: 'filter',
  metadata: 'filter',
  modalities: 'filter',
  audio: 'filter',
  prediction: 'filter',
  verbosity: 'filter',
  web_search_options: 'filter',
  prompt_cache_key: 'filter',
  safety_identifier: 'filter',
};
