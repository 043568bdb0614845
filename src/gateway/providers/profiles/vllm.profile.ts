import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** vLLM: ignores what it does not know; `reasoning` needs a reasoning parser on the server. */
export const VLLM_PROFILE: ProviderProfile = {
  kind: 'vllm',
  title: 'vLLM',
  operations: ['chat', 'completions', 'models', 'responses', 'embeddings', 'transcriptions', 'translations'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: { ...PLAIN_CHAT, reasoningHistory: 'reasoning' },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html',
      asOf: '2026-11-22',
      proves: 'operations, extra parameters, chat_template_kwargs (not read again)',
    },
    {
      url: 'https://docs.vllm.ai/en/latest/features/reasoning_outputs.html',
      asOf: '2026-11-22',
      proves: 'reasoning, before 0.11 reasoning_content, with --reasoning-parser (not read again)',
    },
  ],
};
