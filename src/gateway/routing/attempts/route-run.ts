import type { Subscriber } from 'rxjs';
import type { AttemptCause } from '../../../common/context/attempt-record.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { Attempt } from '../../providers/attempt.js';
import type { Provider } from '../../providers/provider.port.js';
import type { Candidate } from '../balancing/target-order.port.js';
import type { Attempt as Permit } from '../health/target-health.js';
import type { Target } from '../health/target.js';
import type { QuotaReservation } from '../../providers/cerebras/quota/quota.port.js';
import { AskingLeave } from './asking-leave.js';
import { type Failure, mostUsefulError, waitOf } from './best-error.js';
import { blamesTarget, comesLast, type FailureVerdict } from './failure-policy.js';
import { nobodyCanAnswer, shortestPause } from './nobody-error.js';
import { asCallerSees, isOwn, keyOf, spares, verdictOnTarget } from './own-key.js';
import type { RunContext, RunRequest } from './run-request.js';
import { Runner } from './runner.js';

/** How often one request waits for a target that may not be asked yet. */
const MAX_WAITS = 2;

/**
 * Gets one answer from the targets of a plan: asks one after the other, waits where that helps, and gives up with the
 * most useful error. As soon as a piece of an answer is out, that attempt's fate is the request's: nothing is asked
 * again, and nothing of another answer follows.
 */
export class RouteRun<T> {
  private readonly excluded: Set<string>;
  /** Targets that failed in a passing way: asked again only when no other can be. */
  private readonly resting = new Set<string>();
  private readonly errors: Failure[] = [];
  private readonly runners = new Set<Runner<T>>();
  private readonly leave: AskingLeave;
  private cancelTimer: (() => void) | undefined;
  private cancelHedge: (() => void) | undefined;
  /** What the last failure asked to wait, in milliseconds. */
  private askedPauseMs = 0;
  private waits = 0;

  constructor(
    private readonly context: RunContext,
    private readonly request: RunRequest<T>,
    private readonly subscriber: Subscriber<T>,
  ) {
    this.excluded = new Set(request.exclude);
    this.leave = new AskingLeave(context);
  }

  start(): void {
    this.next();
  }

  /** The client has left, or the run is over. */
  stop(): void {
    this.cancelTimer?.();
    this.cancelHedge?.();
    for (const runner of this.runners) runner.cancel();
    this.leave.end();
    this.request.grant.finish();
  }

  private next(): void {
    const candidates = this.candidates(new Set([...this.excluded, ...this.resting]));
    for (const candidate of candidates) if (this.tryLaunch(candidate)) return;
    if (this.resting.size > 0 && this.mayRetry()) return this.again();
    this.waitOrGiveUp(candidates);
  }

  private candidates(exclude: ReadonlySet<string>): Candidate[] {
    const { plan, call, quota } = this.request;
    return plan.order.order(plan.targets, {
      exclude,
      roomInMs: (target) => quota.roomInMs(target),
      ...(call.session !== undefined && { session: call.session }),
    });
  }

  private tryLaunch({ target, available }: Candidate): boolean {
    const provider = this.context.provider(target.provider);
    // Asked first: a probe that is then not sent would cost the target its turn.
    if (!available || !provider || !this.leave.allows(target.provider)) return false;
    const permit = this.context.book.of(target).tryAcquire(this.request.promptTokens);
    if (!permit) return false;
    const room = this.request.quota.reserve(provider, target);
    if (room === 'no room' || !this.leave.take(target.provider)) {
      if (typeof room === 'object') room.release();
      permit.release();
      return false;
    }
    this.launch(provider, target, permit, typeof room === 'object' ? room : undefined);
    return true;
  }

  /** Waits for room in a quota, in a fair queue; a request that has failed already has had its chance. */
  private queue(candidates: readonly Candidate[]): boolean {
    if (this.errors.length > 0) return false;
    const leave = this.request.quota.wait(
      candidates,
      (target, reservation) => this.launchReserved(target, reservation),
      (error) => this.giveUp(error),
    );
    if (leave) this.cancelTimer = leave;
    return leave !== undefined;
  }

