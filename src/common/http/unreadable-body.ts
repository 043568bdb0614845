import type { GatewayError } from '../errors/gateway-error.js';

/**
 * Stands in `request.body` for a body that could not be read; who asks for the body throws its error.
 * A parser that fails instead would make Fastify close the connection, and with it requests that wait behind.
 */
export class UnreadableBody {
  constructor(readonly error: GatewayError) {}
}
