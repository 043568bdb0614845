import { Injectable } from '@nestjs/common';
import { catchError, map, type Observable, throwError } from 'rxjs';
import type { CallContext } from '../../common/context/call-context.js';
import { toGatewayError } from '../../common/errors/to-gateway-error.js';
import { toFrames } from '../../common/sse/frames.js';
import type { ChatRequest } from '../openai/chat.types.js';
import { RequestDraft } from '../providers/request-draft.js';
import { InferenceRouter } from '../routing/inference-router.port.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import { fromChat } from './from-chat.js';
import { RecentItems } from './recent-items.js';
import type { HostedToolPolicy } from './hosted-tools.js';
import { NativeResponses } from './native-responses.service.js';
import { ResponseFrames } from './response-frames-writer.js';
import { ResponseIds } from './response-ids.js';
import type { ResponseObject } from './response-object.types.js';
import { ResponseStream } from './response-stream.js';
import type { ResponsesRequest } from './responses.types.js';
import { toChat } from './to-chat.js';

/** The Responses API: by way of chat (request → chat → response), or as it came where a provider has it itself. */
@Injectable()
export class ResponsesService {
  constructor(
    private readonly router: InferenceRouter,
    private readonly ids: ResponseIds,
    private readonly recent: RecentItems,
    private readonly native: NativeResponses,
  ) {}

  /** A whole response, or the frames of a streamed one. */
  create(
    request: ResponsesRequest,
    call: CallContext,
    hostedTools: HostedToolPolicy,
  ): Observable<ResponseObject | string> {
    if (this.native.canAnswer(request, call)) return this.native.create(request, call, hostedTools);
    const { chat, unsent } = toChat(this.recent.resolve(request), { hostedTools });
    const draft = new RequestDraft('chosen', call);
    for (const path of unsent) draft.filter(path);
    const answer: Observable<ResponseObject | string> =
      request.stream === true ? this.stream(request, chat, call) : this.whole(request, chat, call);
    return answer.pipe(catchError((error: unknown) => throwError(() => inResponsesTerms(toGatewayError(error)))));
  }

  private whole(request: ResponsesRequest, chat: ChatRequest, call: CallContext): Observable<ResponseObject> {
    return this.router.complete(chat, call).pipe(
      map((completion) => {
        nameInResponsesTerms(call);
        const response = fromChat(completion, request, this.ids);
        this.remember(request, response);
        return response;
      }),
    );
  }

  private stream(request: ResponsesRequest, chat: ChatRequest, call: CallContext): Observable<string> {
    const events = new ResponseStream(request, this.ids);
    const writer = new ResponseFrames(events, call, (response) => this.remember(request, response));
    return toFrames(this.router.stream(chat, call), writer, call);
  }

  private remember(request: ResponsesRequest, response: ResponseObject): void {
    if (request.store !== false) this.recent.remember(response.output);
  }
}
