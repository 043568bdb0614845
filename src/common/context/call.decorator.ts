import type { IncomingHttpHeaders } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CallerCredentials } from '../http/caller-credentials.js';
import { hopsOf } from '../http/hops.js';
import { CallContext } from './call-context.js';
import type { Caller } from './caller.js';
import type { Draining } from './draining.js';
import { readTraceContext, type TraceContext } from './trace-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on inference routes only, by the first that asks for it. */
    call?: CallContext;
    /** Set on arrival when this gateway records a trace of the request. */
    trace?: TraceContext;
    /** Of the application; the same for all its requests. */
    draining?: Draining;
    /** Whose virtual key the request has; undefined without one. */
    caller?: Caller;
    /** All virtual keys that its headers hold; they are the gateway's alone. */
    callerTokens?: ReadonlySet<string>;
    /** As telemetry names it. */
    operation?: string;
    /** Of the client, for the log. */
    clientAddress?: string;
  }
}

/** The request's context, made on first use. */
export function callOf(request: FastifyRequest): CallContext {
  if (request.call) return request.call;
  const call = new CallContext(request.id, request.headers['x-asbru-strict'] === 'true');
  call.trace = request.trace ?? readTraceContext(request.headers);
  call.hops = hopsOf(request.headers);
  call.draining = request.draining;
  call.credentials = new CallerCredentials(request.headers, request.callerTokens);
  if (request.caller) call.caller = request.caller;
  if (request.operation !== undefined) call.operation = request.operation;
  call.requestHeaders = request.headers;
  call.clientRequestId = clientRequestId(request.headers);
  request.call = call;
  return call;
}

/** What a caller may say as his own id of the request: anything else could forge log lines. */
const CLIENT_REQUEST_ID = /^[A-Za-z0-9_-]{8,64}$/;

/** The caller's own id of the request, when it is well-formed. */
export function clientRequestId({ 'x-request-id': given }: IncomingHttpHeaders): string | undefined {
  return typeof given === 'string' && CLIENT_REQUEST_ID.test(given) ? given : undefined;
}

/** Hands a controller the context of its request. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
