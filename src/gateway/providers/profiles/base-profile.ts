import { chatTable, textTable } from './parameter-tables.js';
import type { AnswerRules, ChatRules, ProfileAuth, TextRules } from './provider-profile.types.js';

/** What profiles say where they say nothing else: OpenAI's own contract, leniently read. */
export const BEARER: ProfileAuth = { header: 'authorization', scheme: 'Bearer' };

export const PLAIN_CHAT: ChatRules = {
  parameters: chatTable({ unknown: 'pass' }),
  renames: {},
  tokenLimit: 'as_sent',
  developerRole: true,
  messageKeys: { filter: [] },
  reasoningHistory: 'none',
  effort: 'pass',
  streams: { options: true },
};

export const PLAIN_TEXT: TextRules = {
  parameters: textTable({ unknown: 'pass' }),
  renames: {},
  streams: { options: true },
};

export const PLAIN_ANSWERS: AnswerRules = { thinkTags: false, rateLimits: {}, statuses: {} };
