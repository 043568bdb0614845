import { Injectable } from '@nestjs/common';
import { defer, type Observable } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import type { Provider } from '../providers/provider.port.js';
import { InferenceRouter } from './inference-router.port.js';
import { ModelResolver } from './model-resolver.js';
import { RetryOptions, retryBeforeFirst } from './retry.js';

/** Sends each request to the one provider that its model names, and again after a passing failure. */
@Injectable()
export class SingleRouteRouter extends InferenceRouter {
  constructor(
    private readonly models: ModelResolver,
    private readonly retries: RetryOptions,
  ) {
    super();
  }

  override complete(request: ChatRequest, call: CallContext): Observable<ChatCompletion> {
    return this.route(request, call, (provider, routed) => provider.complete(routed, call));
  }

  override stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]> {
    return this.route(request, call, (provider, routed) => provider.stream(routed, call));
  }

  override completeText(request: TextRequest, call: CallContext): Observable<TextCompletion> {
    return this.route(request, call, (provider, routed) => provider.completeText(routed, call));
  }

  override streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]> {
    return this.route(request, call, (provider, routed) => provider.streamText(routed, call));
  }

  private route<R extends { model: string }, T>(
    request: R,
    call: CallContext,
    send: (provider: Provider, routed: R) => Observable<T>,
  ): Observable<T> {
    return defer(() => {
      const { provider, model } = this.models.resolve(request.model);
      call.provider = provider.name;
      call.model = model;
      return send(provider, { ...request, model }).pipe(retryBeforeFirst(this.retries));
    });
  }
}
