import { Observable, Subscription } from 'rxjs';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import type { ChatChunk } from '../../openai/chat.types.js';
import { VerifiedText } from './verified-text.js';

type Chunks = Observable<readonly ChatChunk[]>;

/**
 * A stream that, when its upstream breaks after the first piece, runs the request once more elsewhere and goes on only
 * if the new answer begins with exactly what was already sent. Otherwise the first error stands: two answers are never
 * joined. Meant for deterministic requests (`seed`, temperature 0).
 */
export function withVerifiedResume(first: Chunks, again: () => Chunks): Chunks {
  return new Observable((subscriber) => {
    const text = new VerifiedText();
    const running = new Subscription();
    const resume = (cause: unknown): void => {
      const second = again().subscribe({
        next: (batch) => {
          const rest = continuation(text, batch);
          if (rest === 'mismatch') subscriber.error(cause);
          else if (rest.length > 0) subscriber.next(rest);
        },
        error: () => subscriber.error(cause),
        complete: () => subscriber.complete(),
      });
      running.add(second);
    };
    running.add(
      first.subscribe({
        next: (batch) => {
          for (const chunk of batch) text.note(chunk);
          subscriber.next(batch);
        },
        error: (error: unknown) => (mayResume(error, text) ? resume(error) : subscriber.error(error)),
        complete: () => subscriber.complete(),
      }),
    );
    return running;
  });
}

/** Only a fault of the upstream: anything else would come again. */
function mayResume(error: unknown, text: VerifiedText): boolean {
  return error instanceof GatewayError && error.fault === 'upstream' && text.isResumable;
}

function continuation(text: VerifiedText, batch: readonly ChatChunk[]): ChatChunk[] | 'mismatch' {
  const rest: ChatChunk[] = [];
  for (const chunk of batch) {
    const piece = text.continue(chunk);
    if (piece === 'mismatch') return 'mismatch';
    if (piece) rest.push(piece);
  }
  return rest;
}
