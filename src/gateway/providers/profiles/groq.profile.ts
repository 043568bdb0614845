import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, THREE_EFFORTS } from './base-profile.js';
import { chatTable } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Groq: refuses what it does not know, says its usage in `x_groq`. */
export const GROQ_PROFILE: ProviderProfile = {
  kind: 'groq',
  title: 'Groq',
  operations: ['chat', 'models', 'responses', 'speech', 'transcriptions', 'translations', 'files', 'batches'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({
      without: [
        'logprobs',
        'top_logprobs',
        'logit_bias',
        'prediction',
        'prompt_cache_key',
        'prompt_cache_retention',
        'safety_identifier',
        'store',
        'metadata',
        'modalities',
        'audio',
        'web_search_options',
        'verbosity',
      ],
      with: [
        'reasoning_format',
        'include_reasoning',
        'citation_options',
        'compound_custom',
        'disable_tool_validation',
        'documents',
        'search_settings',
      ],
      unknown: 'filter',
    }),
    tokenLimit: 'max_completion_tokens',
    messageKeys: { filter: ['name'] },
    reasoningHistory: 'reasoning',
    effort: efforts({ ...THREE_EFFORTS, none: 'none' }),
  },
  answers: { ...PLAIN_ANSWERS, usagePath: ['x_groq', 'usage'], statuses: { 498: 'busy' } },
  sources: [
    {
      url: 'https://console.groq.com/docs/openai',
      asOf: '2026-11-22',
      proves: 'base URL; 400 for logprobs, top_logprobs, logit_bias, messages[].name and n above 1; Responses',
    },
    {
      url: 'https://console.groq.com/docs/api-reference',
      asOf: '2026-11-22',
      proves: 'operations and parameters; store and metadata are not supported (not read again)',
    },
    {
      url: 'https://console.groq.com/docs/errors',
      asOf: '2026-11-22',
      proves: '498 when the flex tier has no capacity (not read again)',
    },
    {
      url: 'https://github.com/vercel/ai/tree/main/packages/groq/src',
      asOf: '2026-11-22',
      proves: 'x_groq.usage, delta.reasoning, efforts of its models, error frames',
    },
  ],
};
