import { Injectable } from '@nestjs/common';
import { catchError, map, type Observable, throwError } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { GatewayError } from '../../common/errors/gateway-error.js';
import { toGatewayError } from '../../common/errors/to-gateway-error.js';
import { type FrameWriter, toFrames } from '../../common/sse/frames.js';
import type { ChatChunk, ChatRequest } from '../openai/chat.types.js';
import { ResponseFailure } from '../openai/response-failure.js';
import type { Attempt } from '../providers/attempt.js';
import type { NativeRequest, Provider } from '../providers/provider.port.js';
import { RequestDraft } from '../providers/request-draft.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { ProviderRoutes } from '../routing/provider-routes.port.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import { fromChat } from './from-chat.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import { RecentItems } from './recent-items.js';
import { ResponseFrames } from './response-frames-writer.js';
import { ResponseIds } from './response-ids.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';
import { toChat } from './to-chat.js';

/** What routing reads of a request, and the request itself. */
interface RoutedResponse {
  readonly model: string;
  readonly stream: boolean;
  readonly fallbacks?: string[] | null;
  readonly messages: readonly unknown[];
  readonly max_completion_tokens?: number | null;
}

/** A batch of a stream: frames as they came, or pieces of chat that become events. */
type Piece = string | ChatChunk;

/**
 * The Responses API where one of the providers that may answer has it itself: to that one the request goes as it came and
 * its answer comes back so; any other of the same plan is asked by way of chat.
 */
@Injectable()
export class NativeResponses {
  constructor(
    private readonly router: InferenceRouter,
    private readonly routes: ProviderRoutes,
    private readonly ids: ResponseIds,
    private readonly recent: RecentItems,
  ) {}

  /** Whether one of those that may answer has the Responses API. */
  canAnswer({ model, fallbacks }: ResponsesRequest, call: CallContext): boolean {
    try {
      return this.routes.providersOf({ model, fallbacks }, call).some(isNative);
    } catch {
      // A model that does not exist is refused on the way that every request goes.
      return false;
    }
  }

  create(
    request: ResponsesRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Observable<ResponseObject | string> {
    const answer: Observable<ResponseObject | string> =
      request.stream === true ? this.stream(request, call, hostedTools) : this.whole(request, call, hostedTools);
    return answer.pipe(catchError((error: unknown) => throwError(() => inResponsesTerms(toGatewayError(error)))));
  }

  private whole(request: ResponsesRequest, call: CallContext, hostedTools: HostedToolPolicy) {
    return this.router
      .route(routed(request), call, (provider, { model }, attempt): Observable<ResponseObject | string> => {
        if (isNative(provider)) return provider.relay(nativeRequest(request, model), attempt);
        const chat = this.chatOf(request, model, attempt, hostedTools);
        return provider.complete(chat, attempt).pipe(map((completion) => fromChat(completion, request, this.ids)));
      })
      .pipe(
        map((answer) => {
          if (typeof answer === 'string') return answer;
          nameInResponsesTerms(call);
          if (request.store !== false) this.recent.remember(answer.output);
          return answer;
        }),
      );
  }

  private stream(request: ResponsesRequest, call: CallContext, hostedTools: HostedToolPolicy): Observable<string> {
    const batches = this.router.route(
      routed(request),
      call,
      (provider, { model }, attempt): Observable<readonly Piece[]> => {
        if (!isNative(provider)) return provider.stream(this.chatOf(request, model, attempt, hostedTools), attempt);
        return provider.relayStream(nativeRequest(request, model), attempt).pipe(map((frames) => [frames]));
      },
    );
    const converted = new ResponseFrames(new ResponseStream(request, this.ids), call, ({ output }) => {
      if (request.store !== false) this.recent.remember(output);
    });
    return toFrames(batches, new NativeFrames(converted), call);
  }

  /** @throws GatewayError 400 for what cannot be meant in chat */
  private chatOf(
    request: ResponsesRequest,
    model: string,
    attempt: Attempt,
    hostedTools: HostedToolPolicy,
  ): ChatRequest {
    const { chat, unsent } = toChat(this.recent.resolve(request), { hostedTools });
    const draft = new RequestDraft('chosen', attempt);
    for (const path of unsent) draft.filter(path);
    return { ...chat, model };
  }
}

const isNative = ({ operations }: Provider): boolean => operations.has('responses');

function nativeRequest(request: ResponsesRequest, model: string): NativeRequest {
  const body: Record<string, unknown> = { ...request };
  delete body.fallbacks;
  return { dialect: 'responses', model, body, headers: {} };
}

function routed({
  model,
  stream,
  fallbacks,
  instructions,
  input,
  max_output_tokens,
}: ResponsesRequest): RoutedResponse {
  const messages = [instructions ?? '', ...(Array.isArray(input) ? input : [input ?? ''])];
  return { model, stream: stream === true, fallbacks, messages, max_completion_tokens: max_output_tokens };
}

/** Frames of a relayed stream pass; pieces of chat become events. One stream has only one kind. */
class NativeFrames implements FrameWriter<Piece> {
  /** Of a relayed stream: the last frames, which say how far its numbers have come. */
  private last: string | undefined;

  constructor(private readonly converted: ResponseFrames) {}

  pieces(batch: readonly Piece[]): string {
    const [first] = batch;
    if (typeof first !== 'string') return this.converted.pieces(batch.filter((piece) => typeof piece !== 'string'));
    this.last = first;
    return first;
  }

  end(): string {
    return this.last === undefined ? this.converted.end() : '';
  }

  failure(error: GatewayError): string {
    if (this.last === undefined) return this.converted.failure(error);
    if (error.cause instanceof ResponseFailure) return error.cause.frame;
    return errorFrame(error, numberAfter(this.last));
  }
}

/** `error` with its fields both beside `type` and in `error`: readers look in either place (wire.md 2.8). */
function errorFrame(error: GatewayError, sequenceNumber: number): string {
  const { message, type, param, code } = error.toOpenAiError();
  const data = {
    type: 'error',
    sequence_number: sequenceNumber,
    code,
    message,
    param,
    error: { type, code, message, param },
  };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

function numberAfter(frames: string): number {
  const numbers = [...frames.matchAll(/"sequence_number":\s*(\d+)/g)].map(([, digits]) => Number(digits));
  return Math.max(-1, ...numbers) + 1;
}
