import { Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Clock } from '../../../common/time/clock.port.js';
import type { AdminPrincipal } from '../admin.port.js';
import { notAuthenticated } from '../authority/denials.js';
import { AdminDirectory } from '../directory/admin-directory.js';
import type { AdminLookup } from '../directory/admin-snapshot.js';
import { bearerToken } from './bearer-token.js';
import { FailureThrottle } from './failure-throttle.js';

/** Thirty wrong tokens at once from one address, and one every two seconds: no person types that. */
const TERMS = { burst: 30, everyMs: 2_000 };

/** Tells who administers by the token that was sent. Says nothing to those who are nobody, and much to the log. */
@Injectable()
export class AdminAuthenticator {
  private readonly logger = new Logger('AdminAuthenticator');
  private readonly failures = new FailureThrottle(TERMS);

  constructor(
    private readonly directory: AdminDirectory,
    private readonly clock: Clock,
  ) {}

  /** @throws GatewayError 401, the same for every wrong token; 429 when there were many; 503 when nobody can say */
  authenticate(request: FastifyRequest): AdminPrincipal {
    const token = bearerToken(request.raw);
    // Looked up also when there is none, so that the work is the same.
    const lookup = this.directory.find(token ?? '');
    if (token !== undefined && lookup.refusal === undefined) return lookup.entry.principal;
    throw this.refuse(request, token, lookup);
  }

  /** A right token is never throttled: others behind the same address must not lock an administrator out. */
  private refuse(request: FastifyRequest, token: string | undefined, { refusal, entry }: AdminLookup): GatewayError {
    // Who sends none guesses nothing.
    const wait = token === undefined ? 0 : this.failures.note(request.clientAddress ?? '', this.clock.now());
    if (wait > 0) {
      return new GatewayError('own_rate_limit_exceeded', 'Too many attempts with a wrong admin token. Wait.', {
        wireCode: 'rate_limit_exceeded',
        headers: { 'retry-after': String(Math.ceil(wait / 1_000)) },
      });
    }
    if (entry && token !== undefined) request.refusedAdmin = entry.principal;
    this.logger.warn(
      {
        address: request.clientAddress,
        request_id: request.id,
        route: request.routeOptions.url,
        reason: token === undefined ? 'missing' : refusal,
        // Only of a token that this gateway has made itself.
        token_id: token === undefined ? undefined : entry?.token.id,
      },
      'an administrator could not be authenticated',
    );
    return notAuthenticated();
  }
}
