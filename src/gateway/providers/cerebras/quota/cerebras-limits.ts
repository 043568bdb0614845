import type { QuotaHeaders } from './quota.port.js';

export type QuotaUnit = 'requests' | 'tokens';
export type QuotaWindow = 'minute' | 'hour' | 'day';

/** Length of the windows that Cerebras reports. */
export const WINDOW_MS: Readonly<Record<QuotaWindow, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};
export const QUOTA_WINDOWS: readonly QuotaWindow[] = ['minute', 'hour', 'day'];

/** The limits of one key on one model, as far as they are configured; headers complete and correct them. */
export interface CerebrasLimits {
  readonly requestsPerMinute?: number | null;
  /** Of all tokens, cached ones too; three times the uncached ones when it is not stated. */
  readonly tokensPerMinute?: number | null;
  /** The limit that Cerebras' headers call `tokens-minute`. */
  readonly uncachedTokensPerMinute?: number | null;
}

/** Cerebras' bucket of all tokens, cached ones too, is three times that of the uncached ones (wire.md 1.8). */
export const TOTAL_TO_UNCACHED = 3;

/** What Cerebras reserves for an answer whose length the caller left open. */
export const DEFAULT_COMPLETION_TOKENS = 16_384;

/** One limit as the headers state it. */
export interface StatedLimit {
  readonly limit: number;
  readonly remaining: number;
}

/** `x-ratelimit-{limit,remaining}-{unit}-{window}`; undefined when either is missing or no number. */
export function statedLimit(headers: QuotaHeaders, unit: QuotaUnit, window: QuotaWindow): StatedLimit | undefined {
  const limit = numberOf(headers[`x-ratelimit-limit-${unit}-${window}`]);
  const remaining = numberOf(headers[`x-ratelimit-remaining-${unit}-${window}`]);
  return limit !== undefined && limit > 0 && remaining !== undefined ? { limit, remaining } : undefined;
}

function numberOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
