import { Logger } from '@nestjs/common';
import { map, type Subscription, takeLast } from 'rxjs';
import type { CallContext } from '../../../common/context/call-context.js';
import { GatewayError } from '../../../common/errors/gateway-error.js';
import { toGatewayError } from '../../../common/errors/to-gateway-error.js';
import type { Clock } from '../../../common/time/clock.port.js';
import type { ChatRequest } from '../../openai/chat.types.js';
import type { InferenceRouter } from '../../routing/inference-router.port.js';
import { inResponsesTerms } from '../chat-paths.js';
import { fromChat } from '../from-chat.js';
import { openingEvents, outputEvents } from '../replay/whole-events.js';
import type { Pull } from '../replay/pulled.js';
import type { ResponseEvent } from '../response-events.types.js';
import { eventFrames } from '../response-frames.js';
import type { ResponseIds } from '../response-ids.js';
import type { ResponseObject } from '../response-object.types.js';
import { ResponseStream, type ResponseOpening } from '../response-stream.js';
import type { InputItem } from '../responses.types.js';
import type { ResolvedRequest, ResponseState } from '../state/response-state.js';
import { packFrames } from '../store/event-packing.js';
import { EventRecorder } from '../store/event-recorder.js';
import type { EventRun, ResponseEntry, ResponseStore } from '../store/response-store.port.js';
import { BACKGROUND } from './background.options.js';
import { Bell } from './bell.js';

/** What a background response is made of, and what it needs. */
export interface RunParts {
  readonly resolved: ResolvedRequest;
  readonly chat: ChatRequest;
  /** Of its own: the caller's may be gone. */
  readonly call: CallContext;
  readonly router: InferenceRouter;
  readonly state: ResponseState;
  readonly store: ResponseStore;
  readonly ids: ResponseIds;
  readonly clock: Clock;
  /** Names this process in leases. */
  readonly owner: string;
}

/** One background response of this process, from its queue to its end. */
export class BackgroundRun {
  /** Resolves when it is over and its end is written, or lost to somebody else. */
  readonly settled: Promise<void>;
  private readonly logger = new Logger('Responses');
  private readonly recorder = new EventRecorder();
  private readonly bell = new Bell();
  private readonly opening: ResponseOpening;
  private readonly stream: ResponseStream;
  private readonly settle: () => void;
  private readonly queued: ResponseObject;
  private current: ResponseObject;
  private upstream: Subscription | undefined;
  private cancelTick: (() => void) | undefined;
  private ticking: Promise<void> = Promise.resolve();
  private written = 0;
  private renewedAt: number;
  private isOver = false;
  private isStopped = false;
  private isEnded = false;

  constructor(private readonly parts: RunParts) {
    const { resolved, ids, clock } = parts;
    this.opening = { id: ids.response(), createdAt: Math.floor(clock.wallTime() / 1000), sequence: OPENING };
    this.stream = new ResponseStream(resolved.request, ids, this.opening);
    const { response } = this.stream;
    if (!response) throw new Error('a stream with an opening has a response');
    this.queued = { ...response, status: 'queued' };
    this.current = this.queued;
    this.renewedAt = clock.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    this.settle = resolve;
  }

  /** As a look at it gives it now. */
  get response(): ResponseObject {
    return this.current;
  }

  /** As its caller is told of it, however far it has come since. */
  get accepted(): ResponseObject {
    return this.queued;
  }

  /** What it is made from, those items of earlier turns included. */
  get items(): readonly InputItem[] {
    const { request, own, inherited } = this.parts.resolved;
    const earlier = inherited > 0 && Array.isArray(request.input) ? request.input.slice(0, inherited) : [];
    return [...earlier, ...own];
  }

  get scope(): string {
    return this.parts.resolved.scope;
  }

  /** Whether its last event is out. */
  get hasEnded(): boolean {
    return this.isEnded;
  }

  /** Puts it into the store, before anybody is told of it. */
  async queue(): Promise<void> {
    const { state, resolved, store } = this.parts;
    await store.begin(state.unsentEntryOf(resolved, this.current).response, this.lease());
    this.emit(openingEvents(this.current).slice(0, OPENING - 1));
    this.scheduleTick();
  }

  /** Asks the upstream. */
  start(): void {
    if (this.isOver) return;
    const { chat, call, router, resolved, ids } = this.parts;
    this.current = { ...this.current, status: 'in_progress' };
    this.emit(openingEvents(this.current).slice(OPENING - 1));
    const error = (cause: unknown): void => void this.end(this.stream.fail(inResponsesTerms(toGatewayError(cause))));
    this.upstream =
      resolved.request.stream === true
        ? router
            .stream(chat, call)
            .pipe(map((batch) => batch.flatMap((chunk) => this.stream.push(chunk))))
            .subscribe({
              next: (events) => this.emit(events),
              error,
              complete: () => void this.end(this.stream.complete()),
            })
        : router
            .complete(chat, call)
            .pipe(
              map((completion) => outputEvents(fromChat(completion, resolved.request, ids, this.opening), OPENING)),
              // The attempt is complete, and its usage counted, when its Observable is.
              takeLast(1),
            )
            .subscribe({ next: (events) => void this.end(events, true), error });
  }

