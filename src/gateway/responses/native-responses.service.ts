import { Injectable } from '@nestjs/common';
import { catchError, concat, concatMap, defer, map, type Observable, of, throwError } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { toGatewayError } from '../../common/errors/to-gateway-error.js';
import { toFrames } from '../../common/sse/frames.js';
import type { ChatRequest } from '../openai/chat.types.js';
import type { Attempt } from '../providers/attempt.js';
import type { NativeRequest, Provider } from '../providers/provider.port.js';
import { RequestDraft } from '../providers/request-draft.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { ProviderRoutes } from '../routing/provider-routes.port.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import { fromChat } from './from-chat.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import { echoOf, isResponse, upstreamBody, withEcho } from './native-echo.js';
import { NativeFrames, type Piece } from './native-frames.js';
import { ResponseFrames } from './response-frames-writer.js';
import { ResponseIds } from './response-ids.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';
import { byOwnItems, type ResolvedRequest, ResponseState } from './state/response-state.js';
import { EventRecorder } from './store/event-recorder.js';
import { toChat } from './to-chat.js';

/** What routing reads of a request. */
interface RoutedResponse {
  readonly model: string;
  readonly stream: boolean;
  readonly fallbacks?: string[] | null;
  readonly messages: readonly unknown[];
  readonly max_completion_tokens?: number | null;
  readonly tools?: unknown;
  readonly service_tier?: unknown;
}

/**
 * The Responses API where one of the providers that may answer has it itself: to that one the request goes as it came and
 * its answer comes back so; any other of the same plan is asked by way of chat. What is stored is stored here: the
 * upstream keeps nothing, and nothing that it is sent refers to anything stored.
 */
@Injectable()
export class NativeResponses {
  constructor(
    private readonly router: InferenceRouter,
    private readonly routes: ProviderRoutes,
    private readonly ids: ResponseIds,
    private readonly state: ResponseState,
  ) {}

  /** Whether one of those that may answer has the Responses API. What runs in the background goes by way of chat. */
  canAnswer({ model, fallbacks, background }: ResponsesRequest, call: CallContext): boolean {
    if (background === true) return false;
    try {
      return this.routes.providersOf({ model, fallbacks }, call).some(isNative);
    } catch {
      // A model that does not exist is refused on the way that every request goes.
      return false;
    }
  }

  create(
    resolved: ResolvedRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Observable<ResponseObject | string> {
    const answer: Observable<ResponseObject | string> =
      resolved.request.stream === true
        ? this.stream(resolved, call, hostedTools)
        : this.whole(resolved, call, hostedTools);
    return answer.pipe(
      catchError((error: unknown) => throwError(() => byOwnItems(inResponsesTerms(toGatewayError(error)), resolved))),
    );
  }

  private whole(resolved: ResolvedRequest, call: CallContext, hostedTools: HostedToolPolicy) {
    const { request } = resolved;
    return this.router
      .route(routed(request), call, (provider, { model }, attempt): Observable<ResponseObject | string> => {
        if (isNative(provider)) return provider.relay(nativeRequest(resolved, model), attempt);
        const chat = this.chatOf(resolved, model, attempt, hostedTools);
        return provider.complete(chat, attempt).pipe(map((completion) => fromChat(completion, request, this.ids)));
      })
      .pipe(
        concatMap((answer) => {
          nameInResponsesTerms(call);
          const shown = typeof answer === 'string' ? withEcho(answer, [], echoOf(resolved)) : answer;
          return request.store === true ? this.kept(resolved, shown) : of(shown);
        }),
      );
  }

  /** A stored answer goes out when it can be retrieved. */
  private async kept(resolved: ResolvedRequest, shown: ResponseObject | string): Promise<ResponseObject | string> {
    const response: unknown = typeof shown === 'string' ? JSON.parse(shown) : shown;
    if (isResponse(response)) await this.state.keep(resolved, response);
    return shown;
  }

  private stream(resolved: ResolvedRequest, call: CallContext, hostedTools: HostedToolPolicy): Observable<string> {
    const { request } = resolved;
    const batches = this.router.route(
      routed(request),
      call,
      (provider, { model }, attempt): Observable<readonly Piece[]> => {
        if (!isNative(provider)) return provider.stream(this.chatOf(resolved, model, attempt, hostedTools), attempt);
        return provider.relayStream(nativeRequest(resolved, model), attempt).pipe(map((frames) => [frames]));
      },
    );
    const recorder = request.store === true ? new EventRecorder() : undefined;
    const converted = new ResponseFrames(new ResponseStream(request, this.ids), call, recorder);
    const writer = new NativeFrames(converted, echoOf(resolved), recorder);
    const frames = toFrames(batches, writer, call);
    if (!recorder) return frames;
    const end = defer(async () => {
      const { response, text } = writer.takeEnd();
      if (response) await this.state.keep(resolved, response, recorder);
      return text;
    });
    return concat(frames, end);
  }

  /** @throws GatewayError 400 for what cannot be meant in chat */
  private chatOf(
    { request }: ResolvedRequest,
    model: string,
    attempt: Attempt,
    hostedTools: HostedToolPolicy,
  ): ChatRequest {
    const { chat, unsent } = toChat(request, { hostedTools, resolved: this.state.isOn });
    const draft = new RequestDraft('chosen', attempt);
    for (const path of unsent) draft.filter(path);
    return { ...chat, model };
  }
}

const isNative = ({ operations }: Provider): boolean => operations.has('responses');

function nativeRequest(resolved: ResolvedRequest, model: string): NativeRequest {
  return { dialect: 'responses', model, body: upstreamBody(resolved), headers: {} };
}

function routed(request: ResponsesRequest): RoutedResponse {
  const { model, stream, fallbacks, instructions, input, max_output_tokens, tools, service_tier } = request;
  const messages = [instructions ?? '', ...(Array.isArray(input) ? input : [input ?? ''])];
  const bound = { max_completion_tokens: max_output_tokens };
  return { model, stream: stream === true, fallbacks, messages, ...bound, tools, service_tier };
}
