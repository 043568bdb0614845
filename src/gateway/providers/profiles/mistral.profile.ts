import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT } from './base-profile.js';
import { chatTable } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Mistral AI: answers 422 to what it does not know; reasoning comes and goes as parts of the content. */
export const MISTRAL_PROFILE: ProviderProfile = {
  kind: 'mistral',
  title: 'Mistral AI',
  operations: ['chat', 'models', 'embeddings', 'moderations', 'transcriptions', 'files'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({
      without: [
        'logit_bias',
        'logprobs',
        'top_logprobs',
        'user',
        'store',
        'service_tier',
        'verbosity',
        'modalities',
        'audio',
        'web_search_options',
        'safety_identifier',
        'prompt_cache_key',
        'prompt_cache_retention',
      ],
      with: ['random_seed', 'safe_prompt', 'min_tokens', 'prompt_mode', 'document_image_limit', 'document_page_limit'],
      unknown: 'filter',
    }),
    renames: { seed: 'random_seed' },
    tokenLimit: 'max_tokens',
    messageKeys: { filter: ['name', 'refusal', 'annotations', 'audio'] },
    reasoningHistory: 'parts',
    toolCallIdLength: 9,
    effort: efforts({
      none: 'none',
      minimal: 'high',
      low: 'high',
      medium: 'high',
      high: 'high',
      xhigh: 'high',
      max: 'high',
    }),
    streams: { options: false },
  },
  answers: {
    ...PLAIN_ANSWERS,
    rateLimits: {
      'x-ratelimit-limit-req-minute': { name: 'x-ratelimit-limit-requests-minute', form: 'count' },
      'x-ratelimit-remaining-req-minute': { name: 'x-ratelimit-remaining-requests-minute', form: 'count' },
      'x-ratelimitbysize-limit-minute': { name: 'x-ratelimit-limit-tokens-minute', form: 'count' },
      'x-ratelimitbysize-remaining-minute': { name: 'x-ratelimit-remaining-tokens-minute', form: 'count' },
    },
  },
  sources: [
    { url: 'https://docs.mistral.ai/api', asOf: '2026-11-22', proves: 'operations and parameters (not read again)' },
    {
      url: 'https://github.com/mistralai/client-python/blob/main/docs/models/chatcompletionrequest.md',
      asOf: '2026-11-22',
      proves: 'max_tokens, min_tokens, stop, random_seed',
    },
    {
      url: 'https://github.com/vercel/ai/tree/main/packages/mistral/src',
      asOf: '2026-11-22',
      proves:
        'random_seed, reasoning_effort none and high, content parts, usage on the finish chunk, no stream_options',
    },
    {
      url: 'https://github.com/partITech/php-mistral/issues/76',
      asOf: '2026-11-22',
      proves: '422 extra_forbidden with its body',
    },
    {
      url: 'https://github.com/mistralai/mistral-common',
      asOf: '2026-11-22',
      proves: 'tool call ids of nine letters and digits (not read again)',
    },
  ],
};
