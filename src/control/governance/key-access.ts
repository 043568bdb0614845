import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Access } from '../../common/access/access.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { CallerAccess } from '../auth/caller-access.port.js';
import { KeyHolder } from '../keys/key-directory.port.js';
import { CallerAuthentication } from './caller-authentication.js';

/** Lets callers in by their virtual keys. */
@Injectable()
export class KeyAccess extends CallerAccess {
  constructor(private readonly authentication: CallerAuthentication) {
    super();
  }

  override check(request: FastifyRequest, access: Extract<Access, { kind: 'caller' | 'holder' }>): void {
    this.authentication.authenticate(request);
    const { caller } = request;
    if (access.kind === 'holder') {
      if (caller instanceof KeyHolder) return;
      const message = 'Send a virtual key: the answer is about the key.';
      throw new GatewayError('invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } });
    }
    if (!(caller instanceof KeyHolder) || caller.scopes.has(access.scope)) return;
    const message = `This API key may not be used for '${access.scope}'. It may be used for: ${[...caller.scopes].join(', ') || 'nothing'}.`;
    throw new GatewayError('scope_not_allowed', message);
  }
}
