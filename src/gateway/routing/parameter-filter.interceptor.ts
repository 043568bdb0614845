import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { callOf } from '../../common/context/call.decorator.js';
import { isRecord } from '../../common/json/is-record.js';
import { INFERENCE_KIND, type InferenceKind } from '../openai/inference.decorator.js';
import { RequestDraft } from '../providers/request-draft.js';
import { ModelResolver } from './model-resolver.js';

/**
 * Takes out of an inference request what the chosen provider does not accept, by the provider's table,
 * before the DTO's pipe looks at the rest: each such parameter is named in `x-asbru-filtered-params`, or
 * refused with 400 when the caller sends `x-asbru-strict: true`. What must be sent in another form is left
 * for the provider, which writes the request.
 */
@Injectable()
export class ParameterFilterInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly models: ModelResolver,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const kind = this.reflector.get<InferenceKind | undefined>(INFERENCE_KIND, context.getHandler());
    if (kind === undefined || kind === 'responses') return next.handle();
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    // Without a usable model there is no table: the pipe says what is wrong.
    if (isRecord(request.body) && typeof request.body.model === 'string') {
      const { provider } = this.models.resolve(request.body.model);
      const draft = new RequestDraft(provider.name, callOf(request));
      request.body = draft.keep(request.body, provider.parameters[kind]);
    }
    return next.handle();
  }
}
