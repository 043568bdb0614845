import { HttpException } from '@nestjs/common';
import type { ErrorCode } from './error-table.js';
import { GatewayError } from './gateway-error.js';

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'request_too_large',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
  503: 'server_draining',
};

const MESSAGES: Readonly<Record<number, string>> = {
  413: 'The request body is larger than this gateway accepts.',
  415: "Send a JSON body with the header 'content-type: application/json'.",
  503: 'The gateway is shutting down. Send the request again.',
};

/** Any error as a row of the error table. What is unknown becomes a bare 500: its text may hold anything. */
export function toGatewayError(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error;
  const status = statusOf(error);
  if (status === undefined || (status >= 500 && status !== 503)) {
    return new GatewayError('internal_error', 'The gateway failed to handle the request.', { cause: error });
  }
  const text = MESSAGES[status] ?? (error instanceof Error ? error.message : 'Bad request');
  return new GatewayError(BY_STATUS[status] ?? 'invalid_request', text, { status, cause: error });
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 600 ? statusCode : undefined;
}
