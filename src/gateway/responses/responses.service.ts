import { Injectable } from '@nestjs/common';
import { catchError, concat, concatMap, defer, from, map, type Observable, of, switchMap, throwError } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { toGatewayError } from '../../common/errors/to-gateway-error.js';
import { toFrames } from '../../common/sse/frames.js';
import type { ChatRequest } from '../openai/chat.types.js';
import { RequestDraft } from '../providers/request-draft.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { BackgroundResponses } from './background/background-responses.js';
import type { BackgroundRun } from './background/background-run.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import { fromChat } from './from-chat.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import { NativeResponses } from './native-responses.service.js';
import { pulled } from './replay/pulled.js';
import { ResponseFrames } from './response-frames-writer.js';
import { ResponseIds } from './response-ids.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';
import { estimateInputTokens } from './state/input-tokens.js';
import { byOwnItems, type ResolvedRequest, ResponseState } from './state/response-state.js';
import { EventRecorder } from './store/event-recorder.js';
import { toChat } from './to-chat.js';

/**
 * The Responses API by way of chat (request → chat → response), or as it came where a provider has it itself; with what is
 * stored put in before and kept after.
 */
@Injectable()
export class ResponsesService {
  constructor(
    private readonly router: InferenceRouter,
    private readonly ids: ResponseIds,
    private readonly state: ResponseState,
    private readonly background: BackgroundResponses,
    private readonly native: NativeResponses,
  ) {}

  /** A whole response, or the frames of a streamed one. */
  create(
    request: ResponsesRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Observable<ResponseObject | string> {
    const resolved = this.state.resolve(request, call);
    if (!(resolved instanceof Promise)) return this.answer(resolved, call, hostedTools);
    return from(resolved).pipe(switchMap((found) => this.answer(found, call, hostedTools)));
  }

  /** About how many tokens the input has, that of earlier turns included. */
  async countInputTokens(
    request: ResponsesRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Promise<{ object: 'response.input_tokens'; input_tokens: number }> {
    const resolved = await this.state.resolve({ ...request, store: false, background: false }, call);
    const chat = this.chatOf(resolved, call, hostedTools);
    return { object: 'response.input_tokens', input_tokens: estimateInputTokens(chat) };
  }

  private answer(
    resolved: ResolvedRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Observable<ResponseObject | string> {
    if (this.native.canAnswer(resolved.request, call)) return this.native.create(resolved, call, hostedTools);
    const chat = this.chatOf(resolved, call, hostedTools);
    if (resolved.request.background === true) return this.inBackground(resolved, chat, call);
    const answer: Observable<ResponseObject | string> =
      resolved.request.stream === true ? this.stream(resolved, chat, call) : this.whole(resolved, chat, call);
    return answer.pipe(catchError((error: unknown) => throwError(() => inResponsesTerms(toGatewayError(error)))));
  }

  private chatOf(resolved: ResolvedRequest, call: CallContext, hostedTools: HostedToolPolicy): ChatRequest {
    try {
      const { chat, unsent } = toChat(resolved.request, { hostedTools, resolved: this.state.isOn });
      const draft = new RequestDraft('chosen', call);
      for (const path of unsent) draft.filter(path);
      return chat;
    } catch (error) {
      throw byOwnItems(toGatewayError(error), resolved);
    }
  }

  private whole(resolved: ResolvedRequest, chat: ChatRequest, call: CallContext): Observable<ResponseObject> {
    const answer = this.router.complete(chat, call).pipe(
      map((completion) => {
        nameInResponsesTerms(call);
        return fromChat(completion, resolved.request, this.ids);
      }),
    );
    if (resolved.request.store !== true) return answer;
    return answer.pipe(concatMap((response) => this.state.keep(resolved, response).then(() => response)));
  }

  /** A stored stream's last event waits until the response can be retrieved; nothing before it waits. */
  private stream(resolved: ResolvedRequest, chat: ChatRequest, call: CallContext): Observable<string> {
    const events = new ResponseStream(resolved.request, this.ids);
    const recorder = resolved.request.store === true ? new EventRecorder() : undefined;
    const writer = new ResponseFrames(events, call, recorder);
    const frames = toFrames(this.router.stream(chat, call), writer, call);
    if (!recorder) return frames;
    const end = defer(async () => {
      const { response, text } = writer.takeEnd();
      if (response) await this.state.keep(resolved, response, recorder);
      return text;
    });
    return concat(frames, end);
  }

  private inBackground(
    resolved: ResolvedRequest,
    chat: ChatRequest,
    call: CallContext,
  ): Observable<ResponseObject | string> {
    const answerOf = (run: BackgroundRun): Observable<ResponseObject | string> =>
      resolved.request.stream === true ? pulled((pull) => run.events(-1, pull), call.demand) : of(run.accepted);
    return from(this.background.take(resolved, chat, call)).pipe(switchMap(answerOf));
  }
}
