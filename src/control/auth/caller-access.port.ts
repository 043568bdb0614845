import type { FastifyRequest } from 'fastify';
import type { Access } from '../../common/access/access.js';

/** Decides on callers of the data plane, whose credentials are virtual keys. The class is the injection token. */
export abstract class CallerAccess {
  /** @throws GatewayError when the request may not reach its handler */
  abstract check(request: FastifyRequest, access: Extract<Access, { kind: 'caller' | 'holder' }>): void;
}
