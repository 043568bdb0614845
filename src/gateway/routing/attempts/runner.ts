import type { Observable, Subscription } from 'rxjs';
import type { AttemptMeter } from '../../../common/context/attempt-meter.js';
import type { AttemptOutcome, AttemptRecord } from '../../../common/context/attempt-record.js';
import type { GatewayError } from '../../../common/errors/gateway-error.js';
import { toGatewayError } from '../../../common/errors/to-gateway-error.js';
import type { Attempt } from '../../providers/attempt.js';
import type { Attempt as Permit } from '../health/target-health.js';
import type { Target } from '../health/target.js';

/** Who hears of a runner. */
export interface RunnerEvents<T> {
  /** The first piece is there: from now on this runner gives the answer. */
  committed(runner: Runner<T>): void;
  value(value: T): void;
  completed(runner: Runner<T>): void;
  failed(runner: Runner<T>, error: GatewayError): void;
}

/** One attempt under way: tells the target's health and the route's run what comes of it. */
export class Runner<T> {
  private subscription: Subscription | undefined;
  private isCommitted = false;
  private isOver = false;

  constructor(
    readonly target: Target,
    readonly attempt: Attempt,
    readonly permit: Permit,
    private readonly record: AttemptRecord,
    private readonly events: RunnerEvents<T>,
    private readonly meter: AttemptMeter,
  ) {}

  get committed(): boolean {
    return this.isCommitted;
  }

  start(answer: Observable<T>): void {
    this.subscription = answer.subscribe({
      next: (value) => {
        if (!this.isCommitted) this.commit();
        this.events.value(value);
      },
      error: (error: unknown) => this.fail(toGatewayError(error)),
      complete: () => this.complete(),
    });
    // The answer may have ended while it was being subscribed to.
    if (this.isOver) this.subscription.unsubscribe();
  }

  /**
   * Stops the attempt, aborting the upstream request.
   * @param outcome why: by itself that nobody wants its answer any more
   */
  cancel(outcome: AttemptOutcome = 'cancelled'): void {
    if (this.isOver) return;
    this.end(outcome);
    this.attempt.settle();
    this.permit.release();
    this.subscription?.unsubscribe();
  }

  private commit(): void {
    this.isCommitted = true;
    const { attempt } = this;
    attempt.commit();
    // A whole answer has no first token: its time would say that the target is slow.
    if (attempt.firstTokenMs !== undefined) this.permit.success(attempt.firstTokenMs);
    this.events.committed(this);
  }

  private complete(): void {
    if (this.isOver) return;
    this.end('ok', 200);
    const { attempt } = this;
    attempt.finish();
    this.permit.finished({
      completionTokens: attempt.usage?.completion_tokens,
      generationMs: this.elapsedMs - (attempt.firstTokenMs ?? 0),
      queueMs: attempt.queueTime === undefined ? undefined : attempt.queueTime * 1000,
    });
    this.events.completed(this);
  }

  private fail(error: GatewayError): void {
    if (this.isOver) return;
    this.end(error.code, this.attempt.status);
    this.attempt.settle();
    this.events.failed(this, error);
  }

  private end(outcome: AttemptOutcome, status?: number): void {
    this.isOver = true;
    this.record.end(outcome, status);
    this.meter.ended(this.record, this.attempt.facts);
  }

  private get elapsedMs(): number {
    return performance.now() - this.attempt.startedAt;
  }
}