  private launchReserved(target: Target, reservation: QuotaReservation): void {
    const provider = this.context.provider(target.provider);
    const permit = this.context.book.of(target).tryAcquire(this.request.promptTokens);
    if (provider && permit && this.leave.take(target.provider))
      return this.launch(provider, target, permit, reservation);
    permit?.release();
    reservation.release();
    this.next();
  }

  private mayRetry(): boolean {
    const [first] = this.request.plan.targets;
    return first !== undefined && this.leave.hasRetries(first.provider);
  }

  private launch(provider: Provider, target: Target, permit: Permit, reservation?: QuotaReservation): void {
    const { call } = this.request;
    const key = keyOf(provider, target, call);
    if (!key) return this.lost(target, permit, reservation);
    call.attempts++;
    const record = call.startAttempt(target.provider, target.key, target.model, this.causeOf(target), provider.origin);
    const clocks = provider.clocksOf(target.model);
    const attempt = new Attempt(
      call,
      target.provider,
      key,
      clocks,
      target.model,
      record.traceHeaders,
      this.request.caps,
    );
    attempt.reservation = reservation;
    this.request.grant.began(record);
    const runner = new Runner<T>(
      target,
      attempt,
      permit,
      record,
      {
        committed: (winner) => this.onCommit(winner),
        value: (value) => this.onValue(runner, value),
        completed: () => {
          this.noteUse(provider, target);
          this.subscriber.complete();
        },
        failed: (failed, error) => this.onFailure(failed, error),
      },
      this.request.grant,
    );
    this.runners.add(runner);
    this.armHedge(target);
    runner.start(this.request.send(provider, target, attempt));
  }

  private onValue(runner: Runner<T>, value: T): void {
    this.subscriber.next(value);
    if (!this.request.streamed) return;
    const refusal = this.request.grant.produced(runner.attempt.outputLength);
    if (!refusal) return;
    // Nobody left: the ledger has to say that the gateway itself ended it, and why.
    runner.cancel(refusal.code);
    this.giveUp(refusal);
  }

  /** How much of the key's limits is in use, for the balancer. */
  private noteUse({ quota }: Provider, target: Target): void {
    if (quota && !isOwn(target))
      this.context.book.of(target).stats.utilised(quota.of(target.key, target.model).utilisation());
  }

  private causeOf({ provider }: Target): AttemptCause {
    if (this.runners.size > 0) return 'hedge';
    if (this.request.call.trail.length === 0) return 'first';
    return this.request.call.trail.some((record) => record.provider === provider) ? 'retry' : 'fallback';
  }

  /** The configuration changed while the request waited: the key is gone. */
  private lost(target: Target, permit: Permit, reservation?: QuotaReservation): void {
    reservation?.release();
    permit.release();
    this.excluded.add(target.id);
    this.next();
  }

  private onCommit(winner: Runner<T>): void {
    this.cancelHedge?.();
    for (const runner of this.runners) if (runner !== winner) runner.cancel();
  }

  private onFailure(runner: Runner<T>, failure: GatewayError): void {
    this.runners.delete(runner);
    const { target, attempt } = runner;
    const error = asCallerSees(failure, target, attempt.status);
    let verdict = verdictOnTarget(error, target, this.request.plan);
    if (verdict === 'stale' && !this.leave.forgive(target.provider)) verdict = 'retry';
    this.tellHealth(runner, verdict, error);
    if (runner.committed) return this.subscriber.error(error);
    this.errors.push({ target, error });
    if (verdict === 'stop' || this.request.isSpent?.()) return this.giveUp(error);
    this.setAside(target, verdict, error);
    // Another attempt that still runs may answer.
    if (this.runners.size > 0) return;
    this.cancelHedge?.();
    this.next();
  }

