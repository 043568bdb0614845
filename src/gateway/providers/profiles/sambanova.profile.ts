import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT, THREE_EFFORTS } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** SambaNova Cloud. */
export const SAMBANOVA_PROFILE: ProviderProfile = {
  kind: 'sambanova',
  title: 'SambaNova',
  operations: ['chat', 'completions', 'models', 'embeddings', 'transcriptions', 'translations'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({
      without: [...FOREIGN_CHAT, 'logit_bias', 'logprobs', 'top_logprobs', 'seed'],
      unknown: 'pass',
    }),
    reasoningHistory: 'reasoning',
    effort: { ...efforts(THREE_EFFORTS), none: { chat_template_kwargs: { enable_thinking: false } } },
  },
  text: PLAIN_TEXT,
  answers: {
    ...PLAIN_ANSWERS,
    rateLimits: { 'x-ratelimit-reset-requests': { name: 'x-ratelimit-reset-requests', form: 'epoch_seconds' } },
  },
  sources: [
    {
      url: 'https://github.com/sambanova/sambanova-python/blob/main/src/sambanova/types/chat/completion_create_params.py',
      asOf: '2026-11-22',
      proves: 'parameters, those not yet supported, efforts, enable_thinking, reasoning of earlier turns',
    },
    {
      url: 'https://docs.sambanova.ai/docs/en/models/rate-limits',
      asOf: '2026-11-22',
      proves: 'headers of limits in each answer; that a reset is a point in time is not proven',
    },
  ],
};
