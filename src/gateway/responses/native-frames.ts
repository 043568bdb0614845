import type { GatewayError } from '../../common/errors/gateway-error.js';
import type { FrameWriter } from '../../common/sse/frames.js';
import type { ChatChunk } from '../openai/chat.types.js';
import { ResponseFailure } from '../openai/response-failure.js';
import { type Echo, isResponse, withEcho } from './native-echo.js';
import type { ResponseFrames } from './response-frames-writer.js';
import type { ResponseObject } from './response-object.types.js';
import type { EventRecorder } from './store/event-recorder.js';

/** A batch of a stream: frames as they came, or pieces of chat that become events. */
export type Piece = string | ChatChunk;

const FRAME_END = /(?<=\r\n\r\n|\n\n|\r\r)/;
/** Events that repeat the response; the last three end it. */
const LIFECYCLE = /^event: ?response\.(?:created|queued|in_progress|completed|incomplete|failed)\s/m;
const END = /^event: ?response\.(?:completed|incomplete|failed)\s/m;

/**
 * Frames of a relayed stream pass; pieces of chat become events. One stream has only one kind. With a recorder each event
 * is kept, and the last one is held back for whoever stores the response first.
 */
export class NativeFrames implements FrameWriter<Piece> {
  /** Of a relayed stream: the last frames, which say how far its numbers have come. */
  private last: string | undefined;
  private held = '';
  private response: ResponseObject | undefined;

  constructor(
    private readonly converted: ResponseFrames,
    private readonly echo: Echo,
    private readonly recorder: EventRecorder | undefined,
  ) {}

  pieces(batch: readonly Piece[]): string {
    const [first] = batch;
    if (typeof first !== 'string') return this.converted.pieces(batch.filter((piece) => typeof piece !== 'string'));
    this.last = first;
    if (!this.recorder && !this.echo.isNeeded) return first;
    let frames = '';
    for (const frame of first.split(FRAME_END)) frames += this.frame(frame);
    return frames;
  }

  end(): string {
    return this.last === undefined ? this.converted.end() : '';
  }

  failure(error: GatewayError): string {
    if (this.last === undefined) return this.converted.failure(error);
    if (error.cause instanceof ResponseFailure) return this.frame(error.cause.frame);
    return errorFrame(error, numberAfter(this.last));
  }

  /** What was held back, and the response that it ends. */
  takeEnd(): { response: ResponseObject | undefined; text: string } {
    return this.last === undefined ? this.converted.takeEnd() : { response: this.response, text: this.held };
  }

  private frame(frame: string): string {
    const shown = LIFECYCLE.test(frame) ? echoed(frame, this.echo) : frame;
    this.recorder?.add(shown, frame.includes('data:') ? 1 : 0);
    if (!this.recorder || !END.test(frame)) return shown;
    this.response = responseOf(shown);
    this.held = shown;
    return '';
  }
}

const DATA = /^data: ?(\{.*\})\s*$/m;

function echoed(frame: string, echo: Echo): string {
  const data = DATA.exec(frame)?.[1];
  return data === undefined ? frame : frame.replace(data, () => withEcho(data, ['response'], echo));
}

function responseOf(frame: string): ResponseObject | undefined {
  try {
    const event: unknown = JSON.parse(DATA.exec(frame)?.[1] ?? '');
    const response: unknown =
      typeof event === 'object' && event !== null && 'response' in event ? event.response : undefined;
    return isResponse(response) ? response : undefined;
  } catch {
    return undefined;
  }
}

/** `error` with its fields both beside `type` and in `error`: readers look in either place (wire.md 2.8). */
function errorFrame(error: GatewayError, sequenceNumber: number): string {
  const { message, type, param, code } = error.toOpenAiError();
  const nested = { type, code, message, param };
  const data = { type: 'error', sequence_number: sequenceNumber, code, message, param, error: nested };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

function numberAfter(frames: string): number {
  const numbers = [...frames.matchAll(/"sequence_number":\s*(\d+)/g)].map(([, digits]) => Number(digits));
  return Math.max(-1, ...numbers) + 1;
}
