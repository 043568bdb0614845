import { Injectable } from '@nestjs/common';
import { defer, type Observable, tap } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import type { ChatChunk, ChatCompletion, ChatRequest } from '../openai/chat.types.js';
import type { TextCompletion, TextRequest } from '../openai/completion.types.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { Attempt } from '../providers/attempt.js';
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
    return this.route(request, call, (provider, routed, attempt) => provider.complete(routed, attempt));
  }

  override stream(request: ChatRequest, call: CallContext): Observable<readonly ChatChunk[]> {
    return this.route(request, call, (provider, routed, attempt) => provider.stream(routed, attempt));
  }

  override completeText(request: TextRequest, call: CallContext): Observable<TextCompletion> {
    return this.route(request, call, (provider, routed, attempt) => provider.completeText(routed, attempt));
  }

  override streamText(request: TextRequest, call: CallContext): Observable<readonly TextCompletion[]> {
    return this.route(request, call, (provider, routed, attempt) => provider.streamText(routed, attempt));
  }

  private route<R extends { model: string }, T>(
    request: R,
    call: CallContext,
    send: (provider: Provider, routed: R, attempt: Attempt) => Observable<T>,
  ): Observable<T> {
    return defer(() => {
      const { provider, model } = this.models.resolve(request.model);
      call.provider = provider.name;
      call.model = model;
      const routed = { ...request, model };
      return defer(() => this.attempt(provider, routed, call, send)).pipe(retryBeforeFirst(this.retries));
    });
  }

  private attempt<R extends { model: string }, T>(
    provider: Provider,
    routed: R,
    call: CallContext,
    send: (provider: Provider, routed: R, attempt: Attempt) => Observable<T>,
  ): Observable<T> {
    const [key] = provider.keys;
    if (!key) throw new GatewayError('upstream_auth_error', `${provider.name} has no key.`);
    const attempt = new Attempt(call, key, provider.clocksOf(routed.model), routed.model);
    call.attempts++;
    let committed = false;
    return send(provider, routed, attempt).pipe(
      tap({
        next: () => {
          if (!committed) attempt.commit();
          committed = true;
        },
        complete: () => attempt.finish(),
      }),
    );
  }
}
