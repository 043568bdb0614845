import { GatewayError } from '../../common/errors/gateway-error.js';
import type { LevelRef } from '../contract/level.types.js';
import { formatDollars } from '../contract/money.js';
import type { LimitTerms } from '../contract/terms.types.js';
import type { Standing } from '../counters/counters.port.js';
import type { TermClaim } from './claims.js';
import { durationText } from './limit-headers.js';

/** Longest wait that a client is asked to sit out by itself, in milliseconds: SDKs sleep no longer than a minute. */
const LONGEST_WAIT_MS = 60_000;
const UNAVAILABLE_MS = 2_000;

/** The refusal of a claim that does not fit: which level, which limit, and when it frees. */
export function refusalOf(
  term: TermClaim,
  standing: Standing | undefined,
  retryAfterMs: number | undefined,
): GatewayError {
  if (term.budget) return budgetExceeded(term, standing);
  return term.limit.metric === 'concurrency'
    ? tooManyAtOnce(term.limit)
    : limitExceeded(term.limit, term.claim.amount, retryAfterMs);
}

/** A streamed answer has used what it could hold, and the budget has no more. */
export function budgetEnded(term: TermClaim & { readonly budget: object }): GatewayError {
  const { budget } = term;
  const message = `The answer was ended here: the budget '${budget.name}' of ${owner(budget.level, budget.levelName)} has no more. ${whenOf(term)}`;
  return new GatewayError('budget_exceeded', message, { headers: NO_RETRY });
}

export function limiterUnavailable(): GatewayError {
  const message =
    'The limits of this API key cannot be checked now, so the request is not let through. Please try again.';
  return new GatewayError('limiter_unavailable', message, { headers: waitHeaders(UNAVAILABLE_MS) });
}

export function ledgerUnavailable(): GatewayError {
  const message =
    'The use of this gateway cannot be recorded now, so the request is not let through. Please try again.';
  return new GatewayError('ledger_unavailable', message, { headers: waitHeaders(UNAVAILABLE_MS) });
}

/** How a level is called in a message to its own members. */
export function owner(level: LevelRef['level'], name: string): string {
  return level === 'virtual_key' ? 'this API key' : `${level} '${name}'`;
}

const NO_RETRY = { 'x-should-retry': 'false' };

function budgetExceeded(term: TermClaim & { readonly budget: object }, standing: Standing | undefined): GatewayError {
  const { budget, claim } = term;
  const spent = standing ? ` $${formatDollars(standing.used)} of $${formatDollars(claim.limit)} is spent` : '';
  const held = standing && standing.held > 0 ? ` and $${formatDollars(standing.held)} is held by calls under way` : '';
  const isEmpty = !standing || standing.used + standing.held >= claim.limit;
  const hint = isEmpty ? '' : ' A shorter answer may fit: bound it, as with max_completion_tokens.';
  const message =
    `The budget '${budget.name}' of ${owner(budget.level, budget.levelName)} does not have room for this call:${spent}${held}, ` +
    `and it may cost up to $${formatDollars(claim.amount)}.${hint} ${whenOf(term)}`;
  return new GatewayError('budget_exceeded', message, { headers: NO_RETRY });
}

function whenOf({ budget, windowEnd }: TermClaim & { readonly budget: object }): string {
  if (budget.period.kind === 'prepaid') return 'It is prepaid: it has to be raised.';
  if (budget.period.kind === 'rolling')
    return `It frees as what was spent becomes older than ${spanOf(budget.period.ms)}.`;
  return `It begins anew on ${new Date(windowEnd).toISOString()}.`;
}

function limitExceeded(limit: LimitTerms, amount: number, retryAfterMs: number | undefined): GatewayError {
  const unit = limit.metric.replace('_', ' ');
  const what = limit.limit === 1 ? unit.slice(0, -1) : unit;
  const rule = `${limit.limit} ${what} in ${spanOf(limit.windowMs)} of ${owner(limit.level, limit.levelName)}`;
  const type = limit.metric === 'requests' ? 'requests' : 'tokens';
  const options = { wireCode: 'rate_limit_exceeded', type };
  if (retryAfterMs === undefined) {
    const message = `The request is too large for the limit of ${rule}: it needs ${amount}.`;
    return new GatewayError('own_rate_limit_exceeded', message, { ...options, headers: NO_RETRY });
  }
  const message = `The limit of ${rule} is reached. There is room again in ${durationText(retryAfterMs)}.`;
  return new GatewayError('own_rate_limit_exceeded', message, { ...options, headers: waitHeaders(retryAfterMs) });
}

function tooManyAtOnce({ limit, level, levelName }: LimitTerms): GatewayError {
  const message = `The limit of ${limit} ${limit === 1 ? 'request' : 'requests'} at once of ${owner(level, levelName)} is reached. Send this one when another has ended.`;
  return new GatewayError('concurrency_limit_exceeded', message, { headers: waitHeaders(1_000) });
}

function waitHeaders(waitMs: number): Record<string, string> {
  return {
    'retry-after': String(Math.max(1, Math.ceil(waitMs / 1_000))),
    'retry-after-ms': String(Math.ceil(waitMs)),
    'x-should-retry': String(waitMs <= LONGEST_WAIT_MS),
  };
}

/** `60000` as `1m`. */
export function spanOf(ms: number): string {
  const units = [
    [86_400_000, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
    [1_000, 's'],
  ] as const;
  for (const [size, name] of units) if (ms >= size && ms % size === 0) return `${ms / size}${name}`;
  return `${ms}ms`;
}
