import type { ParameterRule, ParameterTable } from '../parameter-table.js';

/** What OpenAI's chat completions take (openai-python 2.x, `completion_create_params.py`). */
const OPENAI_CHAT: ParameterTable = {
  model: 'adapt',
  messages: 'adapt',
  stream: 'pass',
  stream_options: 'adapt',
  max_completion_tokens: 'adapt',
  max_tokens: 'adapt',
  temperature: 'pass',
  top_p: 'pass',
  frequency_penalty: 'pass',
  presence_penalty: 'pass',
  logit_bias: 'pass',
  logprobs: 'pass',
  top_logprobs: 'pass',
  n: 'pass',
  seed: 'pass',
  stop: 'pass',
  user: 'pass',
  tools: 'pass',
  tool_choice: 'pass',
  parallel_tool_calls: 'pass',
  response_format: 'pass',
  prediction: 'pass',
  reasoning_effort: 'adapt',
  service_tier: 'pass',
  prompt_cache_key: 'pass',
  prompt_cache_retention: 'pass',
  safety_identifier: 'pass',
  store: 'pass',
  metadata: 'pass',
  modalities: 'pass',
  audio: 'pass',
  web_search_options: 'pass',
  verbosity: 'pass',
  // Legacy, turned into tools before a provider sees them.
  functions: 'gateway',
  function_call: 'gateway',
};

/** What OpenAI's text completions take. */
const OPENAI_TEXT: ParameterTable = {
  model: 'adapt',
  prompt: 'pass',
  suffix: 'pass',
  stream: 'pass',
  stream_options: 'adapt',
  max_tokens: 'pass',
  temperature: 'pass',
  top_p: 'pass',
  stop: 'pass',
  n: 'pass',
  best_of: 'pass',
  echo: 'pass',
  seed: 'pass',
  logprobs: 'pass',
  frequency_penalty: 'pass',
  presence_penalty: 'pass',
  logit_bias: 'pass',
  user: 'pass',
};

/** Parameters of other vendors that OpenAI's own API refuses by name; a caller who changes the model may still send them. */
export const FOREIGN_CHAT = [
  'min_completion_tokens',
  'min_tokens',
  'reasoning_format',
  'disable_reasoning',
  'clear_thinking',
  'model_parameters',
] as const;

interface TableRules {
  /** Of OpenAI's parameters, those that the vendor does not take. */
  readonly without?: readonly string[];
  /** The vendor's own parameters. */
  readonly with?: readonly string[];
  /** What becomes of a parameter that is in no list: vendors that refuse unknown ones filter. */
  readonly unknown: Extract<ParameterRule, 'pass' | 'filter'>;
}

export function chatTable(rules: TableRules): ParameterTable {
  return tableOf(OPENAI_CHAT, rules);
}

export function textTable(rules: TableRules): ParameterTable {
  return tableOf(OPENAI_TEXT, rules);
}

function tableOf(base: ParameterTable, rules: TableRules): ParameterTable {
  const table: Record<string, ParameterRule> = { ...base };
  for (const name of rules.without ?? []) table[name] = 'filter';
  for (const name of rules.with ?? []) table[name] = 'pass';
  if (rules.unknown === 'pass') table['*'] = 'pass';
  return table;
}
