import { formatDollars } from '../contract/money.js';
import type { Standing } from '../counters/counters.port.js';
import type { TermClaim } from './claims.js';

type Kind = 'requests' | 'tokens' | 'budget';

interface Tightest {
  readonly standing: Standing;
  readonly left: number;
  readonly share: number;
}

/**
 * What the answer says of the caller's limits, as OpenAI's answers do
 * (https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers): of the limits of one kind the one that
 * has the least left; of the budgets the one with the least money.
 */
export function limitHeaders(terms: readonly TermClaim[], standings: readonly Standing[]): Record<string, string> {
  const headers: Record<string, string> = {};
  const tightest = new Map<Kind, Tightest>();
  for (const [index, term] of terms.entries()) {
    const standing = standings[index];
    const kind = kindOf(term);
    if (!standing || !kind) continue;
    const next = tightnessOf(kind, standing);
    const known = tightest.get(kind);
    if (!known || next.share < known.share) tightest.set(kind, next);
    if (isSpent(term, standing)) headers['x-asbru-budget-exceeded'] = encodeURIComponent(term.budget?.name ?? '');
  }
  for (const [kind, found] of tightest) Object.assign(headers, headersOf(kind, found));
  return headers;
}

function headersOf(kind: Kind, { standing, left }: Tightest): Record<string, string> {
  if (kind === 'budget') return { 'x-asbru-budget-remaining': formatDollars(left) };
  const [limit, remaining, reset] = [String(standing.limit), String(left), durationText(standing.resetMs)];
  // Written out: V8 keeps objects with computed names as slow hash tables.
  return kind === 'requests'
    ? {
        'x-ratelimit-limit-requests': limit,
        'x-ratelimit-remaining-requests': remaining,
        'x-ratelimit-reset-requests': reset,
      }
    : {
        'x-ratelimit-limit-tokens': limit,
        'x-ratelimit-remaining-tokens': remaining,
        'x-ratelimit-reset-tokens': reset,
      };
}

/** Requests at once have no header. */
function kindOf({ budget, limit }: TermClaim): Kind | undefined {
  if (budget) return 'budget';
  if (limit.metric === 'concurrency') return undefined;
  return limit.metric === 'requests' ? 'requests' : 'tokens';
}

/** Budgets are compared by money, limits by how much of each is left. */
function tightnessOf(kind: Kind, standing: Standing): Tightest {
  const left = Math.max(0, standing.limit - standing.used - standing.held);
  return { standing, left, share: kind === 'budget' ? left : left / Math.max(1, standing.limit) };
}

/** A soft budget lets through what it has no room for. */
function isSpent({ budget }: TermClaim, { used, held, limit }: Standing): boolean {
  return budget?.mode === 'soft' && used + held > limit;
}

/** As OpenAI writes it: `6m0s`, `1.5s`, `20ms`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}ms`;
  const seconds = Math.ceil(ms / 10) / 100;
  if (seconds < 60) return `${seconds}s`;
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor((whole % 3_600) / 60)];
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${whole % 60}s`;
}
