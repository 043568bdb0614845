import { BEARER, efforts, PLAIN_ANSWERS, PLAIN_CHAT, PLAIN_TEXT } from './base-profile.js';
import { chatTable, FOREIGN_CHAT } from './parameter-tables.js';
import type { ProviderProfile } from './provider-profile.types.js';

/** DeepSeek: its paths have no `/v1`; reasoning must be sent back where tools are used. */
export const DEEPSEEK_PROFILE: ProviderProfile = {
  kind: 'deepseek',
  title: 'DeepSeek',
  operations: ['chat', 'completions', 'models'],
  paths: { root: '', own: { completions: '/beta/completions' } },
  auth: BEARER,
  chat: {
    ...PLAIN_CHAT,
    parameters: chatTable({ without: FOREIGN_CHAT, unknown: 'pass' }),
    tokenLimit: 'max_tokens',
    reasoningHistory: 'reasoning_content',
    effort: {
      none: { thinking: { type: 'disabled' } },
      ...efforts({ minimal: 'low', low: 'low', medium: 'high', high: 'high', xhigh: 'high', max: 'max' }),
    },
  },
  text: PLAIN_TEXT,
  answers: PLAIN_ANSWERS,
  sources: [
    {
      url: 'https://api-docs.deepseek.com/guides/thinking_mode',
      asOf: '2026-11-22',
      proves: 'thinking.type, the efforts and what they are mapped to, reasoning_content and when it must be sent back',
    },
    {
      url: 'https://api-docs.deepseek.com/api/create-chat-completion',
      asOf: '2026-11-22',
      proves: 'base URL without /v1, finish_reason insufficient_system_resource (not read again)',
    },
    {
      url: 'https://api-docs.deepseek.com/api/create-completion',
      asOf: '2026-11-22',
      proves: 'text completions under /beta (not read again)',
    },
    {
      url: 'https://github.com/vercel/ai/tree/main/packages/deepseek/src/chat/__fixtures__',
      asOf: '2026-11-22',
      proves: 'recorded answers and streams',
    },
  ],
};
