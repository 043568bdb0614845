import { GatewayError } from '../errors/gateway-error.js';
import { isRecord } from '../json/is-record.js';
import { SseOverflowError } from '../sse/sse-parser.js';
import { EgressError } from './egress/egress-policy.js';

const TIMEOUTS = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const OVERFLOWS = new Set(['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW', 'UND_ERR_RES_EXCEEDED_MAX_SIZE']);
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);

const BROKEN = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET']);

/** A kept connection was closed by the upstream just when a request was sent on it: nobody is unwell. */
export class StaleConnectionError extends Error {
  override readonly name = 'StaleConnectionError';
}

/** The error as one of a kept connection, when it is a broken connection; otherwise as it is. */
export function onKeptConnection(error: Error): Error {
  return BROKEN.has(codeOf(error)) ? new StaleConnectionError(error.message, { cause: error }) : error;
}

/** A failure of the connection to an upstream, without its address or any other detail of the network. */
export function toUpstreamError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const cause = error;
  if (error instanceof EgressError) return new GatewayError('egress_denied', error.message, { cause });
  const code = codeOf(error);
  if (error instanceof SseOverflowError || OVERFLOWS.has(code)) {
    return new GatewayError('upstream_invalid_response', 'The upstream sent more than a gateway may hold.', { cause });
  }
  if (TIMEOUTS.has(code))
    return new GatewayError('upstream_timeout', 'The upstream did not answer in time.', { cause });
  if (UNREACHABLE.has(code)) {
    return new GatewayError('upstream_unreachable', 'The upstream could not be reached.', { cause });
  }
  if (code.startsWith('HPE_')) {
    return new GatewayError('upstream_invalid_response', 'The upstream did not answer in HTTP.', { cause });
  }
  return new GatewayError('upstream_error', 'The connection to the upstream broke.', { cause });
}

function codeOf(error: unknown): string {
  // With several addresses to try, the codes are on the errors inside.
  const inner = isRecord(error) && Array.isArray(error.errors) ? (error.errors[0] as unknown) : error;
  return isRecord(inner) && typeof inner.code === 'string' ? inner.code : '';
}
