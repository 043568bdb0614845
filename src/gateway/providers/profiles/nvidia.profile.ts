import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** NVIDIA NIM, hosted or in a container of one's own: vLLM or SGLang behind it. */
export const NVIDIA_PROFILE: ProviderProfile = {
  kind: 'nvidia',
  title: 'NVIDIA NIM',
  operations: ['chat', 'completions', 'models', 'embeddings'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: PLAIN_CHAT,
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://docs.nvidia.com/nim/large-language-models/latest/reference/api-reference.html',
      asOf: '2026-11-22',
      proves: 'operations; the inference engine is vLLM or SGLang',
    },
    {
      url: 'https://docs.api.nvidia.com/nim/reference/llm-apis',
      asOf: '2026-11-22',
      proves: 'integrate.api.nvidia.com/v1, problem details as errors (not read again)',
    },
  ],
};
