import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

/** What a caller may say as his own id of the request: anything else could forge log lines. */
const CLIENT_REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/**
 * Writes one line for each request when its socket is done with it, answered or not.
 * Field names follow OpenTelemetry's GenAI conventions where they have one. Never bodies, never keys.
 */
export function logAccess(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const { call } = request;
  const line: Record<string, unknown> = {
    request_id: request.id,
    client_request_id: clientRequestId(request),
    method: request.method,
    route: request.routeOptions.url ?? 'unknown',
    status: reply.raw.headersSent ? reply.raw.statusCode : (call?.error?.status ?? 499),
    duration_ms: round(reply.elapsedTime),
    aborted: reply.raw.writableFinished ? undefined : true,
  };
  if (call) {
    line.provider = call.provider;
    line.model = call.model;
    line.attempts = call.attempts;
    line.upstream_request_id = call.upstreamId;
    line.time_to_first_token_ms = round(call.firstTokenMs);
    line.finish_reason = call.finishReason;
    line.input_tokens = call.usage?.prompt_tokens;
    line.output_tokens = call.usage?.completion_tokens;
    if (call.filtered.size > 0) line.filtered_params = [...call.filtered];
    if (call.transformed.size > 0) line.transformed_params = [...call.transformed];
    if (call.error) line.error = { code: call.error.wireCode, fault: call.error.fault, message: call.error.message };
  }
  logger.info(line, 'request');
}

function clientRequestId(request: FastifyRequest): string | undefined {
  const given = request.headers['x-request-id'];
  return typeof given === 'string' && CLIENT_REQUEST_ID.test(given) ? given : undefined;
}

function round(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 100) / 100;
}
