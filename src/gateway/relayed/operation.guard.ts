import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { ProviderRegistry } from '../providers/provider-registry.js';
import { hasOperation } from './provider-choice.js';

/** Refuses an operation that no provider has, whatever was sent. */
@Injectable()
export class OperationGuard implements CanActivate {
  constructor(private readonly providers: ProviderRegistry) {}

  canActivate(context: ExecutionContext): boolean {
    const { relays } = context.switchToHttp().getRequest<FastifyRequest>().routeOptions.config;
    if (!relays || hasOperation(this.providers, relays.operation)) return true;
    const names = this.providers.all().map((provider) => provider.name);
    const noun = names.length === 1 ? 'provider' : 'providers';
    throw new GatewayError(
      'unsupported_operation',
      `${relays.name} is not supported by the ${names.join(', ')} ${noun}`,
    );
  }
}
