import type { AttemptRecord } from './attempt-record.js';
import type { CallUsage } from './call-context.js';

/** What is known of an upstream request when it is over. */
export interface AttemptFacts {
  /** The upstream's HTTP status, when there was one. */
  readonly status: number | undefined;
  /** As the upstream said it; of a stream that was cut what it had said by then. */
  readonly usage: CallUsage | undefined;
  /** Whether the usage is that of the whole answer. */
  readonly isUsageFinal: boolean;
  /** Characters of text, reasoning and tool arguments that came. */
  readonly outputLength: number;
  readonly upstreamId: string | undefined;
  /** Milliseconds from sending to the first piece of the answer. */
  readonly firstTokenMs: number | undefined;
}

/** Hears of each upstream request of a call, for its bill. */
export interface AttemptMeter {
  /** It is about to be sent. */
  began(record: AttemptRecord): void;
  /** It is over, well or not; called once, when the record has its end, and before the caller has the answer's. */
  ended(record: AttemptRecord, facts: AttemptFacts): void;
}
