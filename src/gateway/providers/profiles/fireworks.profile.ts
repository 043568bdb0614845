import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT, THREE_EFFORTS } from './base-profile.js';
import { chatTable, textTable } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

const FIREWORKS_OWN = [
  'top_k',
  'min_p',
  'typical_p',
  'repetition_penalty',
  'mirostat_target',
  'mirostat_lr',
  'echo',
  'ignore_eos',
  'prompt_truncate_len',
  'context_length_exceeded_behavior',
  'raw_output',
  'perf_metrics_in_response',
  'reasoning_history',
  'thinking',
];

/** Fireworks AI: answers 400 to any property that it does not know; a stream ends with its usage unasked. */
export const FIREWORKS_PROFILE: ProviderProfile = {
  kind: 'fireworks',
  title: 'Fireworks AI',
  operations: ['chat', 'completions', 'models', 'responses', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({
      without: [
        'prompt_cache_retention',
        'safety_identifier',
        'store',
        'modalities',
        'audio',
        'web_search_options',
        'verbosity',
      ],
      with: FIREWORKS_OWN,
      unknown: 'filter',
    }),
    tokenLimit: 'max_tokens',
    reasoningHistory: 'reasoning_content',
    effort: efforts({ ...THREE_EFFORTS, none: 'none' }),
    streams: { options: false },
  },
  text: {
    ...PLAIN_TEXT,
    parameters: textTable({ without: ['suffix', 'best_of'], with: FIREWORKS_OWN, unknown: 'filter' }),
    streams: { options: false },
  },
  answers: { ...PLAIN_ANSWERS, statuses: { 412: 'credit' } },
  sources: [
    {
      url: 'https://docs.fireworks.ai/guides/inference-error-codes',
      asOf: '2026-11-22',
      proves: '412 for a suspended account',
    },
    {
      url: 'https://docs.fireworks.ai/api-reference/post-chatcompletions',
      asOf: '2026-11-22',
      proves: 'base URL and parameters (not read again)',
    },
    {
      url: 'https://github.com/FlowiseAI/Flowise/issues/2866',
      asOf: '2026-11-22',
      proves: '400 "Extra inputs are not permitted, field: \'stream_options\'"',
    },
    {
      url: 'https://github.com/BerriAI/litellm/tree/main/litellm/llms/fireworks_ai',
      asOf: '2026-11-22',
      proves: 'max_tokens, prompt_truncate_len, context_length_exceeded_behavior, ids as accounts/…/models/…',
    },
  ],
};
