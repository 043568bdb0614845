import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { UpstreamHeaders } from '../../../common/http/upstream-client.js';
import { isRecord } from '../../../common/json/is-record.js';
import type { StatusMeaning } from '../../../config/file/profile-values.js';
import {
  keyRefused,
  noCredit,
  redirected,
  timedOut,
  tooLarge,
  unavailable,
  unknownOperation,
} from '../upstream-refusals.js';
import { retryAfterHeaders, statedRetryAfter } from './rate-limit-headers.js';
import { parseProblem, problemOf, type UpstreamProblem } from './upstream-problem.js';

type Statuses = Readonly<Record<number, StatusMeaning>>;

/**
 * An upstream's refusal as the gateway's own error (wire.md 2.1), whichever shape its body has. Credentials, HTML and the
 * blame for a wrong gateway key never reach the caller. `statuses` says what is meant by those that OpenAI uses otherwise.
 */
export function readUpstreamError(
  provider: string,
  status: number,
  headers: UpstreamHeaders,
  body: string,
  statuses: Statuses = {},
): GatewayError {
  return fromProblem(provider, status, parseProblem(body), headers, statuses);
}

/**
 * An error frame inside a stream: `{"error":{…},"status_code":500}`, the flat shape after `event: error`, or OpenRouter's
 * `{"error":{"code":502,…}}`.
 */
export function readStreamError(provider: string, frame: Record<string, unknown>, statuses?: Statuses): GatewayError {
  const problem = problemOf(frame);
  const status = problem.status ?? 0;
  if (status >= 400 && status < 500) return fromProblem(provider, status, problem, {}, statuses ?? {});
  return new GatewayError('upstream_error', problem.message ?? `${provider} reported an error inside its stream.`, {
    status: status >= 500 ? status : undefined,
  });
}

/** The failure that an answer with status 200 holds in place of choices, or in one of them (OpenRouter). */
export function readBodyError(provider: string, body: unknown, statuses?: Statuses): GatewayError | undefined {
  if (!isRecord(body)) return undefined;
  const choice: unknown = Array.isArray(body.choices) ? body.choices[0] : undefined;
  const failed = choice === undefined ? body : choice;
  if (!isRecord(failed) || !failed.error) return undefined;
  return readStreamError(provider, failed, statuses);
}

type Read = (provider: string, problem: UpstreamProblem, headers: UpstreamHeaders) => GatewayError;

const BY_STATUS: Readonly<Record<number, Read>> = {
  401: keyRefused,
  402: noCredit,
  403: keyRefused,
  404: notFound,
  408: (provider, { message }) => timedOut(provider, message),
  413: (provider, { message }) => tooLarge(provider, message),
  429: tooMany,
};

const BY_MEANING: Readonly<Record<StatusMeaning, Read>> = {
  invalid: invalidRequest,
  busy: tooMany,
  unavailable: (provider, _problem, headers) => unavailable(provider, 503, statedRetryAfter(headers)),
  credit: noCredit,
};

function fromProblem(
  provider: string,
  status: number,
  problem: UpstreamProblem,
  headers: UpstreamHeaders,
  statuses: Statuses,
): GatewayError {
  const meaning = statuses[status];
  if (meaning) return BY_MEANING[meaning](provider, problem, headers);
  if (status >= 500) return unavailable(provider, status, statedRetryAfter(headers));
  if (status < 400) {
    return redirected(provider);
  }
  return (BY_STATUS[status] ?? invalidRequest)(provider, problem, headers);
}

/** xAI and others answer 400 to a wrong key, and quote a part of it. */
const WRONG_KEY =
  /\b(?:incorrect|invalid|expired|missing) api[ _-]?key|api[ _-]?key (?:is |was )?(?:incorrect|invalid|not valid|expired|missing)/i;
/** How upstreams say that a prompt is too long when they have no code for it. */
const TOO_LONG =
  /maximum context length|context[ _-]?(?:length|window) (?:is )?exceeded|exceeds? (?:the |this )?(?:model'?s? )?(?:maximum )?context|prompt is too long|longer than the model'?s context/i;

function invalidRequest(provider: string, problem: UpstreamProblem): GatewayError {
  const message = problem.message ?? `${provider} refused the request.`;
  if (problem.code === 'invalid_api_key' || WRONG_KEY.test(message)) return keyRefused(provider);
  if (problem.code === 'context_length_exceeded' || TOO_LONG.test(message)) {
    return new GatewayError('context_length_exceeded', message, { param: 'messages' });
  }
  // A number is the status once more.
  const code = problem.code !== undefined && !/^\d+$/.test(problem.code) ? problem.code : 'invalid_request';
  return new GatewayError('upstream_invalid_request', message, { param: paramOf(problem), wireCode: code });
}

function notFound(provider: string, problem: UpstreamProblem): GatewayError {
  if (problem.message === undefined) {
    return unknownOperation(provider);
  }
  return new GatewayError('model_not_found', problem.message, { param: 'model' });
}

function tooMany(provider: string, problem: UpstreamProblem, headers: UpstreamHeaders): GatewayError {
  const message = problem.message ?? `${provider} is receiving too many requests.`;
  // OpenAI's 429 for an empty account: waiting does not help.
  if (problem.code === 'insufficient_quota' || problem.type === 'insufficient_quota') {
    return noCredit(provider);
  }
  if (problem.code === 'queue_exceeded') {
    return new GatewayError('queue_exceeded', message, { headers: retryAfterHeaders(headers, 'queue') });
  }
  const kind = problem.type === 'too_many_tokens_error' || problem.type === 'tokens' ? 'tokens' : 'requests';
  return new GatewayError('rate_limit_exceeded', message, { type: kind, headers: retryAfterHeaders(headers, kind) });
}

/** `validation_error` says nothing of the field; the message begins with its path (wire.md 1.7). */
function paramOf({ param, message }: UpstreamProblem): string | null {
  if (param && param !== 'validation_error') return param;
  const path = /^([\w.[\]]+): property/.exec(message ?? '')?.[1];
  return path === undefined ? null : path.replace(/^body\./, '');
}
