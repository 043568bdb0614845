import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';

/** Who works on the control plane. */
export interface AdminPrincipal {
  readonly id: string;
  readonly name: string;
  /** null: the whole installation. */
  readonly organizationId: string | null;
  readonly permissions: ReadonlySet<string>;
}

declare module 'fastify' {
  interface FastifyRequest {
    admin?: AdminPrincipal;
  }
}

/** The administrator of a request, for a handler's parameter. */
export const CurrentAdmin = createParamDecorator((_data: unknown, context: ExecutionContext): AdminPrincipal => {
  const { admin } = context.switchToHttp().getRequest<FastifyRequest>();
  if (!admin) throw new GatewayError('permission_denied', 'This needs an administrator.');
  return admin;
});
