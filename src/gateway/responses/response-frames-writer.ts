import type { CallContext } from '../../common/context/call-context.js';
import type { GatewayError } from '../../common/errors/gateway-error.js';
import type { FrameWriter } from '../../common/sse/frames.js';
import type { ChatChunk } from '../openai/chat.types.js';
import { inResponsesTerms, nameInResponsesTerms } from './chat-paths.js';
import type { ResponseEvent } from './response-events.types.js';
import { eventFrames } from './response-frames.js';
import type { ResponseObject } from './response-object.types.js';
import type { ResponseStream } from './response-stream.js';
import type { EventRecorder } from './store/event-recorder.js';

/**
 * Writes a ResponseStream's events as they come. With a recorder each is kept, and the last one is held back for
 * whoever stores the response first.
 */
export class ResponseFrames implements FrameWriter<ChatChunk> {
  private held = '';
  private last: ResponseObject | undefined;

  constructor(
    private readonly stream: ResponseStream,
    private readonly call: CallContext,
    private readonly recorder?: EventRecorder,
  ) {}

  pieces(batch: readonly ChatChunk[]): string {
    nameInResponsesTerms(this.call);
    let frames = '';
    for (const chunk of batch) {
      const events = this.stream.push(chunk);
      const text = eventFrames(events);
      this.recorder?.add(text, events.length);
      frames += text;
    }
    return frames;
  }

  end(): string {
    return this.hold(this.stream.complete());
  }

  failure(error: GatewayError): string {
    return this.hold(this.stream.fail(inResponsesTerms(error)));
  }

  /** What was held back, and the response that it ends. */
  takeEnd(): { response: ResponseObject | undefined; text: string } {
    return { response: this.last, text: this.held };
  }

  private hold(events: readonly ResponseEvent[]): string {
    const text = eventFrames(events);
    if (!this.recorder) return text;
    this.recorder.add(text, events.length);
    const end = events.at(-1);
    this.last = end && 'response' in end ? end.response : undefined;
    this.held = text;
    return '';
  }
}
