import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { callOf } from '../../common/context/call.decorator.js';
import { PROVIDER_HEADER, PROVIDER_QUERY } from './provider-choice.js';
import type { RelayTarget } from './relayed.service.js';

/** Hands a controller what decides, beside the model, who gets its request. */
export const Target = createParamDecorator((_: unknown, context: ExecutionContext): RelayTarget => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const header = request.headers[PROVIDER_HEADER];
  const query = queryOf(request).get(PROVIDER_QUERY);
  return { call: callOf(request), wanted: [header, query].filter(isName) };
});

/** The query that goes to the provider: all of it but the gateway's own parameter. */
export const RelayedQuery = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const query = queryOf(context.switchToHttp().getRequest<FastifyRequest>());
  query.delete(PROVIDER_QUERY);
  return query.toString();
});

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '';
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  const mark = url.indexOf('?');
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
}
