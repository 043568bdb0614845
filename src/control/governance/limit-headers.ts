import { formatDollars } from '../contract/money.js';
import type { Standing } from '../counters/counters.port.js';
import type { TermClaim } from './claims.js';

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
  const tightest: { requests?: Tightest; tokens?: Tightest; budget?: Tightest } = {};
  terms.forEach((term, index) => {
    const standing = standings[index];
    if (!standing || term.limit?.metric === 'concurrency') return;
    const kind = term.budget ? 'budget' : term.limit.metric === 'requests' ? 'requests' : 'tokens';
    const left = Math.max(0, standing.limit - standing.used - standing.held);
    // Budgets are compared by money, limits by how much of each is left.
    const share = term.budget ? left : left / Math.max(1, standing.limit);
    const known = tightest[kind];
    if (!known || share < known.share) tightest[kind] = { standing, left, share };
    if (term.budget?.mode === 'soft' && standing.used + standing.held > standing.limit) {
      headers['x-asbru-budget-exceeded'] = encodeURIComponent(term.budget.name);
    }
  });
  for (const kind of ['requests', 'tokens'] as const) {
    const found = tightest[kind];
    if (!found) continue;
    headers[`x-ratelimit-limit-${kind}`] = String(found.standing.limit);
    headers[`x-ratelimit-remaining-${kind}`] = String(found.left);
    headers[`x-ratelimit-reset-${kind}`] = durationText(found.standing.resetMs);
  }
  if (tightest.budget) headers['x-asbru-budget-remaining'] = formatDollars(tightest.budget.left);
  return headers;
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
