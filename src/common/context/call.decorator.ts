import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { CallContext } from './call-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on inference routes only, by the first that asks for it. */
    call?: CallContext;
  }
}

/** The request's context, made on first use. */
export function callOf(request: FastifyRequest): CallContext {
  request.call ??= new CallContext(request.id, request.headers['x-asbru-strict'] === 'true');
  return request.call;
}

/** Hands a controller the context of its request. */
export const Call = createParamDecorator((_: unknown, context: ExecutionContext) =>
  callOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
