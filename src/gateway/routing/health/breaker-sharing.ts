/** What other workers must know of a breaker; times are from now on, in milliseconds. */
export interface BreakerState {
  readonly open: boolean;
  readonly probeInMs: number;
  /** How long a probe of the sender's may still take; 0: it has none. */
  readonly probeEndsInMs: number;
  /** Of the next probe. */
  readonly probeNumber: number;
}

/** Calls that the sender saw and had not told, while the breaker was closed. */
export interface BreakerCalls {
  readonly failures: number;
  /** Less than 0 when an answer broke whose success was told. */
  readonly successes: number;
  /** Whether the last of them was a success, so that no failures are in a row any more. */
  readonly recovered: boolean;
  /** Whether the sender opens its breaker with them; the state follows. */
  readonly opens: boolean;
}

export type BreakerNews = { readonly state: BreakerState } | { readonly calls: BreakerCalls };

/** How a breaker tells the same breaker of other workers what it learns. */
export interface BreakerSharing {
  /** So much later than the first worker this one sends a probe, so that one probe is sent and not one by each. */
  readonly staggerMs: number;
  tell(news: BreakerNews): void;
  /** Whether the probe of that number is this worker's to send. */
  claimProbe(number: number): boolean;
}

/** There is one worker. */
export const UNSHARED: BreakerSharing = { staggerMs: 0, tell: () => undefined, claimProbe: () => true };
