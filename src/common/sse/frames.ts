import { Observable } from 'rxjs';
import type { CallContext } from '../context/call-context.js';
import { drainingError } from '../context/draining.js';
import { GatewayError } from '../errors/gateway-error.js';
import { toGatewayError } from '../errors/to-gateway-error.js';

/** How one dialect writes a stream: its pieces, its clean end and its failure after the first piece. */
export interface FrameWriter<T> {
  pieces(batch: readonly T[]): string;
  end(): string;
  failure(error: GatewayError): string;
}

/**
 * Pieces of an answer as frames for the socket. An error before the first frame stays an error; after it,
 * it becomes one frame that says so, and nothing follows: no end mark, no sign of success. A process that ends
 * before its answers do ends them so.
 */
export function toFrames<T>(
  source: Observable<readonly T[]>,
  writer: FrameWriter<T>,
  call: CallContext,
): Observable<string> {
  return new Observable((subscriber) => {
    let started = false;
    const send = (frames: string): void => {
      if (frames === '') return;
      started = true;
      subscriber.next(frames);
    };
    const fail = (error: unknown): void => {
      if (!started) return subscriber.error(error);
      call.error = toGatewayError(error);
      send(writer.failure(call.error));
      subscriber.complete();
    };
    subscriber.add(call.draining?.onTimeUp(() => fail(drainingError())));
    if (subscriber.closed) return undefined;
    return source.subscribe({
      next: (batch) => send(writer.pieces(batch)),
      error: fail,
      complete: () => {
        send(writer.end());
        subscriber.complete();
      },
    });
  });
}

/** One server-sent event without a name, as OpenAI's chat and completions send them. */
export function dataFrame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export const DONE_FRAME = 'data: [DONE]\n\n';
