import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Ollama: ignores what it does not know. */
export const OLLAMA_PROFILE: ProviderProfile = {
  kind: 'ollama',
  title: 'Ollama',
  operations: ['chat', 'completions', 'models', 'responses', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: { ...PLAIN_CHAT, reasoningHistory: 'reasoning', tokenLimit: 'max_tokens' },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://docs.ollama.com/api/openai-compatibility',
      asOf: '2026-11-22',
      proves: 'operations, parameters, reasoning_effort; no key is needed',
    },
  ],
};
