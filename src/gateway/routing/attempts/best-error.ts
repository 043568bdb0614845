import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { Target } from '../health/target.js';

/** One attempt that failed. */
export interface Failure {
  readonly target: Target;
  readonly error: GatewayError;
}

/**
 * What the client is told when every attempt has failed: the reason of the model that was asked first, because it is
 * what he wanted, with the shortest wait that any target named, because that is when the request can succeed.
 * Undefined when nothing was tried.
 */
export function mostUsefulError(failures: readonly Failure[]): GatewayError | undefined {
  const error = primaryReason(failures);
  const waits = failures.map((failure) => waitOf(failure.error)).filter((wait) => wait !== undefined);
  if (!error || waits.length === 0 || failures.length === 1) return error;
  // To wait helps nobody whose request is wrong.
  if (error.fault === 'caller' || error.code === 'upstream_invalid_request') return error;
  const headers = { ...error.headers, ...retryHeaders(Math.min(...waits)) };
  const { status, type, wireCode, param, message, details } = error;
  return new GatewayError(error.code, message, { status, type, wireCode, param, details, headers, cause: error });
}

/** `retry-after` in whole seconds, rounded up, and exactly in milliseconds. */
export function retryHeaders(waitMs: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))), 'retry-after-ms': String(Math.ceil(waitMs)) };
}

/** Milliseconds that the error asks to wait. */
export function waitOf({ headers }: GatewayError): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (ms >= 0) return ms;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds >= 0 ? seconds * 1000 : undefined;
}

/** Of the first model's failures: what is wrong with the request before what is wrong with a key. */
function primaryReason(failures: readonly Failure[]): GatewayError | undefined {
  const [first] = failures;
  if (!first) return undefined;
  const { provider, model } = first.target;
  const errors = failures
    .filter(({ target }) => target.provider === provider && target.model === model)
    .map(({ error }) => error);
  return (
    errors.find(({ fault, code }) => fault === 'caller' || code === 'upstream_invalid_request') ??
    errors.find(({ code }) => code !== 'upstream_auth_error' && code !== 'insufficient_quota') ??
    first.error
  );
}
