import type { FastifyRequest } from 'fastify';
import type { Access } from '../../common/access/access.js';

/** What a route asks of those who call models. */
export type CallerRule = Extract<Access, { kind: 'caller' | 'holder' }>;

/** Decides on the callers of the data plane. The class is the injection token. */
export abstract class CallerAccess {
  /** @throws GatewayError when the request may not call the route */
  abstract check(request: FastifyRequest, access: CallerRule): void;
}
