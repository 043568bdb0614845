import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** SGLang: `reasoning_content` needs a reasoning parser on the server. */
export const SGLANG_PROFILE: ProviderProfile = {
  kind: 'sglang',
  title: 'SGLang',
  operations: ['chat', 'completions', 'models', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: { ...PLAIN_CHAT, reasoningHistory: 'reasoning_content' },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://docs.sglang.ai/basic_usage/openai_api_completions.html',
      asOf: '2026-11-22',
      proves: 'operations and extra parameters (not read again)',
    },
    {
      url: 'https://docs.sglang.ai/advanced_features/separate_reasoning.html',
      asOf: '2026-11-22',
      proves: 'reasoning_content with --reasoning-parser (not read again)',
    },
  ],
};
