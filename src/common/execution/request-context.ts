import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ControllerHandler } from '../http/controller-handlers.js';

type Http = ReturnType<ExecutionContextHost['switchToHttp']>;

/** What guards, interceptors, decorators and filters may ask of a request. */
export class RequestContext extends ExecutionContextHost {
  private http: Http | undefined;

  constructor(
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    { controller, handler }: Pick<ControllerHandler, 'controller' | 'handler'>,
  ) {
    super([request, reply], controller, handler);
  }

  /** Made once: each of them asks for it. */
  override switchToHttp(): Http {
    this.http ??= super.switchToHttp();
    return this.http;
  }
}
