import { applyDecorators, HttpCode, HttpStatus, SetMetadata, UseGuards, UseInterceptors } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { INFERENCE_KIND, type InferenceKind } from '../openai/inference.decorator.js';
import { OperationGuard } from './operation.guard.js';
import { RelayInterceptor } from './answer/relay.interceptor.js';
import type { RelayedRoute } from './relayed-route.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route's operation is relayed to providers that have it. */
    relays?: RelayedRoute;
    /** The route takes multipart/form-data, which is read while it is sent on. */
    takesUpload?: boolean;
  }
}

export interface RelayedOptions {
  readonly takesUpload?: boolean;
}

/** Marks a handler as a relayed operation: refused while no provider has it, else its answer is passed on as it comes. */
export function Relayed(route: RelayedRoute, { takesUpload = false }: RelayedOptions = {}): MethodDecorator {
  return applyDecorators(
    RouteConfig({ relays: route, takesUpload }),
    SetMetadata(INFERENCE_KIND, 'relayed' satisfies InferenceKind),
    HttpCode(HttpStatus.OK),
    UseGuards(OperationGuard),
    UseInterceptors(RelayInterceptor),
  );
}
