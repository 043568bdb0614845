import type { ErrorEnvelope } from './error-envelope.types.js';
import type { GatewayError } from './gateway-error.js';

/** Google's canonical `error.status` by HTTP status (https://cloud.google.com/apis/design/errors). */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  402: 'RESOURCE_EXHAUSTED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  408: 'DEADLINE_EXCEEDED',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  501: 'UNIMPLEMENTED',
  502: 'UNAVAILABLE',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};
const RPC = 'type.googleapis.com/google.rpc';

/** One of Google's standard details of an error (google/rpc/error_details.proto). */
export type GeminiErrorDetail = { '@type': string } & Record<string, unknown>;

/** The body of an error, whole or as the data of a stream's last event. */
export interface GeminiErrorBody {
  error: { code: number; message: string; status: string; details: GeminiErrorDetail[] };
}

export function geminiError(error: GatewayError): GeminiErrorBody {
  const { status, message } = error;
  const named = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message, status: named, details: detailsOf(error) } };
}

export function geminiEnvelope(error: GatewayError): ErrorEnvelope {
  return { status: error.status, headers: error.headers, body: geminiError(error) };
}

/** Whose fault it is, which field is wrong, and when to come back, each where it is known. */
function detailsOf({ code, wireCode, fault, param, message, headers }: GatewayError): GeminiErrorDetail[] {
  const reason = (wireCode ?? code).toUpperCase();
  const details: GeminiErrorDetail[] = [{ '@type': `${RPC}.ErrorInfo`, reason, domain: 'asbru', metadata: { fault } }];
  if (param !== null) {
    details.push({ '@type': `${RPC}.BadRequest`, fieldViolations: [{ field: param, description: message }] });
  }
  const seconds = waitSeconds(headers);
  if (seconds !== undefined) details.push({ '@type': `${RPC}.RetryInfo`, retryDelay: `${seconds}s` });
  return details;
}

/** A duration of protobuf has seconds with up to nine decimals. */
function waitSeconds(headers: Readonly<Record<string, string>>): number | undefined {
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (ms >= 0) return ms / 1000;
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return seconds >= 0 ? seconds : undefined;
}
