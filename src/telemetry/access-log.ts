import type { FastifyRequest } from 'fastify';
import type { AttemptRecord } from '../common/context/attempt-record.js';
import type { CallContext } from '../common/context/call-context.js';
import { clientRequestId } from '../common/context/call.decorator.js';
import type { GatewayError } from '../common/errors/gateway-error.js';
import type { AppLogger } from './logger.js';
import type { RequestSummary } from './request-summary.js';

const ROUTINE = /^\/(health|metrics)(\/|$)/;

/**
 * Writes one line for each request when its socket is done with it, answered or not.
 * Field names follow OpenTelemetry's GenAI conventions where they have one. Never bodies, never keys.
 */
export function logAccess(logger: AppLogger, request: FastifyRequest, summary: RequestSummary): void {
  const { call } = summary;
  // Probes and scrapes come every few seconds and say nothing while they succeed.
  const level = ROUTINE.test(summary.route ?? '') && summary.status < 400 ? 'debug' : 'info';
  if (!logger.isEnabled(level)) return;
  const line: Record<string, unknown> = {
    request_id: request.id,
    client_request_id: clientRequestId(request.headers),
    trace_id: traceIdOf(request),
    client_address: request.clientAddress,
    caller: request.caller?.id,
    method: summary.method,
    route: summary.route ?? 'unknown',
    status: summary.status,
    duration_ms: round(summary.durationMs),
    aborted: summary.aborted || undefined,
  };
  if (call) addCall(line, call);
  line.msg = 'request';
  logger.access(level, line);
}

function traceIdOf({ call, trace }: FastifyRequest): string | undefined {
  return (call?.trace ?? trace)?.traceId;
}

function addCall(line: Record<string, unknown>, call: CallContext): void {
  line.provider = call.provider;
  line.model = call.model;
  line.attempts = call.attempts;
  if (call.trail.length > 0) line.tried = call.trail.map(describe);
  line.upstream_request_id = call.upstreamId;
  line.time_to_first_token_ms = round(call.firstTokenMs);
  line.finish_reason = call.finishReason;
  line.input_tokens = call.usage?.prompt_tokens;
  line.output_tokens = call.usage?.completion_tokens;
  if (call.filtered.size > 0) line.filtered_params = [...call.filtered];
  if (call.transformed.size > 0) line.transformed_params = [...call.transformed];
  if (call.policies.length > 0) line.policies = call.policies;
  if (call.error) line.error = describeError(call.error);
}

/** Messages about the caller's own mistakes may quote his values, which are content. */
function describeError({ wireCode: code, fault, param, message }: GatewayError): Record<string, unknown> {
  return { code, fault, ...(param !== null && { param }), ...(fault !== 'caller' && { message }) };
}

/** One upstream request, with why it ended. */
function describe({ provider, key, model, cause, outcome, status, ms }: AttemptRecord): Record<string, unknown> {
  return { provider, key, model, cause, outcome, status, ms: round(ms) };
}

function round(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 100) / 100;
}
