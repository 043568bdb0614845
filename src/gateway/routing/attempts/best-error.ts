import { GatewayError } from '../../../common/errors/gateway-error.js';

/**
 * What the client is told when every attempt has failed: the first target's reason, because it is what he asked for,
 * with the shortest wait that any target named, because that is when the request can succeed.
 */
export function mostUsefulError(errors: readonly GatewayError[]): GatewayError {
  const first = errors.find((error) => error.fault === 'caller') ?? errors[0];
  if (!first) return new GatewayError('upstream_unavailable', 'No upstream can take the request now.');
  const waits = errors.map(waitOf).filter((wait) => wait !== undefined);
  if (waits.length === 0 || errors.length === 1) return first;
  const headers = { ...first.headers, ...retryHeaders(Math.min(...waits)) };
  const { status, type, wireCode, param, message } = first;
  return new GatewayError(first.code, message, { status, type, wireCode, param, headers, cause: first });
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
