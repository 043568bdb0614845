import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';

/** Who administers: an authenticated administrator, with all that he may do. */
export interface AdminPrincipal {
  readonly id: string;
  readonly name: string;
  /** null: the whole installation. */
  readonly organizationId: string | null;
  readonly permissions: ReadonlySet<string>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set on administrators' routes, before anything else looks at the request. */
    admin?: AdminPrincipal;
    /** What the route needs; set before anybody is authenticated. */
    adminPermission?: string;
    /** The token that was refused, where this gateway has made it. */
    refusedAdmin?: Pick<AdminPrincipal, 'id' | 'name' | 'organizationId'>;
  }
}

/** Hands a controller the administrator that calls. */
export const CurrentAdmin = createParamDecorator((_: unknown, context: ExecutionContext): AdminPrincipal => {
  const { admin } = context.switchToHttp().getRequest<FastifyRequest>();
  // Only a route that is open to others can come here without one.
  if (!admin) throw new GatewayError('internal_error', 'The route has no administrator.');
  return admin;
});
