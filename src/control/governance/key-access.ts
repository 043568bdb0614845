import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../../common/access/access.js';
import { KnownTerms } from '../../common/context/known-terms.port.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { CallerAccess } from '../auth/caller-access.port.js';
import { KeyHolder } from '../keys/key-directory.port.js';
import { CallerAuthentication } from './caller-authentication.js';

/** Lets callers in by their virtual keys. */
@Injectable()
export class KeyAccess extends CallerAccess {
  constructor(
    private readonly authentication: CallerAuthentication,
    private readonly terms: KnownTerms,
  ) {
    super();
  }

  override check(request: FastifyRequest, access: Extract<Access, { kind: 'caller' | 'holder' }>): void {
    this.authentication.authenticate(request);
    const { caller } = request;
    if (caller instanceof KeyHolder) this.assertTermsKnown();
    if (access.kind === 'holder') {
      if (caller instanceof KeyHolder) return;
      const message = 'Send a virtual key: the answer is about the key.';
      throw new GatewayError('invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } });
    }
    if (!(caller instanceof KeyHolder) || caller.scopes.has(access.scope)) return;
    const message = `This API key may not be used for '${access.scope}'. It may be used for: ${[...caller.scopes].join(', ') || 'nothing'}.`;
    throw new GatewayError('scope_not_allowed', message);
  }

  private assertTermsKnown(): void {
    const { unread } = this.terms;
    if (unread === undefined) return;
    const message = `What binds this API key is not known yet: the ${unread} have not been read since this gateway started. Please try again.`;
    throw new GatewayError('keys_unavailable', message, { headers: { 'retry-after': '1', 'x-should-retry': 'true' } });
  }
}
