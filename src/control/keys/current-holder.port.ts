import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { KeyHolder } from './key-directory.port.js';

/** Hands a controller the holder of the request's virtual key; undefined for a call without one. */
export const CurrentHolder = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
  return caller instanceof KeyHolder ? caller : undefined;
});
