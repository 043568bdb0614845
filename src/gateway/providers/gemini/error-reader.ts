import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import { isRecord } from '../../../common/json/is-record.js';
import { retryAfterHeaders, statedRetryAfter } from '../openai-compatible/rate-limit-headers.js';
import {
  keyRefused,
  redirected,
  timedOut,
  tooLarge,
  unavailable,
  unknownOperation,
  upstreamText,
} from '../upstream-refusals.js';

/** What Google said of a failure (https://cloud.google.com/apis/design/errors). */
interface GoogleProblem {
  code?: number;
  message?: string;
  /** `google.rpc.ErrorInfo`. */
  reason?: string;
  /** `google.rpc.RetryInfo`, in milliseconds. */
  retryMs?: number;
  /** The field of `google.rpc.BadRequest`. */
  field?: string;
}

/** Reasons of a 400 that is about the key: the caller has nothing to do with it. */
const KEY_REASONS = new Set(['API_KEY_INVALID', 'API_KEY_EXPIRED', 'API_KEY_SERVICE_BLOCKED']);

/** A refusal of Gemini as the gateway's own error. Credentials and the blame for a wrong key never reach the caller. */
export function readGeminiError(
  provider: string,
  status: number,
  headers: UpstreamHeaders,
  body: string,
): GatewayError {
  return fromProblem(provider, status, parseProblem(body), headers);
}

/** An error inside a stream: `{"error":{…}}` as the data of an event. */
export function readGeminiStreamError(provider: string, event: Record<string, unknown>): GatewayError {
  const problem = problemOf(event);
  const { code = 500 } = problem;
  if (code >= 400 && code < 500) return fromProblem(provider, code, problem, {});
  return new GatewayError('upstream_error', problem.message ?? `${provider} reported an error inside its stream.`, {
    status: code >= 500 && code < 600 ? code : undefined,
  });
}

type Read = (provider: string, problem: GoogleProblem, headers: UpstreamHeaders) => GatewayError;

const BY_STATUS: Readonly<Record<number, Read>> = {
  400: invalidRequest,
  401: keyRefused,
  403: keyRefused,
  404: notFound,
  408: (provider, { message }) => timedOut(provider, message),
  413: (provider, { message }) => tooLarge(provider, message),
  429: tooMany,
};

function fromProblem(provider: string, status: number, problem: GoogleProblem, headers: UpstreamHeaders): GatewayError {
  if (status >= 500) return unavailable(provider, status, waitOf(problem, headers));
  if (status < 400) {
    return redirected(provider);
  }
  return (BY_STATUS[status] ?? invalidRequest)(provider, problem, headers);
}

function invalidRequest(provider: string, problem: GoogleProblem): GatewayError {
  if (KEY_REASONS.has(problem.reason ?? '')) return keyRefused(provider);
  const message = problem.message ?? `${provider} refused the request.`;
  if (/input token count.{0,40}exceeds the maximum/i.test(message)) {
    return new GatewayError('context_length_exceeded', message, { param: 'messages' });
  }
  return new GatewayError('upstream_invalid_request', message, {
    param: problem.field ?? null,
    wireCode: 'invalid_request',
  });
}

function notFound(provider: string, problem: GoogleProblem): GatewayError {
  if (problem.message === undefined) {
    return unknownOperation(provider);
  }
  return new GatewayError('model_not_found', problem.message, { param: 'model' });
}

function tooMany(provider: string, { message, retryMs }: GoogleProblem, headers: UpstreamHeaders): GatewayError {
  return new GatewayError('rate_limit_exceeded', message ?? `${provider} is receiving too many requests.`, {
    type: 'requests',
    headers: retryMs === undefined ? retryAfterHeaders(headers, 'requests') : waitHeaders(retryMs),
  });
}

function waitOf({ retryMs }: GoogleProblem, headers: UpstreamHeaders): Record<string, string> {
  return retryMs === undefined ? statedRetryAfter(headers) : waitHeaders(retryMs);
}

function waitHeaders(ms: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(ms / 1000))), 'retry-after-ms': String(Math.ceil(ms)) };
}

/** Errors of streams that were not asked for as events come inside an array. */
function parseProblem(body: string): GoogleProblem {
  try {
    const parsed: unknown = JSON.parse(body);
    const first: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isRecord(first) ? problemOf(first) : {};
  } catch {
    // HTML, text or nothing: there is nothing in it for the caller.
    return {};
  }
}

function problemOf(body: Record<string, unknown>): GoogleProblem {
  const source = isRecord(body.error) ? body.error : body;
  const details = Array.isArray(source.details) ? source.details.filter(isRecord) : [];
  const [violation] = listOf(detail(details, 'BadRequest')?.fieldViolations);
  return {
    code: typeof source.code === 'number' ? source.code : undefined,
    message: upstreamText(source.message),
    reason: upstreamText(detail(details, 'ErrorInfo')?.reason),
    retryMs: duration(detail(details, 'RetryInfo')?.retryDelay),
    field: upstreamText(violation?.field),
  };
}

function detail(details: readonly Record<string, unknown>[], type: string): Record<string, unknown> | undefined {
  return details.find((one) => one['@type'] === `type.googleapis.com/google.rpc.${type}`);
}

function listOf(value: unknown): Array<Record<string, unknown>> {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** Protobuf's duration: `3.5s`. */
function duration(value: unknown): number | undefined {
  const seconds = typeof value === 'string' ? /^(\d+(?:\.\d+)?)s$/.exec(value)?.[1] : undefined;
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}
