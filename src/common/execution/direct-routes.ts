import {
  type ArgumentsHost,
  type CallHandler,
  type ExecutionContext,
  ForbiddenException,
  type PipeTransform,
} from '@nestjs/common';
import {
  EXCEPTION_FILTERS_METADATA,
  GUARDS_METADATA,
  HEADERS_METADATA,
  HTTP_CODE_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
} from '@nestjs/common/constants.js';
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { defer, isObservable, of, type Observable } from 'rxjs';
import type { ControllerHandler } from '../http/controller-handlers.js';
import { DirectAnswer } from './direct-answer.js';
import { type ArgumentReader, argumentReaders } from './handler-arguments.js';
import { RequestContext } from './request-context.js';

/** What the application runs for every request. None of them waits for anything. */
export interface GlobalSteps {
  readonly guard: { canActivate(context: ExecutionContext): boolean };
  readonly interceptor: { intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> };
  /** Of the body. */
  readonly pipe: PipeTransform;
  /** Answers what any of them throws: the filter. */
  readonly refuse: (error: unknown, host: ArgumentsHost) => void;
}

/** A handler that is called without Nest's router between it and Fastify. */
interface DirectHandler extends ControllerHandler {
  readonly readers: readonly ArgumentReader[];
  readonly status: number;
}

/** What Nest's decorators may add to a controller or to a handler, and nobody here reads. */
const OWN_STEPS = [
  GUARDS_METADATA,
  INTERCEPTORS_METADATA,
  PIPES_METADATA,
  EXCEPTION_FILTERS_METADATA,
  HEADERS_METADATA,
];

/**
 * Serves the busiest routes as Nest does, in the same order and with the same objects: guard, interceptor, pipe, handler,
 * and the filter for what any of them throws. Nest's own router may have to wait for each of them, may meet any number
 * of each, and keeps books on streams and on clients that leave, which here is the interceptor's own business: some
 * thirty promises and Observables for each request, a fifth of what it costs. See docs/decisions/027.
 *
 * A handler that has a guard, an interceptor, a pipe or a filter of its own stays with Nest.
 */
export class DirectRoutes {
  private readonly handlers = new Map<string, DirectHandler>();

  constructor(
    handlers: readonly ControllerHandler[],
    private readonly steps: GlobalSteps,
  ) {
    for (const found of handlers) {
      const readers = hasOwnSteps(found) ? undefined : argumentReaders(found, steps.pipe);
      const status: unknown = Reflect.getMetadata(HTTP_CODE_METADATA, found.handler);
      if (!readers || !found.instance || typeof status !== 'number') continue;
      this.handlers.set(`${found.method} ${found.path}`, { ...found, readers, status });
    }
  }

  /** Takes a route over, as Fastify's `onRoute` hook gives it. */
  takeOver(route: RouteOptions): void {
    const found = this.handlers.get(`${String(route.method)} ${route.url}`);
    if (!found) return;
    const answerDirectly = (request: FastifyRequest, reply: FastifyReply): void => this.answer(found, request, reply);
    route.handler = answerDirectly;
  }

  private answer(found: DirectHandler, request: FastifyRequest, reply: FastifyReply): void {
    const { guard, interceptor, refuse } = this.steps;
    const context = new RequestContext(request, reply, found);
    const answer = new DirectAnswer(context, refuse);
    try {
      if (!guard.canActivate(context)) throw new ForbiddenException('Forbidden resource');
      void reply.code(found.status);
      interceptor.intercept(context, { handle: () => defer(() => call(found, context)) }).subscribe(answer);
    } catch (error) {
      answer.error(error);
    }
  }
}

function call({ instance, handler, readers }: DirectHandler, context: RequestContext): Observable<unknown> {
  const result: unknown = Reflect.apply(
    handler,
    instance,
    readers.map((read) => read(context)),
  );
  return isObservable(result) ? result : of(result);
}

function hasOwnSteps({ controller, handler }: ControllerHandler): boolean {
  return OWN_STEPS.some((key) => Reflect.hasMetadata(key, controller) || Reflect.hasMetadata(key, handler));
}
