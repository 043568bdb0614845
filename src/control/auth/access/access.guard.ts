import { type CanActivate, type ExecutionContext, Injectable, type Type } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../../../common/access/access.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { lacksPermission } from '../authority/denials.js';
import { CallerAccess } from '../caller-access.port.js';
import { accessOf } from './access-of.js';
import { AdminAuthenticator } from './admin-authenticator.js';

/**
 * Decides on every request, by the handler that was found for it: nothing that a caller can write into a URL, a Host or
 * another header changes which that is. What says nothing of who may call it is refused.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  /** By controller, then by handler: read once. */
  private readonly known = new WeakMap<Type<unknown>, Map<unknown, Access | undefined>>();

  constructor(
    private readonly authenticator: AdminAuthenticator,
    private readonly callers: CallerAccess,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const access = this.accessOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    switch (access?.kind) {
      case 'public':
        return true;
      case 'caller':
      case 'holder':
        this.callers.check(request, access);
        return true;
      case 'self':
        request.admin = this.authenticator.authenticate(request);
        return true;
      case 'admin':
        request.adminPermission = access.permission;
        request.admin = this.authenticator.authenticate(request);
        if (!request.admin.permissions.has(access.permission)) throw lacksPermission(access.permission);
        return true;
      default:
        throw new GatewayError('permission_denied', 'Nobody may call this route.');
    }
  }

  private accessOf(context: ExecutionContext): Access | undefined {
    const controller = context.getClass<unknown>();
    const handler = context.getHandler();
    let handlers = this.known.get(controller);
    if (!handlers) this.known.set(controller, (handlers = new Map<unknown, Access | undefined>()));
    if (!handlers.has(handler)) handlers.set(handler, accessOf(controller, handler));
    return handlers.get(handler);
  }
}
