import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT, THREE_EFFORTS } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Together AI. */
export const TOGETHER_PROFILE: ProviderProfile = {
  kind: 'together',
  title: 'Together AI',
  operations: [
    'chat',
    'completions',
    'models',
    'embeddings',
    'images',
    'speech',
    'transcriptions',
    'translations',
    'files',
    'batches',
  ],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({ without: FOREIGN_CHAT, unknown: 'pass' }),
    tokenLimit: 'max_tokens',
    effort: { ...efforts(THREE_EFFORTS), none: { reasoning: { enabled: false } } },
  },
  text: PLAIN_TEXT,
  answers: {
    ...PLAIN_ANSWERS,
    rateLimits: {
      'x-ratelimit-limit': { name: 'x-ratelimit-limit-requests', form: 'count' },
      'x-ratelimit-remaining': { name: 'x-ratelimit-remaining-requests', form: 'count' },
      'x-ratelimit-reset': { name: 'x-ratelimit-reset-requests', form: 'duration' },
      'x-tokenlimit-limit': { name: 'x-ratelimit-limit-tokens', form: 'count' },
      'x-tokenlimit-remaining': { name: 'x-ratelimit-remaining-tokens', form: 'count' },
    },
  },
  sources: [
    {
      url: 'https://docs.together.ai/docs/openai-api-compatibility',
      asOf: '2026-11-22',
      proves: 'base URL and operations (not read again)',
    },
    {
      url: 'https://support.together.ai/en/articles/8988956-rate-limits',
      asOf: '2026-11-22',
      proves: 'x-ratelimit-limit, -remaining and -reset without a unit; x-tokenlimit-* is not proven',
    },
    {
      url: 'https://github.com/togethercomputer/together-python/tree/main/src/together/types',
      asOf: '2026-11-22',
      proves: 'max_tokens, top_k, repetition_penalty; finish reason eos',
    },
  ],
};
