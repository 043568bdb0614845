import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** OpenRouter: many vendors behind one API; failures of the vendor come with status 200. */
export const OPENROUTER_PROFILE: ProviderProfile = {
  kind: 'openrouter',
  title: 'OpenRouter',
  operations: ['chat', 'completions', 'models', 'responses', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    reasoningHistory: 'reasoning',
    effort: {
      none: { reasoning: { effort: 'none' } },
      minimal: { reasoning: { effort: 'minimal' } },
      low: { reasoning: { effort: 'low' } },
      medium: { reasoning: { effort: 'medium' } },
      high: { reasoning: { effort: 'high' } },
      xhigh: { reasoning: { effort: 'xhigh' } },
      max: { reasoning: { effort: 'xhigh' } },
    },
  },
  text: PLAIN_TEXT,
  answers: {
    ...PLAIN_ANSWERS,
    // Its 403 is a prompt that was moderated or blocked by a guardrail, not a wrong key.
    statuses: { 403: 'invalid' },
    rateLimits: {
      'x-ratelimit-limit': { name: 'x-ratelimit-limit-requests', form: 'count' },
      'x-ratelimit-remaining': { name: 'x-ratelimit-remaining-requests', form: 'count' },
      'x-ratelimit-reset': { name: 'x-ratelimit-reset-requests', form: 'epoch_ms' },
    },
  },
  sources: [
    {
      url: 'https://openrouter.ai/docs/api-reference/overview',
      asOf: '2026-11-22',
      proves: 'base URL, request and answer, unknown parameters are ignored',
    },
    {
      url: 'https://openrouter.ai/docs/api-reference/errors',
      asOf: '2026-11-22',
      proves: '{error: {code: number}}, errors inside a 200 and inside streams, 402, 403 is moderation',
    },
    {
      url: 'https://openrouter.ai/docs/use-cases/reasoning-tokens',
      asOf: '2026-11-22',
      proves: 'reasoning: {effort}; reasoning of earlier turns (not read again)',
    },
    {
      url: 'https://docs.getbifrost.ai/providers/supported-providers/openrouter',
      asOf: '2026-11-22',
      proves: 'operations; embeddings came later and are not proven by it',
    },
  ],
};
