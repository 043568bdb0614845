import { GatewayError } from '../../../common/errors/gateway-error.js';

/**
 * Whoever could not be authenticated gets the same answer, whatever he sent: nothing tells an unknown token from one
 * that was revoked, has expired, or belongs to another gateway.
 */
export function notAuthenticated(): GatewayError {
  return new GatewayError(
    'invalid_api_key',
    "This route is for administrators. Send a valid admin token as 'Authorization: Bearer asbru-admin-…'.",
    { headers: { 'www-authenticate': 'Bearer realm="asbru-admin"' } },
  );
}

/** The administrator lacks what the route needs. */
export function lacksPermission(permission: string): GatewayError {
  return new GatewayError('permission_denied', `You do not have the permission '${permission}', which this needs.`);
}

/** The administrator tried to give, or to take away, what he does not hold himself. */
export function cannotGrant(permission: string, param: string | null): GatewayError {
  return new GatewayError(
    'permission_denied',
    `You cannot give or change the permission '${permission}', because you do not have it yourself.`,
    { param },
  );
}
