import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import { isRecord } from '../../../common/json/is-record.js';
import { statedRetryAfter } from '../openai-compatible/rate-limit-headers.js';
import {
  keyRefused,
  noCredit,
  redirected,
  timedOut,
  tooLarge,
  unavailable,
  unknownOperation,
  upstreamText,
} from '../upstream-refusals.js';
import { limitWaitHeaders } from './anthropic-limits.js';

/** What the API said of a failure. */
interface Problem {
  readonly type?: string;
  readonly message?: string;
}

/** HTTP status by `error.type`, for errors inside a stream (wire.md 4.5). */
const STATUSES: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  conflict_error: 409,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** Members that a chat request calls the same: a refusal that names one of them names the caller's own field. */
const SHARED = new Set(['model', 'messages', 'max_tokens', 'temperature', 'top_p', 'top_k', 'tools', 'tool_choice']);
const TOO_LONG = /^prompt is too long|exceed(?:s|ed)? (?:the )?context (?:limit|window)/i;
const NO_CREDIT = /credit balance is too low/i;

/** A refusal of Anthropic's as the gateway's own error. Credentials and the blame for a wrong key stay here. */
export function readAnthropicError(
  provider: string,
  status: number,
  headers: UpstreamHeaders,
  body: string,
): GatewayError {
  return fromProblem(provider, status, parseProblem(body), headers);
}

/** The data of an `error` event inside a stream. */
export function readAnthropicStreamError(provider: string, event: Record<string, unknown>): GatewayError {
  const problem = problemOf(event);
  const status = Object.hasOwn(STATUSES, problem.type ?? '') ? STATUSES[problem.type ?? ''] : undefined;
  return fromProblem(provider, status ?? 500, problem, {});
}

type Read = (provider: string, problem: Problem, headers: UpstreamHeaders) => GatewayError;

const overloaded: Read = (provider, { message }, headers) =>
  new GatewayError('upstream_unavailable', message ?? `${provider} is overloaded.`, {
    headers: statedRetryAfter(headers),
  });

const BY_STATUS: Readonly<Record<number, Read>> = {
  401: keyRefused,
  402: noCredit,
  403: keyRefused,
  404: notFound,
  408: (provider, { message }) => timedOut(provider, message),
  413: (provider, { message }) => tooLarge(provider, message),
  429: tooMany,
  503: overloaded,
  529: overloaded,
};

function fromProblem(provider: string, status: number, problem: Problem, headers: UpstreamHeaders): GatewayError {
  const read = BY_STATUS[status];
  if (read) return read(provider, problem, headers);
  if (status >= 500) return unavailable(provider, status, statedRetryAfter(headers));
  if (status >= 400) return invalidRequest(provider, problem);
  return redirected(provider);
}

function invalidRequest(provider: string, problem: Problem): GatewayError {
  const message = problem.message ?? `${provider} refused the request.`;
  if (NO_CREDIT.test(message)) return noCredit(provider);
  if (TOO_LONG.test(message)) return new GatewayError('context_length_exceeded', message, { param: 'messages' });
  const [, member = ''] = /^([a-z_]+)[.:]/.exec(message) ?? [];
  return new GatewayError('upstream_invalid_request', message, {
    param: SHARED.has(member) ? member : null,
    wireCode: 'invalid_request',
  });
}

function notFound(provider: string, { type, message }: Problem): GatewayError {
  if (type !== 'not_found_error' || !message?.startsWith('model:')) {
    return unknownOperation(provider);
  }
  return new GatewayError('model_not_found', `${provider} does not know the model: ${message.slice(6).trim()}`, {
    param: 'model',
  });
}

function tooMany(provider: string, { message }: Problem, headers: UpstreamHeaders): GatewayError {
  return new GatewayError('rate_limit_exceeded', message ?? `${provider} is receiving too many requests.`, {
    type: /tokens/i.test(message ?? '') ? 'tokens' : 'requests',
    headers: limitWaitHeaders(headers),
  });
}

function parseProblem(body: string): Problem {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? problemOf(parsed) : {};
  } catch {
    // HTML, text or nothing: there is nothing in it for the caller.
    return {};
  }
}

function problemOf({ error }: Record<string, unknown>): Problem {
  return isRecord(error) ? { type: upstreamText(error.type), message: upstreamText(error.message) } : {};
}
