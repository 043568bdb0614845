import type { ErrorEnvelope } from './error-envelope.types.js';
import type { GatewayError } from './gateway-error.js';

/** Google's canonical `error.status` by HTTP status (https://cloud.google.com/apis/design/errors). */
const STATUSES: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export interface GeminiErrorBody {
  error: { code: number; message: string; status: string };
}

export function geminiError({ status, message }: GatewayError): GeminiErrorBody {
  const named = STATUSES[status] ?? (status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL');
  return { error: { code: status, message, status: named } };
}

export function geminiEnvelope(error: GatewayError): ErrorEnvelope {
  return { status: error.status, headers: error.headers, body: geminiError(error) };
}
