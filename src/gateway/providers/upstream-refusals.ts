import { GatewayError } from '../../common/errors/gateway-error.js';

/** What every upstream's refusals have in common, in the gateway's words: no credential and no page of HTML is in them. */

/** Longest upstream message that is passed on, in characters. */
const MAX_MESSAGE = 2_000;

/** Text of an upstream that a caller may read. HTML and nothing are none. */
export function upstreamText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || /<html|<!doctype/i.test(value)) return undefined;
  return value.slice(0, MAX_MESSAGE);
}

/** The gateway's own key is wrong: the caller has nothing to do with it. */
export function keyRefused(provider: string): GatewayError {
  return new GatewayError(
    'upstream_auth_error',
    `${provider} refused the gateway's credential. Its operator must check the key.`,
  );
}

/** The account is empty: to ask again does not help. */
export function noCredit(provider: string): GatewayError {
  return new GatewayError('insufficient_quota', `The gateway's ${provider} account has no credit left.`, {
    headers: { 'x-should-retry': 'false' },
  });
}

/** Status 408. */
export function timedOut(provider: string, message: string | undefined): GatewayError {
  return new GatewayError('upstream_timeout_status', message ?? `${provider} timed out.`, { wireCode: 'timeout' });
}

/** Status 413. */
export function tooLarge(provider: string, message: string | undefined): GatewayError {
  return new GatewayError('request_too_large', message ?? `${provider} found the request too large.`);
}

/** A 404 that is about no model. */
export function unknownOperation(provider: string): GatewayError {
  return new GatewayError('upstream_error', `${provider} does not know this operation.`);
}

/** Status 3xx: neither key nor prompt may follow. */
export function redirected(provider: string): GatewayError {
  return new GatewayError('upstream_redirect', `${provider} answered with a redirect, which is never followed.`);
}

/** Status 5xx. `headers` say when to come back. */
export function unavailable(provider: string, status: number, headers: Record<string, string>): GatewayError {
  if (status === 503) return new GatewayError('upstream_unavailable', `${provider} is not available now.`, { headers });
  if (status === 504) return new GatewayError('upstream_timeout', `${provider} did not answer in time.`, { headers });
  return new GatewayError('upstream_error', `${provider} failed to handle the request (status ${status}).`, {
    headers,
  });
}
