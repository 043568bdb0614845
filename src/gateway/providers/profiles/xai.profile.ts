import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, THREE_EFFORTS } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** xAI: counts reasoning beside `completion_tokens`, and writes errors flat. */
export const XAI_PROFILE: ProviderProfile = {
  kind: 'xai',
  title: 'xAI',
  operations: ['chat', 'models', 'responses', 'images'],
  paths: { root: '/v1' },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({ without: FOREIGN_CHAT, unknown: 'pass' }),
    tokenLimit: 'max_completion_tokens',
    effort: efforts({ ...THREE_EFFORTS, none: 'none' }),
  },
  answers: { ...PLAIN_ANSWERS, reasoningApart: true },
  sources: [
    {
      url: 'https://docs.x.ai/docs/api-reference',
      asOf: '2026-11-22',
      proves: 'base URL, operations, max_completion_tokens, {code, error} (not read again)',
    },
    {
      url: 'https://github.com/vercel/ai/tree/main/packages/xai/src/__fixtures__',
      asOf: '2026-11-22',
      proves: 'reasoning_content, total_tokens is prompt plus completion plus reasoning, the usage chunk',
    },
  ],
};
