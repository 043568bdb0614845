import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { isRecord } from '../../common/json/is-record.js';

/** Whose usage an administrator may see; null: that of the whole installation. */
export interface AdminScope {
  readonly organizationId: string | null;
}

/**
 * What the guard of the admin routes has put on the request. This is the one place that reads it; a request without it
 * sees nothing, so that a route that lost its guard gives nothing away.
 */
export function adminScopeOf(request: FastifyRequest): AdminScope {
  const admin: unknown = Reflect.get(request, 'admin');
  if (isRecord(admin)) {
    const { organizationId } = admin;
    if (organizationId === null || (typeof organizationId === 'string' && organizationId !== '')) {
      return { organizationId };
    }
  }
  throw new GatewayError('permission_denied', 'This request was not authenticated as an administrator.');
}
