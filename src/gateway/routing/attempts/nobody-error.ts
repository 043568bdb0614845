import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Candidate } from '../balancing/target-order.port.js';
import type { HealthBook } from '../health/health-book.js';
import { retryHeaders } from './best-error.js';

/** Why a request was refused without asking anybody: every candidate is out of use, and until when. */
export function nobodyCanAnswer(book: HealthBook, candidates: readonly Candidate[]): GatewayError {
  const refused = refusedKey(book, candidates);
  if (refused) return refused;
  const waits = candidates.filter(({ available }) => !available).map(({ waitMs }) => waitMs);
  const headers = waits.length > 0 ? retryHeaders(Math.min(...waits)) : {};
  if (candidates.some(({ reason }) => reason === 'cooldown' || reason === 'no quota')) {
    const message = 'The provider has asked for a pause: its limit is used up.';
    return new GatewayError('rate_limit_exceeded', message, { headers });
  }
  return new GatewayError('upstream_unavailable', 'No upstream can take the request now.', { headers });
}

/** Only a person can mend keys that the provider refuses: a wait would be a wrong promise. */
function refusedKey(book: HealthBook, candidates: readonly Candidate[]): GatewayError | undefined {
  const [first] = candidates;
  if (!first || candidates.some(({ reason }) => reason !== 'key retired')) return undefined;
  const { provider } = first.target;
  if (book.of(first.target).key.retired?.reason === 'insufficient_quota') {
    const headers = { 'x-should-retry': 'false' };
    return new GatewayError('insufficient_quota', `The gateway's ${provider} account has no credit left.`, { headers });
  }
  const message = `${provider} refused the gateway's credential. Its operator must check the key.`;
  return new GatewayError('upstream_auth_error', message);
}

/**
 * Milliseconds until the first pause that an upstream asked for is over; infinite without one. Only that ends by waiting:
 * a dead target or a refused key does not mend so soon.
 */
export function shortestPause(candidates: readonly Candidate[]): number {
  const paused = candidates.filter(({ available, reason }) => !available && reason === 'cooldown');
  return Math.min(...paused.map(({ waitMs }) => waitMs));
}
