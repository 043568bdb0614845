import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import { retryAfterHeaders, statedRetryAfter } from './rate-limit-headers.js';

/** What an upstream said of its failure, in whichever shape it said it. */
interface UpstreamProblem {
  message?: string;
  type?: string;
  param?: string;
  code?: string;
}

/** Longest upstream message that is passed on, in characters. */
const MAX_MESSAGE = 2_000;

/**
 * An upstream's refusal as the gateway's own error (wire.md 2.1): flat bodies (Cerebras), nested ones (OpenAI),
 * `detail`, HTML or nothing. Credentials, HTML and the blame for a wrong gateway key never reach the caller.
 */
export function readUpstreamError(
  provider: string,
  status: number,
  headers: UpstreamHeaders,
  body: string,
): GatewayError {
  return fromProblem(provider, status, parseProblem(body), headers);
}

/** An error frame inside a stream: `{"error":{…},"status_code":500}`, or the flat shape after `event: error`. */
export function readStreamError(provider: string, frame: Record<string, unknown>): GatewayError {
  const status = typeof frame.status_code === 'number' && frame.status_code >= 400 ? frame.status_code : 0;
  const problem = problemOf(frame);
  if (status >= 400 && status < 500) return fromProblem(provider, status, problem, {});
  return new GatewayError('upstream_error', problem.message ?? `${provider} reported an error inside its stream.`, {
    status: status >= 500 && status < 600 ? status : undefined,
  });
}

type Read = (provider: string, problem: UpstreamProblem, headers: UpstreamHeaders) => GatewayError;

const authRefused: Read = (provider) =>
  new GatewayError(
    'upstream_auth_error',
    `${provider} refused the gateway's credential. Its operator must check the key.`,
  );

const BY_STATUS: Readonly<Record<number, Read>> = {
  401: authRefused,
  402: (provider) =>
    new GatewayError('insufficient_quota', `The gateway's ${provider} account has no credit left.`, {
      headers: { 'x-should-retry': 'false' },
    }),
  403: authRefused,
  404: notFound,
  408: (provider, { message }) =>
    new GatewayError('upstream_timeout_status', message ?? `${provider} timed out.`, { wireCode: 'timeout' }),
  413: (provider, { message }) =>
    new GatewayError('request_too_large', message ?? `${provider} found the request too large.`),
  429: tooMany,
};

function fromProblem(
  provider: string,
  status: number,
  problem: UpstreamProblem,
  headers: UpstreamHeaders,
): GatewayError {
  if (status >= 500) return unavailable(provider, status, headers);
  if (status < 400) {
    return new GatewayError('upstream_redirect', `${provider} answered with a redirect, which is never followed.`);
  }
  return (BY_STATUS[status] ?? invalidRequest)(provider, problem, headers);
}

function invalidRequest(provider: string, problem: UpstreamProblem): GatewayError {
  const message = problem.message ?? `${provider} refused the request.`;
  if (problem.code === 'context_length_exceeded') {
    return new GatewayError('context_length_exceeded', message, { param: 'messages' });
  }
  return new GatewayError('upstream_invalid_request', message, {
    param: paramOf(problem),
    wireCode: problem.code || 'invalid_request',
  });
}

function notFound(provider: string, problem: UpstreamProblem): GatewayError {
  if (problem.message === undefined) {
    return new GatewayError('upstream_error', `${provider} does not know this operation.`);
  }
  return new GatewayError('model_not_found', problem.message, { param: 'model' });
}

function tooMany(provider: string, problem: UpstreamProblem, headers: UpstreamHeaders): GatewayError {
  const message = problem.message ?? `${provider} is receiving too many requests.`;
  if (problem.code === 'queue_exceeded') {
    return new GatewayError('queue_exceeded', message, { headers: retryAfterHeaders(headers, 'queue') });
  }
  const kind = problem.type === 'too_many_tokens_error' ? 'tokens' : 'requests';
  return new GatewayError('rate_limit_exceeded', message, { type: kind, headers: retryAfterHeaders(headers, kind) });
}

function unavailable(provider: string, status: number, headers: UpstreamHeaders): GatewayError {
  const options = { headers: statedRetryAfter(headers) };
  if (status === 503) return new GatewayError('upstream_unavailable', `${provider} is not available now.`, options);
  if (status === 504) return new GatewayError('upstream_timeout', `${provider} did not answer in time.`, options);
  return new GatewayError('upstream_error', `${provider} failed to handle the request (status ${status}).`, options);
}

/** `validation_error` says nothing of the field; the message begins with its path (wire.md 1.7). */
function paramOf({ param, message }: UpstreamProblem): string | null {
  if (param && param !== 'validation_error') return param;
  const path = /^([\w.[\]]+): property/.exec(message ?? '')?.[1];
  return path === undefined ? null : path.replace(/^body\./, '');
}

function parseProblem(body: string): UpstreamProblem {
  try {
    const parsed: unknown = JSON.parse(body);
    return isRecord(parsed) ? problemOf(parsed) : {};
  } catch {
    // HTML, text or nothing: there is nothing in it for the caller.
    return {};
  }
}

function problemOf(body: Record<string, unknown>): UpstreamProblem {
  const source = isRecord(body.error) ? body.error : body;
  return {
    message: text(source.message) ?? text(body.error) ?? text(body.detail),
    type: text(source.type),
    param: text(source.param),
    code: text(source.code),
  };
}

function text(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '' || /<html|<!doctype/i.test(value)) return undefined;
  return value.slice(0, MAX_MESSAGE);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
