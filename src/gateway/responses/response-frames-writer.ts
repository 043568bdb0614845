import type { CallContext } from '../../common/context/call-context.js';
import type { GatewayError } from '../../common/errors/gateway-error.js';
import type { FrameWriter } from '../../common/sse/frames.js';
import type { ChatChunk } from '../openai/chat.types.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import { eventFrames } from './response-frames.js';
import type { ResponseObject } from './response-object.types.js';
import type { ResponseStream } from './response-stream.js';

/** Writes a ResponseStream's events as they come. */
export class ResponseFrames implements FrameWriter<ChatChunk> {
  constructor(
    private readonly stream: ResponseStream,
    private readonly call: CallContext,
    private readonly onWhole: (response: ResponseObject) => void,
  ) {}

  pieces(batch: readonly ChatChunk[]): string {
    nameInResponsesTerms(this.call);
    let frames = '';
    for (const chunk of batch) frames += eventFrames(this.stream.push(chunk));
    return frames;
  }

  end(): string {
    const events = this.stream.complete();
    const last = events.at(-1);
    if (last?.type === 'response.completed' || last?.type === 'response.incomplete') this.onWhole(last.response);
    return eventFrames(events);
  }

  failure(error: GatewayError): string {
    return eventFrames(this.stream.fail(inResponsesTerms(error)));
  }
}
