import { BEARER, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** OpenAI itself. It refuses parameters that it does not know, and says which: new ones pass, other vendors' do not. */
export const OPENAI_PROFILE: ProviderProfile = {
  kind: 'openai',
  title: 'OpenAI',
  operations: [
    'chat',
    'completions',
    'models',
    'responses',
    'embeddings',
    'images',
    'speech',
    'transcriptions',
    'translations',
    'moderations',
    'files',
    'batches',
  ],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({ without: FOREIGN_CHAT, unknown: 'pass' }),
    // Its reasoning models refuse `max_tokens`; every chat model takes the newer name.
    tokenLimit: 'max_completion_tokens',
    developerRole: true,
  },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://platform.openai.com/docs/api-reference',
      asOf: '2026-11-22',
      proves: 'operations, paths, parameters, errors',
    },
  ],
};