  /** Stops it, and gives what there is of it. */
  async cancel(): Promise<ResponseObject> {
    await this.end(this.stream.cancel());
    return this.current;
  }

  /** Ends it because the process does. */
  stop(): Promise<void> {
    this.isStopped = true;
    const message = 'The gateway was shut down while this response was made. Please send the request again.';
    return this.end(this.stream.fail(new GatewayError('server_draining', message)));
  }

  /** Its events after number `after`, as they come, to the end. */
  async *events(after: number, pull: Pull): AsyncGenerator<string, void> {
    for (let at = after; !pull.signal.aborted;) {
      if (this.recorder.count - 1 > at) {
        const { frames, last } = await this.recorder.since(at);
        at = last;
        yield frames;
      } else if (this.isEnded) {
        return;
      } else {
        await this.bell.next(pull.signal);
      }
    }
  }

  private emit(events: readonly ResponseEvent[]): void {
    if (this.isOver) return;
    this.record(events);
  }

  private record(events: readonly ResponseEvent[]): void {
    this.recorder.add(eventFrames(events), events.length);
    this.bell.ring();
  }

  /** The end: written first, and told when it is, or when that takes too long. */
  private async end(events: readonly ResponseEvent[], whole = false): Promise<void> {
    const last = events.at(-1);
    if (this.isOver || !last || !('response' in last)) return;
    this.isOver = true;
    this.upstream?.unsubscribe();
    this.cancelTick?.();
    await this.ticking;
    this.current = last.response;
    const begun = whole || this.stream.hasBegun;
    const writing = this.write(await this.entry(begun, events)).then(this.settle);
    await this.atMost(BACKGROUND.patienceMs, writing);
    this.record(events);
    this.isEnded = true;
    this.bell.ring();
  }

  private async write(entry: ResponseEntry): Promise<void> {
    const { store, owner } = this.parts;
    for (;;) {
      try {
        // When it is not ours any more, somebody has cancelled, deleted or given it up, and that holds.
        await store.settle(entry, { owner });
        return;
      } catch (error) {
        if (!this.isOutage(error) || this.isStopped) return;
        await this.pause(BACKGROUND.retryMs);
      }
    }
  }

  private scheduleTick(): void {
    if (this.isOver) return;
    this.cancelTick = this.parts.clock.after(BACKGROUND.tickMs, () => {
      this.ticking = this.tick().finally(() => this.scheduleTick());
    });
  }

  /** Writes what is new, for those who look from another node. */
  private async tick(): Promise<void> {
    const { store, clock } = this.parts;
    const entry = await this.entry(this.stream.hasBegun, []);
    const isNews = entry.events.length > 0;
    if (!isNews && clock.now() - this.renewedAt < BACKGROUND.renewMs) return;
    try {
      const isOurs = await store.renew(entry, this.lease());
      if (!isOurs) return this.lose();
      this.written += entry.events.length;
      this.renewedAt = clock.now();
    } catch (error) {
      // The next look tries again; without a lease the others take it for lost, and then it is.
      this.isOutage(error);
    }
  }

  /** Somebody else has ended it. */
  private lose(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.upstream?.unsubscribe();
    const events = this.stream.cancel();
    const last = events.at(-1);
    if (last && 'response' in last) this.current = last.response;
    this.record(events);
    this.isEnded = true;
    this.bell.ring();
    this.settle();
  }

  /** Events are stored of what was streamed: those of a whole answer can be made again from it. */
  private async entry(begun: boolean, last: readonly ResponseEvent[]): Promise<ResponseEntry> {
    const { state, resolved } = this.parts;
    const response = this.isOver
      ? this.current
      : { ...(this.stream.response ?? this.current), status: this.current.status };
    if (!begun) return state.unsentEntryOf(resolved, response);
    const streamed = resolved.request.stream === true;
    const runs = streamed ? await this.recorder.runs(this.written) : [];
    const end: EventRun[] =
      streamed && last.length > 0
        ? [
            {
              first: this.recorder.count,
              last: this.recorder.count + last.length - 1,
              frames: await packFrames(eventFrames(last)),
            },
          ]
        : [];
    return state.entryOf(resolved, response, [...runs, ...end]);
  }

  private lease(): { owner: string; until: Date } {
    const { owner, clock } = this.parts;
    return { owner, until: new Date(clock.wallTime() + BACKGROUND.leaseMs) };
  }

  /** Anything else than an outage is a bug, which must not end the process. */
  private isOutage(error: unknown): boolean {
    const isOutage = error instanceof GatewayError && error.code === 'storage_unavailable';
    if (!isOutage)
      this.logger.error({ err: error, response_id: this.opening.id }, 'a background response could not be stored');
    return isOutage;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.parts.clock.after(ms, resolve));
  }

  private async atMost(ms: number, promise: Promise<void>): Promise<void> {
    const { promise: overdue, resolve } = Promise.withResolvers<void>();
    const cancel = this.parts.clock.after(ms, resolve);
    await Promise.race([promise, overdue]);
    cancel();
  }
}

/** `created`, `queued` and `in_progress`: the answer's own events begin with this number. */
const OPENING = 3;
