import { type MonoTypeOperatorFunction, Observable, type Subscription } from 'rxjs';
import type { ErrorCode } from '../../common/errors/error-table.js';
import { GatewayError } from '../../common/errors/gateway-error.js';

/** How failures before the first piece of an answer are retried. */
export abstract class RetryOptions {
  /** Further attempts after the first. */
  abstract readonly maxRetries: number;
}

/** Failures that pass by themselves within seconds. Timeouts are not among them: they have used up the caller's patience. */
const PASSING = new Set<ErrorCode>([
  'queue_exceeded',
  'upstream_unreachable',
  'upstream_unavailable',
  'upstream_error',
  'upstream_truncated',
]);
const BASE_MS = 100;
/** Longest wait before a retry; an upstream that asks for more is left to the caller's own retry. */
const MAX_WAIT_MS = 2_000;

/**
 * Subscribes again after a passing failure, as long as nothing was emitted: what the caller has seen is never
 * continued by another answer. Waits with full jitter, or as long as the upstream asked for.
 */
export function retryBeforeFirst<T>({ maxRetries }: RetryOptions): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      let attempt = 0;
      let emitted = false;
      let subscription: Subscription | undefined;
      let timer: NodeJS.Timeout | undefined;
      const run = (): void => {
        subscription = source.subscribe({
          next: (value) => {
            emitted = true;
            subscriber.next(value);
          },
          error: (error: unknown) => {
            const wait = emitted || attempt >= maxRetries ? undefined : waitBefore(error, attempt);
            if (wait === undefined) return subscriber.error(error);
            attempt++;
            timer = setTimeout(run, wait);
          },
          complete: () => subscriber.complete(),
        });
      };
      run();
      return () => {
        clearTimeout(timer);
        subscription?.unsubscribe();
      };
    });
}

/** Milliseconds until the next attempt; undefined when there should be none. */
function waitBefore(error: unknown, attempt: number): number | undefined {
  if (!(error instanceof GatewayError) || !PASSING.has(error.code)) return undefined;
  const asked = Number(error.headers['retry-after-ms'] ?? Number(error.headers['retry-after']) * 1000);
  if (asked > MAX_WAIT_MS) return undefined;
  const jittered = Math.random() * Math.min(MAX_WAIT_MS, BASE_MS * 2 ** attempt);
  return Number.isNaN(asked) ? jittered : asked + jittered;
}
