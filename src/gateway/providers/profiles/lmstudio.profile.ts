import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** LM Studio. */
export const LMSTUDIO_PROFILE: ProviderProfile = {
  kind: 'lmstudio',
  title: 'LM Studio',
  operations: ['chat', 'completions', 'models', 'responses', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: { ...PLAIN_CHAT, reasoningHistory: 'none', tokenLimit: 'max_tokens' },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://lmstudio.ai/docs/api/openai-api',
      asOf: '2026-11-22',
      proves: 'operations and base URL; no key is needed',
    },
  ],
};
