import { Observable } from 'rxjs';
import type { Demand } from '../../../common/sse/demand.js';

/** Tells a generator that nobody wants more, and lets it wait until somebody does. */
export interface Pull {
  readonly signal: AbortSignal;
  /** Resolves when the reader takes more, or has gone. */
  ready(): Promise<void>;
}

/** The values of a generator as an Observable that asks for the next only when the reader can take it. */
export function pulled<T>(make: (pull: Pull) => AsyncGenerator<T, void>, demand: Demand): Observable<T> {
  return new Observable((subscriber) => {
    const gone = new AbortController();
    let wake: (() => void) | undefined;
    const go = (): void => wake?.();
    demand.control(() => undefined, go);
    const ready = (): Promise<void> =>
      demand.isPaused && !gone.signal.aborted ? new Promise((resolve) => (wake = resolve)) : Promise.resolve();
    const run = async (): Promise<void> => {
      for await (const value of make({ signal: gone.signal, ready })) {
        if (gone.signal.aborted) return;
        subscriber.next(value);
        await ready();
      }
      subscriber.complete();
    };
    run().catch((error: unknown) => subscriber.error(error));
    return () => {
      gone.abort();
      go();
    };
  });
}
