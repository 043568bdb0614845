import type { ParameterTable } from '../parameter-table.js';

/**
 * What becomes of the caller's chat parameters at Anthropic. Its API answers 400 to a member that it does not know, and
 * it has no counterpart for `seed`, penalties, `logit_bias` or log probabilities: what is not here is filtered.
 */
export const ANTHROPIC_CHAT_PARAMETERS: ParameterTable = {
  model: 'adapt',
  messages: 'adapt',
  stream: 'adapt',
  stream_options: 'adapt',
  max_completion_tokens: 'adapt',
  max_tokens: 'adapt',
  temperature: 'adapt',
  top_p: 'adapt',
  top_k: 'adapt',
  n: 'adapt',
  stop: 'adapt',
  user: 'adapt',
  tools: 'adapt',
  tool_choice: 'adapt',
  parallel_tool_calls: 'adapt',
  response_format: 'adapt',
  reasoning_effort: 'adapt',
  thinking: 'adapt',
  service_tier: 'adapt',
  // Legacy, turned into tools before the provider sees them.
  functions: 'gateway',
  function_call: 'gateway',

  seed: 'filter',
  frequency_penalty: 'filter',
  presence_penalty: 'filter',
  logit_bias: 'filter',
  logprobs: 'filter',
  top_logprobs: 'filter',
  prediction: 'filter',
  store: 'filter',
  metadata: 'filter',
  modalities: 'filter',
  audio: 'filter',
  verbosity: 'filter',
  prompt_cache_key: 'filter',
  safety_identifier: 'filter',
  web_search_options: 'filter',
};

/** There are no text completions: only what says which request it is goes through to the refusal. */
export const ANTHROPIC_TEXT_PARAMETERS: ParameterTable = { model: 'pass', prompt: 'pass', stream: 'pass' };
