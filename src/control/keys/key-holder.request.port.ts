import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { KeyHolder } from './key-directory.port.js';

/** The holder of the key that a request came with. @throws GatewayError `invalid_api_key` when it came without */
export function holderOf({ caller }: FastifyRequest): KeyHolder {
  if (caller instanceof KeyHolder) return caller;
  throw new GatewayError('invalid_api_key', 'This route is about the virtual key of the request, and it has none.');
}
