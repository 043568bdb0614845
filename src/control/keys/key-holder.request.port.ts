import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import type { KeyHolder } from './key-directory.port.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose virtual key authenticated the request; undefined for others. */
    holder?: KeyHolder;
  }
}

/** The holder of the key that a request came with. @throws GatewayError `invalid_api_key` when it came without */
export function holderOf(request: FastifyRequest): KeyHolder {
  if (request.holder) return request.holder;
  throw new GatewayError('invalid_api_key', 'This route is about the virtual key of the request, and it has none.');
}
