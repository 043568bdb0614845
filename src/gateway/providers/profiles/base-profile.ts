import { chatTable, textTable } from './parameter-tables.js';
import type { AnswerRules, ChatRules, EffortFields, ProfileAuth, TextRules } from './provider-profile.types.js';

/** What profiles say where they say nothing else: OpenAI's own contract, leniently read. */
export const BEARER: ProfileAuth = { header: 'authorization', scheme: 'Bearer' };

export const PLAIN_CHAT: ChatRules = {
  parameters: chatTable({ unknown: 'pass' }),
  renames: {},
  tokenLimit: 'as_sent',
  // To have developer messages as system messages loses nothing, and many chat templates know no other.
  developerRole: false,
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

/** The efforts of OpenAI, for upstreams that have fewer: by effort, the one that is sent. */
export function efforts(to: Readonly<Record<string, string>>): Readonly<Record<string, EffortFields>> {
  return Object.fromEntries(Object.entries(to).map(([effort, sent]) => [effort, { reasoning_effort: sent }]));
}

/** For upstreams that know `low`, `medium` and `high` only. */
export const THREE_EFFORTS = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' };

export const PLAIN_ANSWERS: AnswerRules = { thinkTags: false, rateLimits: {}, statuses: {} };
