/** What the words of a provider's `profile` may be. The schema lists them, and the gateway's profiles are typed by them. */
export const PROFILE_OPERATIONS = [
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
] as const;

/** OpenAI's values of `reasoning_effort`. */
export const PROFILE_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

export const TOKEN_LIMITS = ['as_sent', 'max_tokens', 'max_completion_tokens'] as const;

export const REASONING_HISTORIES = ['none', 'reasoning', 'reasoning_content', 'parts'] as const;

export const STATUS_MEANINGS = ['invalid', 'busy', 'unavailable', 'credit'] as const;

export type ProfileOperation = (typeof PROFILE_OPERATIONS)[number];
export type ProfileEffort = (typeof PROFILE_EFFORTS)[number];
export type TokenLimit = (typeof TOKEN_LIMITS)[number];
export type ReasoningHistory = (typeof REASONING_HISTORIES)[number];
export type StatusMeaning = (typeof STATUS_MEANINGS)[number];
