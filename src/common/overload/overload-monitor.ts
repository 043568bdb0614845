import { GatewayError } from '../errors/gateway-error.js';
import {
  judge,
  type Judgement,
  OverloadLevel,
  type OverloadReason,
  type OverloadSample,
  type OverloadThresholds,
} from './overload-policy.js';

/** How important a request is when not all can be served. */
export type Priority = 'normal' | 'low';

/** Looks at the process. */
export interface OverloadProbe {
  start(): void;
  stop(): void;
  sample(): OverloadSample;
  /** Requests being answered now, which changes faster than samples are taken. */
  inFlight(): number;
}

/** How often the process is looked at, in milliseconds. */
const SAMPLE_MS = 250;
/** A client comes back after 1 to 3 seconds, at a random moment, or all would come back at once. */
const RETRY_MIN_MS = 1_000;
const RETRY_SPREAD_MS = 2_000;
/** Share of refusals that also close the connection, so that balancers spread the clients anew. */
const CLOSE_SHARE = 0.1;
const CALM: Judgement = { level: OverloadLevel.Normal, reason: undefined };

/**
 * Decides whether a new request is taken, before anything is spent on it. A level must be seen in two samples in a row
 * to count, so that one long garbage collection refuses nobody; the number of requests in flight counts at once.
 */
export class OverloadMonitor {
  private last = CALM;
  private current = CALM;
  private timer: NodeJS.Timeout | undefined;
  private readonly counts: Record<OverloadReason, number> = { in_flight: 0, loop_delay: 0, heap: 0, rss: 0 };

  constructor(
    private readonly probe: OverloadProbe,
    private readonly thresholds: OverloadThresholds,
    private readonly random: () => number = Math.random,
  ) {}

  get level(): OverloadLevel {
    return this.current.level;
  }

  /** Whether optional work should be left out. */
  get isDegraded(): boolean {
    return this.current.level >= OverloadLevel.Degraded;
  }

  /** How many requests were refused, by reason. */
  get shed(): Readonly<Record<OverloadReason, number>> {
    return this.counts;
  }

  start(): void {
    this.probe.start();
    this.timer ??= setInterval(() => this.observe(this.probe.sample()), SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.probe.stop();
  }

  /** Takes a sample into account; the timer calls it. */
  observe(sample: OverloadSample): void {
    const now = judge(sample, this.thresholds);
    this.current = now.level < this.last.level ? now : this.last;
    this.last = now;
  }

  /** Whether one more request is taken; it must not be among those in flight yet. Counts what it refuses. */
  admit(priority: Priority = 'normal'): 'ok' | 'shed' {
    const reason = this.reasonToShed(priority);
    if (reason === undefined) return 'ok';
    this.counts[reason]++;
    return 'shed';
  }

  /** What a refused request is answered with. */
  refusal(): GatewayError {
    const ms = RETRY_MIN_MS + Math.floor(this.random() * RETRY_SPREAD_MS);
    const headers: Record<string, string> = {
      'retry-after': String(Math.ceil(ms / 1000)),
      'retry-after-ms': String(ms),
    };
    if (this.random() < CLOSE_SHARE) headers.connection = 'close';
    return new GatewayError('overloaded', 'The gateway has too much to do. Please try again in a moment.', { headers });
  }

  private reasonToShed(priority: Priority): OverloadReason | undefined {
    if (this.probe.inFlight() >= this.thresholds.inFlight[2]) return 'in_flight';
    const { level, reason } = this.current;
    const limit = priority === 'low' ? OverloadLevel.ShedLow : OverloadLevel.ShedAll;
    // The cap on requests was looked at above: what the sample saw of it is out of date.
    return level >= limit && reason !== 'in_flight' ? reason : undefined;
  }
}
