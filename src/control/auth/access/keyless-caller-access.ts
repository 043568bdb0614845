import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { CallerAccess, type CallerRule } from '../caller-access.port.js';

/** A gateway without virtual keys: everybody may call models, and nobody holds a key. */
@Injectable()
export class KeylessCallerAccess extends CallerAccess {
  override check(_request: FastifyRequest, { kind }: CallerRule): void {
    if (kind === 'caller') return;
    throw new GatewayError('invalid_api_key', 'This route is for holders of a virtual key.', {
      headers: { 'www-authenticate': 'Bearer' },
    });
  }
}
