import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Permission } from '../../common/access/access.js';
import { GatewayError } from '../../common/errors/gateway-error.js';

/** An administrator who is known and active. */
export interface AdminPrincipal {
  readonly id: string;
  readonly name: string;
  /** Null: of the whole installation. */
  readonly organizationId: string | null;
  readonly permissions: ReadonlySet<Permission>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on routes for administrators. */
    admin?: AdminPrincipal;
  }
}

/** Hands a controller the administrator who calls. */
export const CurrentAdmin = createParamDecorator((_: unknown, context: ExecutionContext): AdminPrincipal => {
  const { admin } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!admin) throw new GatewayError('invalid_api_key', 'This route is for administrators.');
  return admin;
});
