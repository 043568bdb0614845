import type { QuotaUnit, QuotaWindow } from './cerebras-limits.js';

/** What one worker does to a quota, or learns of it: the other workers send with the same keys. */
export type QuotaNews =
  /** It reserved so many tokens for one request. */
  | { readonly reserved: number }
  /** It gave back what a request did not use. */
  | { readonly back: readonly [requests: number, tokens: number, uncachedTokens: number] }
  /** An answer stated a limit, of which so much is left now. */
  | { readonly stated: readonly [unit: QuotaUnit, window: QuotaWindow, limit: number, left: number] };

/** Tells the other workers; undefined: there are none. */
export type TellQuota = ((news: QuotaNews) => void) | undefined;
