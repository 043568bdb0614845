import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import { type FrameWriter, toFrames } from '../../../common/sse/frames.js';
import type { MessagesRequest } from '../../anthropic/messages.types.js';
import { InferenceRouter, type Send } from '../../routing/inference-router.port.js';
import { ConvertedRequest } from './converted-answer.js';
import { errorFrame, PING_FRAME } from './message-frames.js';
import { MessageIds } from './message-ids.js';
import { relayRequest } from './relay-request.js';

/** Longest silence of a stream that Claude Code is to meet, in milliseconds (wire.md 4.4). */
const PING_MS = 15_000;

/** Anthropic's Messages API: relayed to providers that speak it, by way of chat with all others. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly router: InferenceRouter,
    private readonly ids: MessageIds,
  ) {}

  /** The JSON of a whole answer, or the frames of a streamed one. */
  create(request: MessagesRequest, call: CallContext, headers: IncomingHttpHeaders): Observable<string> {
    call.answerModel = request.model;
    const converted = new ConvertedRequest(request, () => this.ids.next());
    const streamed = request.stream === true;
    const send: Send<MessagesRequest, string> = (provider, routed, attempt) => {
      if (!provider.operations.has('messages')) return converted.ask(provider, routed.model, attempt);
      const native = relayRequest(routed, headers);
      return streamed ? provider.relayStream(native, attempt) : provider.relay(native, attempt);
    };
    const answer = this.router.route(request, call, send);
    if (!streamed) return answer;
    call.keepAlive = { frame: PING_FRAME, maxMs: PING_MS };
    return toFrames(answer.pipe(map((frames) => [frames])), new MessageFrames(call.requestId), call);
  }
}

/** Frames come ready-made, their end among them; only a failure is written here. */
class MessageFrames implements FrameWriter<string> {
  constructor(private readonly requestId: string) {}

  pieces(batch: readonly string[]): string {
    return batch.join('');
  }

  end(): string {
    return '';
  }

  failure(error: Parameters<FrameWriter<string>['failure']>[0]): string {
    return errorFrame(error, this.requestId);
  }
}
