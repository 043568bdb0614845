import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** Any upstream that speaks OpenAI's dialect: what its own profile in asbru.yaml does not say is as here. */
export const OPENAI_COMPATIBLE_PROFILE: ProviderProfile = {
  kind: 'openai-compatible',
  title: 'OpenAI-compatible',
  operations: ['chat', 'completions', 'models'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: PLAIN_CHAT,
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [],
};