  /** What all requests learn from the failure. */
  private tellHealth({ target, permit }: Runner<T>, verdict: FailureVerdict, error: GatewayError): void {
    const { book } = this.context;
    const sparing = spares(this.request.plan, target);
    const wait = sparing ? waitOf(error) : undefined;
    if (wait !== undefined && (verdict === 'limited' || verdict === 'retry')) book.cooldowns.cool(target.id, wait);
    // Before the permit ends: it says whether this was the probe of a key that is retired already.
    if (verdict === 'key' && sparing) book.retire(target, error.code);
    if (blamesTarget(verdict)) permit.failure();
    else if (verdict === 'limited') permit.limited();
    else permit.release();
  }

  /** What this request learns from it. */
  private setAside(target: Target, verdict: FailureVerdict, error: GatewayError): void {
    if (verdict === 'silent' || verdict === 'model') return this.excludeModel(target);
    if (verdict === 'stale') return;
    const wait = waitOf(error) ?? 0;
    if (spares(this.request.plan, target)) {
      if (comesLast(verdict, wait)) this.resting.add(target.id);
      else this.leave.turnToNextKey();
      return;
    }
    // Nothing is kept beyond this request, so it is the request that obeys a wait, if that is short enough.
    const { maxWaitMs } = this.context.retriesOf(target.provider);
    if (verdict === 'key' || wait > maxWaitMs) return void this.excluded.add(target.id);
    this.askedPauseMs = wait;
    this.resting.add(target.id);
  }

  /** A silent model is silent with every key. */
  private excludeModel({ provider, model }: Target): void {
    for (const target of this.request.plan.targets) {
      if (target.provider === provider && target.model === model) this.excluded.add(target.id);
    }
  }

  /** Asks those again that failed in a passing way, after a pause with full jitter. */
  private again(): void {
    const { clock, random, retriesOf } = this.context;
    const [first] = this.request.plan.targets;
    const { baseMs, maxWaitMs } = retriesOf(first?.provider ?? '');
    const pause = this.askedPauseMs + random.next() * Math.min(maxWaitMs, baseMs * 2 ** this.leave.retries);
    this.askedPauseMs = 0;
    this.resting.clear();
    this.cancelTimer = clock.after(pause, () => this.next());
  }

  /** Nobody may be asked now: waits if that is short enough to be worth it. */
  private waitOrGiveUp(candidates: readonly Candidate[]): void {
    if (this.queue(candidates)) return;
    const wait = shortestPause(candidates);
    const [first] = this.request.plan.targets;
    const { baseMs, maxWaitMs } = this.context.retriesOf(first?.provider ?? '');
    // Each wait may end with somebody else at the front, so their number is limited as well.
    if (Number.isFinite(wait) && wait <= maxWaitMs && this.mayRetry() && this.waits < MAX_WAITS) {
      this.waits++;
      // All that wait would come back in one moment.
      const spread = 1 + this.context.random.next() * baseMs;
      this.cancelTimer = this.context.clock.after(wait + spread, () => this.next());
      return;
    }
    this.giveUp(mostUsefulError(this.errors) ?? nobodyCanAnswer(this.context.book, candidates));
  }

  private giveUp(error: GatewayError): void {
    for (const runner of this.runners) runner.cancel();
    this.subscriber.error(error);
  }

  /** When the first token is later than it usually is, a second target is asked as well; the first to answer wins. */
  private armHedge(target: Target): void {
    const { hedge } = this.request.plan;
    if (!hedge.enabled || !this.request.streamed || this.runners.size > 1) return;
    const { stats } = this.context.book.of(target);
    const usual = stats.firstTokenQuantile(hedge.percentile / 100, this.request.promptTokens);
    if (usual === undefined) return;
    this.cancelHedge = this.context.clock.after(Math.max(hedge.minMs, usual), () => this.hedge());
  }

  private hedge(): void {
    const asked = [...this.runners].map(({ target }) => target.id);
    for (const candidate of this.candidates(new Set([...this.excluded, ...this.resting, ...asked])))
      if (this.tryLaunch(candidate)) return;
  }
}
